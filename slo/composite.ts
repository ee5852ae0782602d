/** Judges a composite objective from its parts. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompiledObjective } from './compiled.ts';
import type { ObjectiveEvaluation } from './evaluation.ts';

/** Worst of the parts: breached wins, then unknown, then met; parts that do not apply are left out. */
export function evaluateComposite(
  _compiled: CompiledObjective,
  _parts: readonly ObjectiveEvaluation[],
): ObjectiveEvaluation {
  throw new AppError('INTERNAL', 'not built yet');
}
