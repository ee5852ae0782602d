/** What a cumulative point adds to the one before it. Pure. */
import type { SeriesKind, SliceCounts } from '../../src/kernel/series.ts';

/** True when something went down that only grows: the stream has begun anew. The sum of a histogram may fall (negative observations). */
export function isReset(value: SliceCounts, before: SliceCounts, kind: SeriesKind): boolean {
  if (kind === 'counter') return value.sum < before.sum;
  const { counts } = value;
  for (let index = 0; index < counts.length; index += 1) {
    if ((counts[index] ?? 0) < (before.counts[index] ?? 0)) return true;
  }
  return false;
}

/** True when `value` says nothing that `before` (null: nothing at all) has not said: there is nothing to add. */
export function isSame(value: SliceCounts, before: SliceCounts | null): boolean {
  if (value.sum !== (before?.sum ?? 0)) return false;
  const { counts } = value;
  for (let index = 0; index < counts.length; index += 1) {
    if ((counts[index] ?? 0) !== (before?.counts[index] ?? 0)) return false;
  }
  return true;
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
