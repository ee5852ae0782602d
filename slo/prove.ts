/** Proves before running that an objective can be measured and that its alerts can fire. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompiledObjective, Proof } from './compiled.ts';

/** `expectedPerMinute`: events a minute in quiet hours, when known. */
export function proveObjective(_compiled: CompiledObjective, _expectedPerMinute?: number): Proof {
  throw new AppError('INTERNAL', 'not built yet');
}
