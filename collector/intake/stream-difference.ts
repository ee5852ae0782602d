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
