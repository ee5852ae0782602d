/** One closed day of one trigger: the statistic, how sure it is, and whether it exceeded the threshold. */
import type { TriggerDay } from '../contract/index.ts';
import { label } from '../kernel/conventions.ts';
import { formatDurationMs } from '../kernel/duration.ts';
import { type BucketCounts, estimateQuantile, quantileBucket, totalOf } from '../kernel/histogram.ts';
import { mergeHistograms, rankBucket } from '../kernel/merge-histograms.ts';
import { matchesSelector, type Series, type SeriesSource, type Slice } from '../kernel/series.ts';
import { type Interval, quantileRanks } from '../kernel/statistics.ts';
import { type TriggerDefinition, toSignalUnit, toTriggerUnit } from './trigger-definition.ts';

/** `value` and `interval` are in the trigger's unit; `day` is `YYYY-MM-DD` in the configured time zone. */
export interface DayStatistic {
  readonly day: string;
  readonly value: number | null;
  /** Events (quantile), slices (gauge) or minutes (contrast) behind the value. */
  readonly n: number | null;
  readonly interval: Interval | null;
  readonly evaluable: boolean;
  readonly exceeding: boolean;
  /** Below `clearBelow` × threshold: counts towards clearing. */
  readonly wellBelow: boolean;
  readonly synthetic: boolean;
  /** Why the day is not evaluable; null when it is. */
  readonly reason: string | null;
}

export interface SeriesSlice {
  readonly series: Series;
  readonly slice: Slice;
}

type Measure<Kind extends string> = Extract<TriggerDefinition['measure'], { kind: Kind }>;

/** Sources in order of preference: the first that has data is used alone, so nothing is counted twice. */
const sources: readonly SeriesSource[] = ['metrics', 'scrape', 'spans', 'probe'];

/** The statistic of the slices of one day; slices of other signals are ignored. */
export function dayStatistic(
  definition: TriggerDefinition,
  day: { readonly day: string; readonly slices: readonly SeriesSlice[] },
): DayStatistic {
  const { measure } = definition;
  switch (measure.kind) {
    case 'quantile':
      return quantileDay(definition, measure, day.day, selectSlices(measure, day.slices));
    case 'gauge':
      return gaugeDay(definition, measure, day.day, selectSlices(measure, day.slices));
    case 'declared':
      return notEvaluable(day.day, `${definition.id} is a declared fact, not a measurement`);
    case 'contrast':
      return notEvaluable(day.day, 'a contrast of minutes is needed, not slices');
    default:
      return measure satisfies never;
  }
}

/** A day that says nothing, and why. */
export function notEvaluable(day: string, reason: string, synthetic = false): DayStatistic {
  const nothing = { value: null, n: null, interval: null, evaluable: false, exceeding: false, wellBelow: false };
  return { day, ...nothing, synthetic, reason };
}

/** What a day contrast of two domains says; produced by the noisy-neighbour contrast of src/evidence. */
export interface ContrastOfDay {
  readonly day: string;
  /** Median difference of the victim's p95 in ms, busiest against quietest quarter of the aggressor; null = unknown. */
  readonly effectMs: number | null;
  readonly interval: Interval | null;
  readonly minutes: number;
  /** The victim's p95 exceeded its limit in the aggressor's busiest quarter; null = unknown. */
  readonly victimBreached: boolean | null;
  readonly synthetic: boolean;
  readonly reason: string | null;
}

/** P5's day: exceeding when the whole interval is above the threshold and the victim broke its limit in the busiest quarter. */
export function contrastDay(definition: TriggerDefinition, contrast: ContrastOfDay): DayStatistic {
  const { effectMs, interval, victimBreached } = contrast;
  if (effectMs === null || interval === null || victimBreached === null) {
    return notEvaluable(contrast.day, contrast.reason ?? 'the contrast is unknown', contrast.synthetic);
  }
  const exceeding = interval.low > (definition.threshold ?? 0) && victimBreached;
  return {
    day: contrast.day,
    value: effectMs,
    n: contrast.minutes,
    interval,
    evaluable: true,
    exceeding,
    wellBelow: !exceeding,
    synthetic: contrast.synthetic,
    reason: null,
  };
}

/** A day as the contract lists it. */
export function toTriggerDay(day: DayStatistic): TriggerDay {
  const state = day.evaluable ? (day.exceeding ? 'exceeding' : 'clear') : 'notEvaluable';
  return { day: day.day, value: day.value, n: day.n, state, synthetic: day.synthetic };
}

function selectSlices(measure: Measure<'quantile'> | Measure<'gauge'>, all: readonly SeriesSlice[]): SeriesSlice[] {
  for (const source of sources) {
    const found = all.filter(({ series }) =>
      matchesSelector(series, { signal: measure.signal, source, where: measure.where }),
    );
    if (found.length > 0) return found;
  }
  return [];
}

function quantileDay(
  definition: TriggerDefinition,
  measure: Measure<'quantile'>,
  day: string,
  slices: readonly SeriesSlice[],
): DayStatistic {
  const synthetic = slices.some(({ series }) => series.synthetic);
  if (slices.length === 0) return notEvaluable(day, `no ${measure.signal} arrived`);
  const merged = mergeHistograms(slices.map(asBuckets));
  const n = totalOf(merged.counts);
  const bucket = quantileBucket(merged, measure.quantile);
  const estimate = estimateQuantile(merged, measure.quantile);
  if (bucket === null || estimate === null || n < measure.minimumEvents) {
    return { ...notEvaluable(day, `${n} events, ${measure.minimumEvents} are needed`, synthetic), n };
  }
  const threshold = toSignalUnit(definition.unit, definition.threshold ?? 0);
  const exceeding = isAbove(bucket, threshold);
  if (exceeding === null) {
    return { ...notEvaluable(day, boundsReason(definition, bucket), synthetic), n };
  }
  return {
    day,
    value: toTriggerUnit(definition.unit, estimate),
    n,
    interval: quantileInterval(definition, measure, merged, highestOf(slices)),
    evaluable: true,
    exceeding,
    wellBelow: isAbove(bucket, threshold * definition.persistence.clearBelow) === false,
    synthetic,
    reason: null,
  };
}

/** A failure is never fast: its counts move to the open bucket. */
function asBuckets({ series, slice }: SeriesSlice): BucketCounts {
  const bounds = series.bounds ?? [];
  if (series.labels[label.outcome] !== 'error') return { bounds, counts: slice.counts };
  return { bounds, counts: [...bounds.map(() => 0), totalOf(slice.counts)] };
}

/** Whether the quantile, known only by its bucket, is above the limit; null when the limit lies inside the bucket. */
function isAbove(bucket: { readonly low: number; readonly high: number }, limit: number): boolean | null {
  const slack = limit * 1e-9;
  if (bucket.high <= limit + slack) return false;
  return bucket.low >= limit - slack ? true : null;
}

function boundsReason(definition: TriggerDefinition, bucket: { readonly low: number; readonly high: number }): string {
  const low = toTriggerUnit(definition.unit, bucket.low);
  const high = toTriggerUnit(definition.unit, bucket.high);
  return `the threshold ${definition.threshold} ${definition.unit} is not a bucket bound: the buckets only say (${low}, ${high}]`;
}

/** Order-statistic ranks mapped to the outer edges of their buckets; null when the upper end lies in the open bucket and no maximum is known. */
function quantileInterval(
  definition: TriggerDefinition,
  measure: Measure<'quantile'>,
  merged: BucketCounts,
  highest: number | null,
): Interval | null {
  const ranks = quantileRanks(totalOf(merged.counts), measure.quantile);
  const low = rankBucket(merged, ranks.low).low;
  const high = rankBucket(merged, ranks.high).high;
  const upper = Number.isFinite(high) ? high : highest;
  if (upper === null || upper < low) return null;
  return { low: toTriggerUnit(definition.unit, low), high: toTriggerUnit(definition.unit, upper), level: 0.95 };
}

function highestOf(slices: readonly SeriesSlice[]): number | null {
  const highs = slices.flatMap(({ slice }) => (slice.max === null ? [] : [slice.max]));
  return highs.length === 0 ? null : highs.reduce((left, right) => Math.max(left, right));
}

function gaugeDay(
  definition: TriggerDefinition,
  measure: Measure<'gauge'>,
  day: string,
  slices: readonly SeriesSlice[],
): DayStatistic {
  const synthetic = slices.some(({ series }) => series.synthetic);
  if (slices.length === 0) return notEvaluable(day, `no ${measure.signal} arrived`);
  const levels = new Map<number, { level: number; durationMs: number }>();
  for (const { slice } of slices) {
    const seen = levels.get(slice.startMs)?.level ?? 0;
    levels.set(slice.startMs, { level: seen + (slice.max ?? slice.sum), durationMs: slice.durationMs });
  }
  const moments = [...levels.values()];
  const highest = moments.reduce((left, { level }) => Math.max(left, level), Number.NEGATIVE_INFINITY);
  const value = toTriggerUnit(definition.unit, highest);
  const threshold = definition.threshold ?? 0;
  const exceeding = value > threshold;
  const coveredMs = moments.reduce((total, { durationMs }) => total + durationMs, 0);
  if (!exceeding && coveredMs < measure.minimumCovered) {
    const reason = `${formatDurationMs(coveredMs)} of the day are covered, ${formatDurationMs(measure.minimumCovered)} are needed to say it stayed below`;
    return { ...notEvaluable(day, reason, synthetic), n: moments.length };
  }
  const wellBelow = value < threshold * definition.persistence.clearBelow;
  return {
    day,
    value,
    n: moments.length,
    interval: null,
    evaluable: true,
    exceeding,
    wellBelow,
    synthetic,
    reason: null,
  };
}
