/** Bucket counts of several series as one histogram over the bounds that all of them share; exact on those bounds. */
import { addCounts, type BucketCounts, totalOf } from './histogram.ts';

/** Sums over the common bounds; histograms with the same bounds lose nothing. Empty input gives one open bucket. */
export function mergeHistograms(all: readonly BucketCounts[]): BucketCounts {
  const distinct = new Map<readonly number[], number[]>();
  for (const { bounds, counts } of all) {
    distinct.set(bounds, addCounts(counts, distinct.get(bounds) ?? []));
  }
  const groups = [...distinct].map(([bounds, counts]) => ({ bounds, counts }));
  const [first, ...rest] = groups;
  if (first === undefined) return { bounds: [], counts: [0] };
  const shared = first.bounds.filter((bound) => rest.every(({ bounds }) => bounds.includes(bound)));
  const merged = groups.map((group) => rebucket(group, shared)).reduce(addCounts);
  return { bounds: shared, counts: merged };
}

/** The bucket that holds the event of this 1-based rank; the open bucket ends at Infinity. */
export function rankBucket(buckets: BucketCounts, rank: number): { readonly low: number; readonly high: number } {
  let seen = 0;
  let index = 0;
  for (; index < buckets.counts.length - 1; index += 1) {
    seen += buckets.counts[index] ?? 0;
    if (seen >= rank) break;
  }
  return {
    low: index === 0 ? 0 : (buckets.bounds[index - 1] ?? 0),
    high: buckets.bounds[index] ?? Number.POSITIVE_INFINITY,
  };
}

function rebucket({ bounds, counts }: BucketCounts, shared: readonly number[]): number[] {
  if (bounds.length === shared.length) return [...counts];
  let from = 0;
  const kept = shared.map((bound) => {
    const end = bounds.indexOf(bound) + 1;
    const sum = totalOf(counts.slice(from, end));
    from = end;
    return sum;
  });
  return [...kept, totalOf(counts.slice(from))];
}
