/** Burn rates over the usual windows, and the pairs of the policy. */
import { dayMs, formatDurationMs, hourMs, minuteMs } from '../src/kernel/duration.ts';
import { wilsonInterval } from '../src/kernel/statistics.ts';
import { burnRate } from './budget.ts';
import type { CompiledObjective } from './compiled.ts';
import type { BurnPair } from './definition.ts';
import type { BurnAlertEvaluation, BurnRate, EvaluationTime } from './evaluation.ts';
import { countsOf, type KnownCounts } from './knowledge.ts';
import type { Timeline } from './timeline.ts';

/** The windows of the Google policy (SRE workbook, chapter 5, table 5-8), shown for every objective. */
const burnWindows = [5 * minuteMs, 30 * minuteMs, hourMs, 2 * hourMs, 6 * hourMs, dayMs, 3 * dayMs].map((lengthMs) => ({
  lengthMs,
  window: formatDurationMs(lengthMs),
}));

/** Looks a length up once per evaluation. */
type Lookup = (lengthMs: number) => KnownCounts;

/** `problem`: why the source says nothing now, or null; then every rate is null. */
export function evaluateBurn(
  compiled: CompiledObjective,
  timeline: Timeline,
  at: EvaluationTime,
  problem: string | null,
): { readonly burn: readonly BurnRate[]; readonly burnAlerts: readonly BurnAlertEvaluation[] } {
  const known = new Map<number, KnownCounts>();
  const lookup: Lookup = (lengthMs) => {
    const found = known.get(lengthMs) ?? lookUp(timeline, at, lengthMs, problem);
    known.set(lengthMs, found);
    return found;
  };
  const rate = (lengthMs: number): number | null => rateOf(compiled, lookup(lengthMs));
  return {
    burn: burnWindows.map(({ lengthMs, window }) => ({ window, rate: rate(lengthMs) })),
    burnAlerts: (compiled.policy?.pairs ?? []).map((pair) => ({
      severity: pair.severity,
      long: formatDurationMs(pair.longMs),
      short: formatDurationMs(pair.shortMs),
      factor: pair.factor,
      longRate: rate(pair.longMs),
      shortRate: rate(pair.shortMs),
      firing: isFiring(compiled, pair, lookup),
    })),
  };
}

function lookUp(timeline: Timeline, at: EvaluationTime, lengthMs: number, problem: string | null): KnownCounts {
  const range = { fromMs: at.watermarkMs - lengthMs, toMs: at.watermarkMs, lengthMs };
  const found = countsOf(timeline, range, at);
  return problem === null ? found : { ...found, problem };
}

function rateOf(compiled: CompiledObjective, known: KnownCounts): number | null {
  return known.problem === null ? burnRate(known.counts.good, known.counts.total, compiled.budget) : null;
}

/** False as soon as one window is known to be calm; null when a window that could decide is not known. */
function isFiring(compiled: CompiledObjective, pair: BurnPair, lookup: Lookup): boolean | null {
  const long = lookup(pair.longMs);
  const short = lookup(pair.shortMs);
  const limit = pair.factor * compiled.budget;
  const decided = [
    long.problem === null ? isCertainlyAbove(long, limit, pair.minFailures) : null,
    short.problem === null ? isAbove(short, limit) : null,
  ];
  if (decided.includes(false)) return false;
  return decided.includes(null) ? null : true;
}

function isAbove({ counts }: KnownCounts, limit: number): boolean {
  return counts.total > 0 && (counts.total - counts.good) / counts.total > limit * (1 + 1e-9);
}

/** Low traffic: enough failures, and the one-sided 95 % lower Wilson bound above the limit. */
function isCertainlyAbove(known: KnownCounts, limit: number, minFailures: number): boolean {
  const bad = known.counts.total - known.counts.good;
  if (!isAbove(known, limit) || bad < minFailures) return false;
  return wilsonInterval(bad, known.counts.total, 0.9).low > limit;
}
