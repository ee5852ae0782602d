/** What a cumulative point adds to the one before it. Pure. */
import type { SeriesKind, SliceCounts } from '../../src/kernel/series.ts';

/** `value` − `before`; the whole value at the start of a stream, and after a reset (something went down). */
export function differenceOf(value: SliceCounts, before: SliceCounts | null, kind: SeriesKind): SliceCounts {
  if (before === null || isReset(value, before, kind)) return value;
  return {
    counts: value.counts.map((count, index) => count - (before.counts[index] ?? 0)),
    sum: value.sum - before.sum,
    max: null,
  };
}

/** True when adding it would change nothing. */
export function isZero(value: SliceCounts): boolean {
  return value.sum === 0 && value.counts.every((count) => count === 0);
}

/** The sum of a histogram may fall (negative observations); its counts and a counter may not. */
function isReset(value: SliceCounts, before: SliceCounts, kind: SeriesKind): boolean {
  if (kind === 'counter') return value.sum < before.sum;
  return value.counts.some((count, index) => count < (before.counts[index] ?? 0));
}

/** Two states of one stream on the bounds that both have, where both are exact. */
export function onSharedBounds(
  bounds: readonly number[],
  value: SliceCounts,
  boundsBefore: readonly number[],
  before: SliceCounts,
): { readonly bounds: readonly number[]; readonly value: SliceCounts; readonly before: SliceCounts } {
  const known = new Set(boundsBefore);
  const shared = bounds.filter((bound) => known.has(bound));
  return {
    bounds: shared.length === bounds.length ? bounds : shared,
    value: { ...value, counts: mergedCounts(bounds, value.counts, shared) },
    before: { ...before, counts: mergedCounts(boundsBefore, before.counts, shared) },
  };
}

/** `shared` are some of `bounds`, in order. */
function mergedCounts(bounds: readonly number[], counts: readonly number[], shared: readonly number[]): number[] {
  const merged = new Array<number>(shared.length + 1).fill(0);
  let place = 0;
  for (let index = 0; index < counts.length; index += 1) {
    merged[place] = (merged[place] ?? 0) + (counts[index] ?? 0);
    if (place < shared.length && bounds[index] === shared[place]) place += 1;
  }
  return merged;
}
