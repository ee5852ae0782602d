/** Minutes of two domains from stored slices: the aggressor's share of the database time, the victim's load and p95. */
import { label, metric } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import { type BucketCounts, estimateQuantile, totalOf } from '../kernel/histogram.ts';
import { mergeHistograms } from '../kernel/merge-histograms.ts';
import type { Series, Slice } from '../kernel/series.ts';
import {
  type ContrastOptions,
  type NeighbourContrast,
  type NeighbourMinute,
  noisyNeighbour,
} from './noisy-neighbour.ts';

/** A slice with the series it belongs to. */
export interface ObservedSlice {
  readonly series: Series;
  readonly slice: Slice;
}

/** Requests in a minute below which its p95 is one request's luck. */
const minimumRequests = 20;

/**
 * Minutes in which any domain used the database and the victim answered at least 20 entry requests. Slices of
 * `domain.db.duration` and `domain.request.duration` are read, those longer than a minute are ignored.
 */
export function neighbourMinutes(
  slices: readonly ObservedSlice[],
  aggressor: string,
  victim: string,
): readonly NeighbourMinute[] {
  const fine = slices.filter(({ series, slice }) => slice.durationMs <= minuteMs && series.source === 'metrics');
  const database = groupByMinute(fine.filter(({ series }) => series.signal === metric.dbDuration));
  const requests = groupByMinute(
    fine.filter(
      ({ series }) =>
        series.signal === metric.requestDuration &&
        series.labels[label.domain] === victim &&
        series.labels[label.entry] === 'true',
    ),
  );
  return [...requests].flatMap(([startMs, answered]) => {
    const used = database.get(startMs) ?? [];
    const whole = secondsOf(used);
    const merged = mergeHistograms(answered.map(asBuckets));
    const victimLoad = totalOf(merged.counts);
    const p95 = estimateQuantile(merged, 0.95);
    if (whole <= 0 || victimLoad < minimumRequests || p95 === null) return [];
    const own = secondsOf(used.filter(({ series }) => series.labels[label.domain] === aggressor));
    return [{ startMs, aggressorShare: own / whole, victimLoad, victimP95Ms: p95 * 1000 }];
  });
}

/** The contrast with the victim that suffers most: one that is slower for sure and over its limit, else the largest effect. */
export function worstNeighbour(
  slices: readonly ObservedSlice[],
  aggressor: string,
  victims: readonly string[],
  options: ContrastOptions,
): NeighbourContrast & { readonly victim: string | null; readonly synthetic: boolean } {
  const contrasts = victims.map((victim) => ({
    ...noisyNeighbour(neighbourMinutes(slices, aggressor, victim), options),
    victim,
  }));
  const synthetic = slices.some(({ series }) => series.synthetic);
  const [worst] = [...contrasts].sort((left, right) => severity(right) - severity(left));
  if (worst !== undefined) return { ...worst, synthetic };
  const nothing = { effectMs: null, interval: null, minutes: 0, victimBreached: null };
  return { ...nothing, victim: null, synthetic, reason: 'no victim is named' };
}

/** Orders contrasts; unknown ones last, by how many minutes they have. */
function severity({ effectMs, interval, victimBreached, minutes }: NeighbourContrast): number {
  if (effectMs === null || interval === null) return minutes - 1e12;
  return (interval.low > 0 && victimBreached === true ? 1e9 : 0) + effectMs;
}

function groupByMinute(slices: readonly ObservedSlice[]): ReadonlyMap<number, readonly ObservedSlice[]> {
  return Map.groupBy(slices, ({ slice }) => Math.floor(slice.startMs / minuteMs) * minuteMs);
}

function secondsOf(slices: readonly ObservedSlice[]): number {
  return slices.reduce((sum, { slice }) => sum + slice.sum, 0);
}

function asBuckets({ series, slice }: ObservedSlice): BucketCounts {
  return { bounds: series.bounds ?? [], counts: slice.counts };
}
