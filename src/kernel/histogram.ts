/** Bucket arithmetic on explicit bounds: find, merge, count up to a bound, estimate a quantile. Pure. */

/** Counts per bucket; `counts.length === bounds.length + 1`, bucket i holds values in (bounds[i-1], bounds[i]]. */
export interface BucketCounts {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Index of the bucket that holds `value` (0..bounds.length); a value on a bound belongs to the bucket it closes. */
export function bucketIndexOf(bounds: readonly number[], value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function totalOf(counts: readonly number[]): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** Bucket-wise sum. Both must have the same length. */
export function addCounts(left: readonly number[], right: readonly number[]): number[] {
  return left.map((count, index) => count + (right[index] ?? 0));
}

/** The closed interval of values in which the q-quantile lies, by the buckets alone; null without events. The open bucket ends at Infinity. */
export function quantileBucket(
  buckets: BucketCounts,
  q: number,
): { readonly low: number; readonly high: number } | null {
  const total = totalOf(buckets.counts);
  if (total === 0) return null;
  const index = bucketOfRank(buckets.counts, q * total);
  return {
    low: index === 0 ? 0 : (buckets.bounds[index - 1] ?? 0),
    high: buckets.bounds[index] ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * The q-quantile (0..1), linear inside its bucket; exact only on a bound. Null without events. In the open bucket the
 * last bound is returned: the true value is higher, so a comparison "above the threshold" needs a bound above it.
 */
export function estimateQuantile(buckets: BucketCounts, q: number): number | null {
  const total = totalOf(buckets.counts);
  if (total === 0) return null;
  const rank = q * total;
  const index = bucketOfRank(buckets.counts, rank);
  const low = index === 0 ? 0 : (buckets.bounds[index - 1] ?? 0);
  const high = buckets.bounds[index];
  if (high === undefined) return low;
  const below = totalOf(buckets.counts.slice(0, index));
  const inside = buckets.counts[index] ?? 0;
  return inside === 0 ? high : low + ((high - low) * (rank - below)) / inside;
}

function bucketOfRank(counts: readonly number[], rank: number): number {
  let seen = 0;
  for (let index = 0; index < counts.length; index += 1) {
    seen += counts[index] ?? 0;
    if (seen >= rank && seen > 0) return index;
  }
  return counts.length - 1;
}
