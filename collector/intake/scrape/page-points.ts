/** What a page says as metric points: running totals, histograms and gauges. Pure. */
import { histogramNames, histogramsOf, type PageHistogram } from './histograms.ts';
import { labelText } from './label-text.ts';
import type { PageExemplar, PageFamily, PageLabels, PageSample } from './page.ts';
import { signalOf } from './signal-names.ts';

/** Times are Unix ms; `startMs` 0 when the page does not say since when it counts. Histograms: `counts` per bucket. */
export interface ScrapedPoint {
  readonly shape: 'histogram' | 'counter' | 'gauge';
  readonly name: string;
  readonly labels: PageLabels;
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly exemplars: readonly PageExemplar[];
  /** False: the level was there before and is gone, which is all that the point says. */
  readonly isRecorded: boolean;
}

/** `skipped` samples cannot be counted: quantiles of a summary, and numbers that are not finite. */
export interface PagePoints {
  readonly points: readonly ScrapedPoint[];
  readonly skipped: number;
  /** When the scraped process began, Unix ms; null when the page does not say. */
  readonly processStartMs: number | null;
}

const processStart = 'process_start_time_seconds';

/** `timeMs`: when the page was read; a sample's own time goes before it. */
export function pointsOf(families: readonly PageFamily[], timeMs: number): PagePoints {
  const points: ScrapedPoint[] = [];
  let skipped = 0;
  const add = (point: ScrapedPoint): void => {
    if (Number.isFinite(point.value)) points.push(point);
    else skipped += 1;
  };
  for (const histogram of histogramsOf(families)) add(histogramPoint(histogram, timeMs));
  const parts = partsOf(histogramNames(families));
  for (const family of families) {
    const created = createdTimes(family);
    for (const sample of family.samples) {
      if (parts.has(sample.name) || isCreated(family, sample)) continue;
      if (isUncountable(family, sample)) skipped += 1;
      else add(numberPoint(family, sample, created.get(keyOf(sample)) ?? null, timeMs));
    }
  }
  const started = families.find(({ name }) => name === processStart)?.samples[0]?.value ?? Number.NaN;
  return { points, skipped, processStartMs: Number.isFinite(started) ? Math.round(started * 1_000) : null };
}

function histogramPoint(histogram: PageHistogram, timeMs: number): ScrapedPoint {
  const { name, labels, counts, bounds, exemplars } = histogram;
  const at = histogram.timeMs ?? timeMs;
  return {
    ...{ shape: 'histogram', name: signalOf(name, 'histogram').signal, labels, bounds, exemplars, isRecorded: true },
    startMs: startOf(histogram.createdMs, at),
    timeMs: at,
    value: histogram.sum ?? 0,
    counts: counts.length > 0 ? counts : [Math.round(histogram.count ?? 0)],
  };
}

function numberPoint(family: PageFamily, sample: PageSample, createdMs: number | null, timeMs: number): ScrapedPoint {
  const shape = isRunningTotal(family, sample) ? 'counter' : 'gauge';
  const { signal, factor } = signalOf(sample.name, shape);
  const at = sample.timeMs ?? timeMs;
  return {
    ...{ shape, name: signal, labels: sample.labels, counts: [], bounds: [], isRecorded: true },
    startMs: shape === 'counter' ? startOf(createdMs, at) : 0,
    timeMs: at,
    value: sample.value * factor,
    exemplars: sample.exemplar === null ? [] : [sample.exemplar],
  };
}

/** A page without types still says what counts: by the ending that counters have. */
function isRunningTotal(family: PageFamily, sample: PageSample): boolean {
  if (sample.value < 0) return false;
  if (family.type === 'counter') return true;
  if (family.type === 'summary') return sample.name !== family.name;
  return family.type === 'unknown' && sample.name.endsWith('_total');
}

/** Quantiles do not add up over instances and time; the buckets of a gauge histogram are no counts. */
function isUncountable(family: PageFamily, sample: PageSample): boolean {
  if (family.type === 'summary') return sample.name === family.name;
  return family.type === 'gaugehistogram' && sample.name.endsWith('_bucket');
}

function isCreated(family: PageFamily, sample: PageSample): boolean {
  return (family.type === 'counter' || family.type === 'summary') && sample.name === `${family.name}_created`;
}

function createdTimes(family: PageFamily): ReadonlyMap<string, number> {
  const created = family.samples.filter((sample) => isCreated(family, sample));
  return new Map(created.map((sample) => [keyOf(sample), Math.round(sample.value * 1_000)]));
}

function keyOf(sample: PageSample): string {
  return labelText(sample.labels);
}

/** A beginning after the point itself is a clock that is wrong, and says nothing. */
function startOf(createdMs: number | null, timeMs: number): number {
  return createdMs !== null && createdMs > 0 && createdMs <= timeMs ? createdMs : 0;
}

function partsOf(histograms: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    [...histograms].flatMap((name) => ['_bucket', '_sum', '_count', '_created'].map((part) => name + part)),
  );
}
