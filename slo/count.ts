/** Turns a stored slice into good and total events. */
import { AppError } from '../src/kernel/errors.ts';
import type { Series, Slice } from '../src/kernel/series.ts';
import type { CompiledObjective } from './compiled.ts';

/** Good, total and good by the page's threshold. An error is never good; a rejection (4xx) is not bad. */
export function countSlice(
  _compiled: CompiledObjective,
  _series: Series,
  _slice: Slice,
): { readonly good: number; readonly total: number; readonly pageGood: number } {
  throw new AppError('INTERNAL', 'not built yet');
}
