/** How much one step of housekeeping may take in hand, so that no commit waits for it for more than 20 ms of the writer's time. */

/** Bytes, but where it says rows. */
export const stepLimits = {
  /** Read, joined and compressed again: records of logs cost ten times what spans do. */
  mergedLogs: 524_288,
  mergedSpans: 1_048_576,
  /** Compressed frames that are deleted. */
  deleted: 4_194_304,
  /** Rows of the index that are written. */
  index: 524_288,
  /** Slices made coarser. */
  slicesMoved: 3_600,
  /** Slices or runs deleted. */
  rowsDeleted: 2_000,
} as const;

/** The first of them that together stay within `limit`, at least one. */
export function within<Item>(items: readonly Item[], limit: number, sizeOf: (item: Item) => number): Item[] {
  const taken: Item[] = [];
  let size = 0;
  for (const item of items) {
    size += sizeOf(item);
    if (taken.length > 0 && size > limit) break;
    taken.push(item);
  }
  return taken;
}
