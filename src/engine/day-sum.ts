/** The sum of a series over a day. */
import { secondMs } from '../kernel/duration.ts';
import type { Slice } from '../kernel/series.ts';
import { eachPacked, type PackedSums, packSums } from './packed-sums.ts';

/** Times are whole seconds in ms. */
export interface DaySum {
  startMs: number;
  coveredMs: number;
  counts: number[];
  sum: number;
  max: number | null;
}

/** The slice as the first of its day. */
export function firstOf({ startMs, durationMs, counts, sum, max }: Slice): DaySum {
  return { startMs, coveredMs: durationMs, counts: [...counts], sum, max };
}

/** Adds a slice, or another day, in place; of a gauge the later value stays. */
export function addToSum(sum: DaySum, slice: Slice, isGauge: boolean): void {
  for (let index = 0; index < slice.counts.length; index += 1) {
    sum.counts[index] = (sum.counts[index] ?? 0) + (slice.counts[index] ?? 0);
  }
  sum.startMs = Math.min(sum.startMs, slice.startMs);
  sum.coveredMs += slice.durationMs;
  sum.sum = isGauge ? slice.sum : sum.sum + slice.sum;
  if (slice.max !== null) sum.max = sum.max === null ? slice.max : Math.max(sum.max, slice.max);
}

/** The sum as one slice. */
export function sliceOf(seriesId: number, sum: DaySum): Slice {
  return { seriesId, startMs: sum.startMs, durationMs: sum.coveredMs, counts: sum.counts, sum: sum.sum, max: sum.max };
}

/** The sums of a day that is over. */
export function packDay(sums: ReadonlyMap<number, DaySum>): PackedSums {
  const rows = [...sums].map(([id, { counts, sum, max, startMs, coveredMs }]) => {
    const marks = [startMs / secondMs, coveredMs / secondMs] as const;
    return [id, { counts, sum, max, marks }] as const;
  });
  return packSums(new Map(rows));
}

/** Calls `visit` with a sum of its own for each series. */
export function eachOfDay(packed: PackedSums, visit: (seriesId: number, sum: DaySum) => void): void {
  eachPacked(packed, (id, { counts, sum, max, marks: [startSeconds, coveredSeconds] }) =>
    visit(id, { counts, sum, max, startMs: startSeconds * secondMs, coveredMs: coveredSeconds * secondMs }),
  );
}
