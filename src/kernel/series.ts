/** What a stored series is, and how one is selected; shared by the collector (stores), slo (selects) and engine (sums). */

import { entryValue, label } from './conventions.ts';

/** Where the numbers came from: exact metric points, (possibly sampled) spans, probe runs, a scraped page. */
export type SeriesSource = 'metrics' | 'spans' | 'probe' | 'scrape';

export type SeriesKind = 'histogram' | 'counter' | 'gauge';

/** One series, summed over instances. Synthetic data is always a series of its own. */
export interface Series {
  readonly id: number;
  readonly signal: string;
  readonly kind: SeriesKind;
  readonly source: SeriesSource;
  /** Label values are strings; `domain`, `operation`, `entry` (`true`/`false`), `outcome` where they apply. */
  readonly labels: Readonly<Record<string, string>>;
  readonly synthetic: boolean;
  /** Upper bucket bounds in the signal's unit (seconds for durations), ascending; the last bucket is open. Null unless a histogram. */
  readonly bounds: readonly number[] | null;
}

/** Every condition must hold; a label may name several accepted values. */
export interface SeriesSelector {
  readonly signal: string;
  readonly source: SeriesSource;
  readonly where: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * What one slice adds. Histogram: `counts` (bounds + 1 of them) and `sum`; counter: `sum` alone, counts empty;
 * gauge: `counts` empty, `sum` is the last value, `max` the highest.
 */
export interface SliceCounts {
  readonly counts: readonly number[];
  readonly sum: number;
  readonly max: number | null;
}

/** `startMs` is Unix ms, a multiple of `durationMs`; half-open [start, start + duration). */
export interface Slice extends SliceCounts {
  readonly seriesId: number;
  readonly startMs: number;
  readonly durationMs: number;
}

/** True when the series carries the signal, the source and every wanted label value; requests of probes only where they are asked for. */
export function matchesSelector(series: Series, selector: SeriesSelector): boolean {
  if (series.signal !== selector.signal || series.source !== selector.source) return false;
  if (series.labels[label.entry] === entryValue.probe && selector.where[label.entry] === undefined) return false;
  return Object.entries(selector.where).every(([name, wanted]) => {
    const value = series.labels[name];
    if (value === undefined) return false;
    return typeof wanted === 'string' ? value === wanted : wanted.includes(value);
  });
}

/** One text per distinct label set, independent of key order. */
export function labelKey(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)));
}
