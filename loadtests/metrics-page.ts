/** Reads histograms off a Prometheus page in the text format, and what was added to them between two readings. Pure. */
import { histogramsOf, parsePage } from '../collector/index.ts';
import { addCounts, type BucketCounts } from '../src/kernel/histogram.ts';
import { labelKey } from '../src/kernel/series.ts';

/** One histogram series; `counts` per bucket (not cumulative), `bounds` ascending, in the page's unit. */
export interface PageSeries extends BucketCounts {
  readonly name: string;
  /** Without `le`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Every histogram of one or several pages by a key of name and labels. */
export type PageReading = ReadonlyMap<string, PageSeries>;

/** Far above what an application shows; a page beyond it is a mistake. */
const maxSamples = 1_000_000;

/** @throws INVALID_REQUEST naming the line that is no sample, or the histogram whose buckets do not add up */
export function readMetricsPage(text: string): PageReading {
  const histograms = histogramsOf(parsePage(text, 'text', { maxSamples })).filter(({ counts }) => counts.length > 0);
  return new Map(
    histograms.map(({ name, labels, bounds, counts }) => [keyOf(name, labels), { name, labels, bounds, counts }]),
  );
}

/** The same series of several instances added up; one whose bounds differ stays a series of its own. */
export function sumReadings(readings: readonly PageReading[]): PageReading {
  const sums = new Map<string, PageSeries>();
  for (const series of readings.flatMap((reading) => [...reading.values()])) {
    const key = `${keyOf(series.name, series.labels)} ${series.bounds.join(',')}`;
    const sum = sums.get(key);
    sums.set(key, sum === undefined ? series : { ...sum, counts: addCounts(sum.counts, series.counts) });
  }
  return sums;
}

/** What `after` has more than `before`; null when a count went back, because the program was started anew in between. */
export function addedBetween(before: PageReading, after: PageReading): readonly PageSeries[] | null {
  const added: PageSeries[] = [];
  for (const [key, series] of after) {
    const earlier = before.get(key)?.counts ?? [];
    const counts = series.counts.map((count, index) => count - (earlier[index] ?? 0));
    if (counts.some((count) => count < 0)) return null;
    added.push({ ...series, counts });
  }
  return [...before.keys()].every((key) => after.has(key)) ? added : null;
}

function keyOf(name: string, labels: PageSeries['labels']): string {
  return `${name} ${labelKey(labels)}`;
}
