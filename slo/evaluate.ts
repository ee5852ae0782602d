/** Judges an objective at a watermark. */
import { AppError } from '../src/kernel/errors.ts';
import type { CompiledObjective } from './compiled.ts';
import type { EvaluationTime, ObjectiveEvaluation } from './evaluation.ts';
import type { Timeline } from './timeline.ts';

/** Windows, budgets, burn, page and state; pure. */
export function evaluateObjective(
  _compiled: CompiledObjective,
  _timeline: Timeline,
  _at: EvaluationTime,
): ObjectiveEvaluation {
  throw new AppError('INTERNAL', 'not built yet');
}
