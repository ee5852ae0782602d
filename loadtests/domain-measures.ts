/** What the domains themselves counted in a step: good and total events per objective, from their own buckets. Pure. */
import type { RehearsalStep } from '../src/contract/index.ts';
import { label } from '../src/kernel/conventions.ts';
import { type BucketCounts, estimateQuantile, totalOf } from '../src/kernel/histogram.ts';
import { mergeHistograms } from '../src/kernel/merge-histograms.ts';
import { type Goal, selects } from './goals.ts';
import { judge } from './judge.ts';
import type { PageSeries } from './metrics-page.ts';

type Measure = RehearsalStep['domains'][number];

/** Nothing counted at all leaves the objective out when only the domains can count it, else it is unknown. */
export function domainMeasures(
  goals: readonly Goal[],
  added: readonly PageSeries[],
  missingOf: (goal: Goal) => number,
): readonly Measure[] {
  return goals.flatMap((goal): readonly Measure[] => {
    const series = added.filter((one) => one.name === pageName(goal) && selects(whereOf(goal), one.labels));
    const all = mergeHistograms(series);
    const counted = totalOf(all.counts);
    if (counted === 0 && goal.events.length === 0) return [];
    const good = series.reduce((sum, one) => sum + goodOf(goal, one), 0);
    const missing = missingOf(goal);
    const total = counted + missing;
    return [
      {
        objective: goal.objective,
        threshold: goal.threshold,
        target: goal.target,
        good,
        total,
        ...percentilesOf(goal, all),
        ...(unmeasurable(goal, series) ?? judge(goal, { good, total, missing })),
      },
    ];
  });
}

/** Buckets that do not end at the threshold can not tell good from bad. */
function unmeasurable(goal: Goal, series: readonly PageSeries[]): Pick<Measure, 'state' | 'reason'> | null {
  const { goodAtMost } = goal.compiled;
  if (goal.kind === 'errors' || goodAtMost === null) return null;
  const stranger = series.find(({ bounds }) => !bounds.includes(goodAtMost));
  if (stranger === undefined) return null;
  const reason = `threshold not measurable: ${goodAtMost} s is no bucket bound of ${stranger.name} on the metrics page`;
  return { state: 'unknown', reason };
}

/** Events of the goal that were counted. */
export function countedOf(goal: Goal, added: readonly PageSeries[]): number {
  return added
    .filter((one) => one.name === pageName(goal) && selects(whereOf(goal), one.labels))
    .reduce((sum, one) => sum + totalOf(one.counts), 0);
}

/** A failure is never good. */
function goodOf(goal: Goal, { bounds, counts, labels }: PageSeries): number {
  if (labels[label.outcome] === 'error') return 0;
  const { goodAtMost } = goal.compiled;
  if (goal.kind === 'errors' || goodAtMost === null) return totalOf(counts);
  return totalOf(counts.slice(0, bounds.indexOf(goodAtMost) + 1));
}

function percentilesOf(goal: Goal, buckets: BucketCounts): { p50Ms: number | null; p95Ms: number | null } {
  const ms = (q: number): number | null => {
    const seconds = goal.kind === 'latency' ? estimateQuantile(buckets, q) : null;
    return seconds === null ? null : Number((seconds * 1_000).toPrecision(4));
  };
  return { p50Ms: ms(0.5), p95Ms: ms(0.95) };
}

function whereOf(goal: Goal): Readonly<Record<string, string | readonly string[]>> {
  return goal.compiled.selector?.where ?? {};
}

/** As the application's page names the signal: durations are histograms in seconds. */
function pageName(goal: Goal): string {
  return `${(goal.compiled.selector?.signal ?? '').replace(/[^A-Za-z0-9_]/g, '_')}_seconds`;
}
