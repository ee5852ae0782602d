/** The sums of every series by calendar day, kept in memory: daily statistics, operations, coupling and percentiles read from here. */

import type { Series, Slice } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { Calendar } from './calendar.ts';

interface DaySum {
  startMs: number;
  coveredMs: number;
  counts: number[];
  sum: number;
  max: number | null;
}

/** A class because it lives as long as the engine. */
export class DayBook {
  readonly #calendar: Calendar;
  readonly #series = new Map<number, Series>();
  readonly #days = new Map<string, Map<string, Map<number, DaySum>>>();
  readonly #changed = new Map<string, Set<string>>();

  constructor(calendar: Calendar) {
    this.#calendar = calendar;
  }

  addSeries(series: Series): void {
    this.#series.set(series.id, series);
  }

  /** Adds a slice or a difference to its day; unknown series are ignored. */
  add(slice: Slice): void {
    const series = this.#series.get(slice.seriesId);
    if (series === undefined) return;
    const day = this.#calendar.dayOf(slice.startMs);
    const signals = this.#days.get(day) ?? new Map<string, Map<number, DaySum>>();
    this.#days.set(day, signals);
    const sums = signals.get(series.signal) ?? new Map<number, DaySum>();
    signals.set(series.signal, sums);
    const sum = sums.get(slice.seriesId);
    if (sum === undefined) sums.set(slice.seriesId, firstOf(slice));
    else addTo(sum, slice, series.kind === 'gauge');
    const changed = this.#changed.get(series.signal) ?? new Set();
    this.#changed.set(series.signal, changed.add(day));
  }

  /** Days of which the signal changed since the last call, per signal. */
  takeChanges(): ReadonlyMap<string, ReadonlySet<string>> {
    const changes = new Map(this.#changed);
    this.#changed.clear();
    return changes;
  }

  /** The oldest day with anything in it; null when empty. */
  firstDay(): string | null {
    let first: string | null = null;
    for (const day of this.#days.keys()) if (first === null || day < first) first = day;
    return first;
  }

  /** Sums of one day of the signal's series. */
  ofDay(day: string, signal: string): SeriesSlice[] {
    const found: SeriesSlice[] = [];
    for (const [id, sum] of this.#days.get(day)?.get(signal) ?? []) {
      const series = this.#series.get(id);
      if (series !== undefined) found.push({ series, slice: toSlice(id, sum) });
    }
    return found;
  }

  /** The same over several days. */
  ofDays(days: readonly string[], signal: string): SeriesSlice[] {
    return days.flatMap((day) => this.ofDay(day, signal));
  }

  /** Forgets days before `day`. */
  dropBefore(day: string): void {
    for (const known of [...this.#days.keys()]) if (known < day) this.#days.delete(known);
  }
}

function firstOf(slice: Slice): DaySum {
  return {
    startMs: slice.startMs,
    coveredMs: slice.durationMs,
    counts: [...slice.counts],
    sum: slice.sum,
    max: slice.max,
  };
}

function addTo(sum: DaySum, slice: Slice, isGauge: boolean): void {
  for (let index = 0; index < slice.counts.length; index += 1) {
    sum.counts[index] = (sum.counts[index] ?? 0) + (slice.counts[index] ?? 0);
  }
  sum.startMs = Math.min(sum.startMs, slice.startMs);
  sum.coveredMs += slice.durationMs;
  sum.sum = isGauge ? slice.sum : sum.sum + slice.sum;
  if (slice.max !== null) sum.max = sum.max === null ? slice.max : Math.max(sum.max, slice.max);
}

function toSlice(seriesId: number, sum: DaySum): Slice {
  return { seriesId, startMs: sum.startMs, durationMs: sum.coveredMs, counts: sum.counts, sum: sum.sum, max: sum.max };
}
