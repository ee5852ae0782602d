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

/** Counts that can be added to; an empty list is a gauge's, a counter's, or all zero. */
export interface RunningCounts {
  counts: number[];
  sum: number;
  max: number | null;
}

/** A copy to add to. */
export function runningCopy({ counts, sum, max }: SliceCounts): RunningCounts {
  return { counts: counts.slice(), sum, max };
}

/** `value` less `before` (null: nothing) on top of `total`, in place; see {@link joinSlices}. */
export function addTo(total: RunningCounts, kind: SeriesKind, value: SliceCounts, before: SliceCounts | null): void {
  total.max = higher(total.max, value.max);
  if (kind === 'gauge') {
    total.sum = value.sum;
    return;
  }
  total.sum += before === null ? value.sum : value.sum - before.sum;
  const { counts } = total;
  for (let index = 0; index < value.counts.length; index += 1) {
    const added = (value.counts[index] ?? 0) - (before === null ? 0 : (before.counts[index] ?? 0));
    counts[index] = (counts[index] ?? 0) + added;
  }
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
