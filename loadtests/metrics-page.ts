/** Reads histograms off a Prometheus page in the text format, and what was added to them between two readings. Pure. */
import { AppError } from '../src/kernel/errors.ts';
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

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Name, labels (quoted values may hold anything), value, a timestamp, an exemplar. */
const samplePattern =
  /^([A-Za-z_:][A-Za-z0-9_:]*)(?:\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+-?\d+)?(?:\s+#\s.*)?$/;
const labelPattern = /\s*([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"\s*(,|$)/y;

/** @throws INVALID_REQUEST naming the line that is no sample, or the histogram whose buckets do not add up */
export function readMetricsPage(text: string): PageReading {
  const buckets = new Map<string, { name: string; labels: Sample['labels']; cumulative: Map<number, number> }>();
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const { name, labels, value } = sampleOf(line, index + 1);
    const { le, ...rest } = labels;
    if (!name.endsWith('_bucket') || le === undefined) return;
    const family = name.slice(0, -'_bucket'.length);
    const key = keyOf(family, rest);
    const found = buckets.get(key) ?? { name: family, labels: rest, cumulative: new Map() };
    found.cumulative.set(numberOf(le), value);
    buckets.set(key, found);
  });
  return new Map([...buckets].map(([key, { name, labels, cumulative }]) => [key, seriesOf(name, labels, cumulative)]));
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

function sampleOf(line: string, number: number): Sample {
  const match = samplePattern.exec(line.trim());
  const value = numberOf(match?.[3] ?? '');
  if (match === null || Number.isNaN(value)) throw notUnderstood(line, number);
  return { name: match[1] ?? '', labels: labelsOf(match[2] ?? '', line, number), value };
}

function labelsOf(text: string, line: string, number: number): Record<string, string> {
  const labels: Record<string, string> = {};
  labelPattern.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    labelPattern.lastIndex = at;
    const match = labelPattern.exec(text);
    if (match === null) throw notUnderstood(line, number);
    labels[match[1] ?? ''] = (match[2] ?? '').replace(/\\(.)/g, (_, mark: string) => (mark === 'n' ? '\n' : mark));
    at = labelPattern.lastIndex;
  }
  return labels;
}

function seriesOf(name: string, labels: Sample['labels'], cumulative: ReadonlyMap<number, number>): PageSeries {
  const ordered = [...cumulative].sort(([left], [right]) => left - right);
  const last = ordered.at(-1);
  const counts = ordered.map(([, count], index) => count - (ordered[index - 1]?.[1] ?? 0));
  if (last?.[0] !== Number.POSITIVE_INFINITY || counts.some((count) => count < 0)) {
    throw new AppError(
      'INVALID_REQUEST',
      `the metrics page's histogram ${name}${JSON.stringify(labels)} is not one: its buckets must grow up to le="+Inf"`,
    );
  }
  return { name, labels, bounds: ordered.slice(0, -1).map(([bound]) => bound), counts };
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function notUnderstood(line: string, number: number): AppError {
  return new AppError(
    'INVALID_REQUEST',
    `line ${number} of the metrics page is no sample: ${line.slice(0, 120)}; it must be in the Prometheus text format`,
  );
}

function keyOf(name: string, labels: Sample['labels']): string {
  return `${name} ${labelKey(labels)}`;
}
