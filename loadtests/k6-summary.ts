/** Reads the summary that our scripts' `handleSummary` writes, and what it says per objective. */
import { z } from 'zod';
import type { RehearsalStep } from '../src/contract/index.ts';
import { AppError } from '../src/kernel/errors.ts';
import { parseWith } from '../src/kernel/validate.ts';
import type { Goal } from './goals.ts';
import { judge } from './judge.ts';

const shape = z.object({
  metrics: z.record(
    z.string(),
    z.object({ type: z.enum(['counter', 'gauge', 'rate', 'trend']), values: z.record(z.string(), z.number()) }),
  ),
  setup_data: z.unknown().optional(),
});

/** k6's own shape; thresholds are judged anew from the counts. */
export type K6Summary = z.infer<typeof shape>;

/** @throws INVALID_REQUEST when it is not the JSON of a summary */
export function parseSummary(text: string, where: string): K6Summary {
  try {
    return parseWith(shape, JSON.parse(text), where);
  } catch (error) {
    throw new AppError('INVALID_REQUEST', `${where} is not a k6 summary; run the scripts of loadtests/k6 with k6 2.x`, {
      cause: error,
    });
  }
}

/** Arrivals whose work was done, and planned ones that found no free virtual user. */
export function arrivalsOf(summary: K6Summary): { readonly done: number; readonly dropped: number } {
  return {
    done: statisticOf(summary, 'seam_arrivals', 'count') ?? 0,
    dropped: statisticOf(summary, 'dropped_iterations', 'count') ?? 0,
  };
}

/** Events of the goal that the script set off. */
export function expectedOf(summary: K6Summary, goal: Goal): number {
  return statisticOf(summary, `seam_expected{objective:${goal.objective}}`, 'count') ?? 0;
}

/**
 * What the load generator saw. Bad are failures, slow ones, events that were expected and never came, and the events that dropped
 * arrivals would have set off: nobody was served there either.
 */
export function clientMeasures(summary: K6Summary, goals: readonly Goal[]): RehearsalStep['client'] {
  const { done, dropped } = arrivalsOf(summary);
  return goals
    .filter(({ events }) => events.length > 0)
    .map((goal) => {
      const cut = `{objective:${goal.objective}}`;
      const good = statisticOf(summary, `seam_good${cut}`, 'passes') ?? 0;
      const seen = good + (statisticOf(summary, `seam_good${cut}`, 'fails') ?? 0);
      const expected = Math.max(seen, expectedOf(summary, goal));
      const lost = done === 0 ? 0 : Math.round((dropped * expected) / done);
      const total = expected + lost;
      return {
        objective: goal.objective,
        threshold: goal.threshold,
        target: goal.target,
        good,
        total,
        p50Ms: durationOf(summary, cut, 'med'),
        p95Ms: durationOf(summary, cut, 'p(95)'),
        ...judge(goal, { good, total, missing: total - seen }),
      };
    });
}

/** Null where no duration was recorded: k6 shows 0 for the percentiles of nothing. */
function durationOf(summary: K6Summary, cut: string, statistic: string): number | null {
  const name = `seam_duration${cut}`;
  const isSeen = (statisticOf(summary, name, 'count') ?? 0) > 0;
  const value = isSeen ? statisticOf(summary, name, statistic) : undefined;
  return value === undefined ? null : Number(value.toPrecision(4));
}

function statisticOf(summary: K6Summary, name: string, statistic: string): number | undefined {
  return summary.metrics[name]?.values[statistic];
}
