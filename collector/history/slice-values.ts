/** Arithmetic of slices: what adding one to another means for each kind of series. Pure. */
import type { SeriesKind, SliceCounts } from '../../src/kernel/series.ts';

/** `later` on top of `earlier`: counts and sums add up; a gauge keeps the later value and the higher maximum. */
export function joinSlices(kind: SeriesKind, earlier: SliceCounts, later: SliceCounts): SliceCounts {
  return {
    counts: kind === 'gauge' ? [] : sumCounts(earlier.counts, later.counts),
    sum: kind === 'gauge' ? later.sum : earlier.sum + later.sum,
    max: higher(earlier.max, later.max),
  };
}

function sumCounts(left: readonly number[], right: readonly number[]): number[] {
  const sums = new Array<number>(Math.max(left.length, right.length));
  for (let index = 0; index < sums.length; index += 1) sums[index] = (left[index] ?? 0) + (right[index] ?? 0);
  return sums;
}

function higher(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}
