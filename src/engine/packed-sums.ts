/** Sums of many series in little memory: 10,000 series over 62 days are some 40 MB instead of 300. */

/** What is kept of a series. `marks` are two whole numbers below 2^32, of the caller's meaning. */
export interface CountSum {
  readonly counts: readonly number[];
  readonly sum: number;
  readonly max: number | null;
  readonly marks: readonly [number, number];
}

/** Rows by series id, in columns; only buckets that hold something are there. */
export interface PackedSums {
  readonly ids: Uint32Array;
  readonly marks: Uint32Array;
  readonly sums: Float64Array;
  /** NaN for none; null when no series has one. */
  readonly highest: Float64Array | null;
  readonly buckets: Uint16Array;
  /** Where the filled buckets of a series end in the next two. */
  readonly ends: Uint32Array;
  readonly filled: Uint16Array;
  readonly values: Uint32Array | Float64Array;
}

/** Exactly what goes in comes back from {@link eachPacked}. */
export function packSums(sums: ReadonlyMap<number, CountSum>): PackedSums {
  const rows = [...sums.values()];
  const ends = new Uint32Array(rows.length);
  let length = 0;
  for (const [row, { counts }] of rows.entries()) {
    for (const count of counts) if (count !== 0) length += 1;
    ends[row] = length;
  }
  const filled = new Uint16Array(length);
  const values = rows.every(isWhole) ? new Uint32Array(length) : new Float64Array(length);
  let at = 0;
  for (const { counts } of rows) {
    for (let bucket = 0; bucket < counts.length; bucket += 1) {
      if (counts[bucket] === 0) continue;
      filled[at] = bucket;
      values[at] = counts[bucket] ?? 0;
      at += 1;
    }
  }
  return {
    ...{ ends, filled, values },
    ids: Uint32Array.from(sums.keys()),
    marks: Uint32Array.from(rows.flatMap(({ marks }) => marks)),
    sums: Float64Array.from(rows, ({ sum }) => sum),
    highest: rows.some(({ max }) => max !== null) ? Float64Array.from(rows, ({ max }) => max ?? Number.NaN) : null,
    buckets: Uint16Array.from(rows, ({ counts }) => counts.length),
  };
}

/** Calls `visit` for each series; `counts` are the visitor's own. */
export function eachPacked(
  packed: PackedSums,
  visit: (seriesId: number, sum: CountSum & { readonly counts: number[] }) => void,
): void {
  let at = 0;
  for (let row = 0; row < packed.ids.length; row += 1) {
    const counts = new Array<number>(packed.buckets[row] ?? 0).fill(0);
    for (const end = packed.ends[row] ?? 0; at < end; at += 1) counts[packed.filled[at] ?? 0] = packed.values[at] ?? 0;
    const max = packed.highest?.[row] ?? Number.NaN;
    visit(packed.ids[row] ?? 0, {
      counts,
      sum: packed.sums[row] ?? 0,
      max: Number.isNaN(max) ? null : max,
      marks: [packed.marks[row * 2] ?? 0, packed.marks[row * 2 + 1] ?? 0],
    });
  }
}

function isWhole({ counts }: CountSum): boolean {
  return counts.every((count) => count >>> 0 === count);
}
