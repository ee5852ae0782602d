/** The latency picture of a domain: how many events fell into which duration bucket, a column a minute. */
import type { DomainDetail } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { type BucketCounts, totalOf } from '../kernel/histogram.ts';
import { mergeHistograms } from '../kernel/merge-histograms.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { Minute } from './domain-hour.ts';

/** The histograms of the slices as one, on the bounds that all share; null without any. */
export function histogramOf(slices: readonly SeriesSlice[]): BucketCounts | null {
  const histograms = slices.flatMap(({ series: { bounds }, slice: { counts } }) =>
    bounds === null ? [] : [{ bounds, counts }],
  );
  return histograms.length === 0 ? null : mergeHistograms(histograms);
}

/**
 * Columns of the known minutes on common bounds. Buckets that stay empty are left out at both ends, but one below the
 * lowest (so that its lower bound is known) and the open one (always the last).
 */
export function pictureOf(
  byMinute: readonly (readonly SeriesSlice[])[],
  minutes: readonly Minute[],
  known: readonly number[],
): DomainDetail['latency'] {
  const whole = histogramOf(byMinute.flat());
  if (whole === null || totalOf(whole.counts) === 0) return { boundsMs: [], columns: [] };
  const first = Math.max(0, whole.counts.findIndex((count) => count > 0) - 1);
  const last = whole.counts.findLastIndex((count) => count > 0);
  const empty = { bounds: whole.bounds, counts: whole.counts.map(() => 0) };
  const columns = minutes.flatMap(({ fromMs }, index) => {
    if ((known[index] ?? 0) === 0) return [];
    const own = histogramOf(byMinute[index] ?? []);
    const { counts } = own === null ? empty : mergeHistograms([empty, own]);
    return [{ at: isoTime(fromMs), counts: [...counts.slice(first, last + 1), ...(isOpen(whole, last) ? [] : [0])] }];
  });
  return { boundsMs: whole.bounds.slice(first, last + 1).map((seconds) => tidyMs(seconds)), columns };
}

function isOpen(buckets: BucketCounts, index: number): boolean {
  return index === buckets.bounds.length;
}

/** Seconds to ms without float noise: 0.13 s is 130 ms. */
export function tidyMs(seconds: number): number {
  return Number((seconds * 1_000).toPrecision(12));
}
