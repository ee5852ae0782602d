/** An evaluation in the shape of the API: with percentiles for people and where the data stands. */
import { type CompiledObjective, countSlice, type ObjectiveEvaluation } from '../../slo/index.ts';
import type { ObjectiveAnswer, ObjectivePoint } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { type BucketCounts, estimateQuantile } from '../kernel/histogram.ts';
import { mergeHistograms } from '../kernel/merge-histograms.ts';
import { matchesSelector } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';

/** What one answer is made of. `whole` covers the first window by whole days, `recent` the last five minutes. */
export interface AnswerParts {
  readonly compiled: CompiledObjective;
  readonly evaluation: ObjectiveEvaluation;
  readonly whole: readonly SeriesSlice[];
  readonly recent: readonly SeriesSlice[];
  readonly lastPointMs: number | null;
  readonly days: readonly ObjectivePoint[];
}

/** The length that {@link AnswerParts.recent} covers. */
export const recentWindow = { name: '5m', ms: 300_000 } as const;

export function toObjectiveAnswer(parts: AnswerParts): ObjectiveAnswer {
  const { compiled, evaluation } = parts;
  const [first] = evaluation.windows;
  const whole = percentilesOf(parts.whole);
  const recent = percentilesOf(parts.recent);
  const now = parts.recent.reduce(
    (sum, { series, slice }) => {
      const { good, total } = countSlice(compiled, series, slice);
      return { good: sum.good + good, total: sum.total + total };
    },
    { good: 0, total: 0 },
  );
  return {
    id: compiled.id,
    sentence: compiled.definition.sentence,
    source: compiled.definition.source,
    domain: compiled.domain,
    kind: compiled.kind,
    group: compiled.group,
    state: evaluation.state,
    reason: evaluation.reason,
    target: compiled.target,
    threshold: compiled.threshold,
    windows: [...evaluation.windows],
    window: first?.window ?? '',
    good: first?.good ?? 0,
    total: first?.total ?? 0,
    budgetRemaining: first?.budgetRemaining ?? null,
    burn: [...evaluation.burn],
    burnAlerts: [...evaluation.burnAlerts],
    page: evaluation.page,
    ...whole,
    now: { window: recentWindow.name, ...now, ...recent },
    lastDataAt: parts.lastPointMs === null ? null : isoTime(parts.lastPointMs),
    days: [...parts.days],
    synthetic: evaluation.synthetic,
  };
}

/** The slices that the objective reads. */
export function selectedBy(compiled: CompiledObjective, slices: readonly SeriesSlice[]): SeriesSlice[] {
  const { selector } = compiled;
  return selector === null ? [] : slices.filter(({ series }) => matchesSelector(series, selector));
}

/** Median and p95 in ms; null without events. */
function percentilesOf(slices: readonly SeriesSlice[]): {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
} {
  const merged = mergeBuckets(slices);
  if (merged === null) return { p50Ms: null, p95Ms: null };
  const inMs = (q: number): number | null => {
    const seconds = estimateQuantile(merged, q);
    return seconds === null ? null : seconds * 1_000;
  };
  return { p50Ms: inMs(0.5), p95Ms: inMs(0.95) };
}

/** The duration histograms as one, on the bounds that all share; null when there is none. */
export function mergeBuckets(slices: readonly SeriesSlice[]): BucketCounts | null {
  const histograms = slices.flatMap(({ series, slice }) =>
    series.bounds === null || !series.signal.endsWith('.duration')
      ? []
      : [{ bounds: series.bounds, counts: slice.counts }],
  );
  return histograms.length === 0 ? null : mergeHistograms(histograms);
}
