/** Puts the samples of a histogram together: bounds, counts per bucket, sum, count. */
import { AppError } from '../../../src/kernel/errors.ts';
import type { BucketCounts } from '../../../src/kernel/histogram.ts';
import { labelText } from './label-text.ts';
import type { PageExemplar, PageFamily, PageLabels, PageSample } from './page.ts';

/** `counts` per bucket (not cumulative), `bounds` ascending, in the page's unit. */
export interface PageHistogram extends BucketCounts {
  readonly name: string;
  /** Without `le`. */
  readonly labels: PageLabels;
  readonly sum: number | null;
  /** As `_count` says; null when the page has none. */
  readonly count: number | null;
  /** Unix ms of the samples, and of the beginning; null when the page gives none. */
  readonly timeMs: number | null;
  readonly createdMs: number | null;
  readonly exemplars: readonly PageExemplar[];
  readonly line: number;
}

interface Parts {
  readonly name: string;
  readonly labels: PageLabels;
  readonly buckets: { readonly bound: number; readonly sample: PageSample }[];
  sum: number | null;
  count: number | null;
  createdMs: number | null;
}

const bucketSuffix = '_bucket';

/**
 * Every histogram of the page, also those of the older format that come without a type.
 * @throws INVALID_REQUEST when buckets fall or there is no last one
 */
export function histogramsOf(families: readonly PageFamily[]): readonly PageHistogram[] {
  const names = histogramNames(families);
  const found = new Map<string, Parts>();
  for (const family of families) {
    if (family.type !== 'histogram' && family.type !== 'unknown') continue;
    for (const sample of family.samples) {
      const cut = sample.name.lastIndexOf('_');
      const [name, part] = [sample.name.slice(0, cut), sample.name.slice(cut + 1)];
      if (names.has(name)) addPart(found, name, part, sample);
    }
  }
  return [...found.values()].map(histogramOf);
}

/** Names of the page's histograms. */
export function histogramNames(families: readonly PageFamily[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { type, name, samples } of families) {
    if (type === 'histogram') names.add(name);
    else if (type === 'unknown' && name.endsWith(bucketSuffix) && samples[0]?.labels.le !== undefined) {
      names.add(name.slice(0, -bucketSuffix.length));
    }
  }
  return names;
}

function addPart(found: Map<string, Parts>, name: string, part: string, sample: PageSample): void {
  const key = `${name} ${labelText(sample.labels, part === 'bucket' ? 'le' : '')}`;
  let parts = found.get(key);
  if (parts === undefined) {
    const { le: _, ...rest } = sample.labels;
    const labels = part === 'bucket' ? rest : sample.labels;
    parts = { name, labels, buckets: [], sum: null, count: null, createdMs: null };
    found.set(key, parts);
  }
  if (part === 'sum') parts.sum = sample.value;
  else if (part === 'count') parts.count = sample.value;
  else if (part === 'created') parts.createdMs = Math.round(sample.value * 1_000);
  else parts.buckets.push({ bound: boundOf(sample.labels.le, sample), sample });
}

function boundOf(le: string | undefined, sample: PageSample): number {
  const bound = le === '+Inf' || le === 'Inf' ? Number.POSITIVE_INFINITY : Number(le === '' ? undefined : le);
  return Number.isNaN(bound)
    ? refuse(sample, `must carry the label le with a number, not ${JSON.stringify(le ?? '')}`)
    : bound;
}

function histogramOf(parts: Parts): PageHistogram {
  const { name, labels, sum, createdMs } = parts;
  const ordered = parts.buckets.toSorted((left, right) => left.bound - right.bound);
  const last = ordered.at(-1);
  const line = ordered[0]?.sample.line ?? 0;
  const cumulative = ordered.map(({ sample }) => sample.value);
  if (last !== undefined && last.bound !== Number.POSITIVE_INFINITY) {
    refuse(last.sample, 'is the last bucket; its buckets must grow up to le="+Inf"');
  }
  ordered.forEach(({ sample }, index) => {
    const before = cumulative[index - 1] ?? 0;
    if (!(sample.value >= before) || !Number.isFinite(sample.value)) {
      refuse(
        sample,
        `is ${sample.value}, less than the bucket below it (${before}); its buckets must grow up to le="+Inf"`,
      );
    }
  });
  return {
    ...{ name, labels, sum, createdMs, line },
    count: parts.count ?? cumulative.at(-1) ?? null,
    bounds: ordered.slice(0, -1).map(({ bound }) => bound),
    counts: cumulative.map((count, index) => Math.round(count) - Math.round(cumulative[index - 1] ?? 0)),
    timeMs: last?.sample.timeMs ?? null,
    exemplars: ordered.flatMap(({ sample }) => (sample.exemplar === null ? [] : [sample.exemplar])),
  };
}

function refuse(sample: PageSample, what: string): never {
  throw new AppError(
    'INVALID_REQUEST',
    `line ${sample.line} of the metrics page: ${sample.name}${JSON.stringify(sample.labels)} ${what}`,
    { details: { line: sample.line } },
  );
}
