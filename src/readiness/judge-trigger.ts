/** Days of statistics in, the state of a trigger out. */
import type { FactAnswer, TriggerAnswer } from '../contract/index.ts';
import { AppError } from '../kernel/errors.ts';
import type { DayStatistic } from './day-statistic.ts';
import type { TriggerDefinition } from './trigger-definition.ts';

/** What a state needs beside the closed days. `timezone` defaults to UTC. */
export interface TriggerContext {
  readonly today: DayStatistic | null;
  readonly live: TriggerAnswer['live'];
  /** Declared facts as answered by `answerFact`. */
  readonly facts: readonly FactAnswer[];
  readonly nowMs: number;
  readonly timezone?: string;
  readonly exemplars: readonly string[];
}

/** The state after the closed days, oldest first. */
export function judgeTrigger(
  definition: TriggerDefinition,
  _days: readonly DayStatistic[],
  _context: TriggerContext,
): TriggerAnswer {
  throw new AppError('INTERNAL', `trigger ${definition.id} can not be judged yet`);
}
