/** The sums of every series by calendar day, kept in memory: daily statistics, operations, coupling and percentiles read from here. */

import type { Series, Slice } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import type { Calendar } from './calendar.ts';
import { addToSum, type DaySum, eachOfDay, firstOf, packDay, sliceOf } from './day-sum.ts';
import type { PackedSums } from './packed-sums.ts';

/** One signal of one day: open to additions, or packed when it is over. */
type DayTable =
  | { readonly kind: 'open'; readonly sums: Map<number, DaySum> }
  | { readonly kind: 'packed'; readonly sums: PackedSums };

/** A class because it lives as long as the engine. */
export class DayBook {
  readonly #calendar: Calendar;
  readonly #series = new Map<number, Series>();
  readonly #days = new Map<string, Map<string, DayTable>>();
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
    const sums = this.#openSums(day, series.signal);
    const sum = sums.get(slice.seriesId);
    if (sum === undefined) sums.set(slice.seriesId, firstOf(slice));
    else addToSum(sum, slice, series.kind === 'gauge');
    const changed = this.#changed.get(series.signal);
    if (changed === undefined) this.#changed.set(series.signal, new Set([day]));
    else changed.add(day);
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
    this.#eachOf(day, signal, (series, sum) => found.push({ series, slice: sliceOf(series.id, sum) }));
    return found;
  }

  /** One slice a series, its sum over the days; of a gauge, which does not add up, one a day. */
  ofDays(days: readonly string[], signal: string): SeriesSlice[] {
    const found: SeriesSlice[] = [];
    const sums = new Map<number, DaySum>();
    for (const day of days) {
      this.#eachOf(day, signal, (series, sum) => {
        const slice = sliceOf(series.id, sum);
        const before = sums.get(series.id);
        if (series.kind === 'gauge') found.push({ series, slice });
        else if (before === undefined) sums.set(series.id, firstOf(slice));
        else addToSum(before, slice, false);
      });
    }
    for (const [id, sum] of sums) {
      const series = this.#series.get(id);
      if (series !== undefined) found.push({ series, slice: sliceOf(id, sum) });
    }
    return found;
  }

  /** Takes less memory for days before `day`; an addition to one of them opens it again. */
  packBefore(day: string): void {
    for (const [known, tables] of this.#days) {
      if (known >= day) continue;
      for (const [signal, table] of tables) {
        if (table.kind === 'open') tables.set(signal, { kind: 'packed', sums: packDay(table.sums) });
      }
    }
  }

  /** Forgets days before `day`. */
  dropBefore(day: string): void {
    for (const known of [...this.#days.keys()]) if (known < day) this.#days.delete(known);
  }

  #eachOf(day: string, signal: string, visit: (series: Series, sum: DaySum) => void): void {
    const table = this.#days.get(day)?.get(signal);
    if (table === undefined) return;
    const found = (id: number, sum: DaySum): void => {
      const series = this.#series.get(id);
      if (series !== undefined) visit(series, sum);
    };
    if (table.kind === 'packed') eachOfDay(table.sums, found);
    else for (const [id, sum] of table.sums) found(id, sum);
  }

  #openSums(day: string, signal: string): Map<number, DaySum> {
    let tables = this.#days.get(day);
    if (tables === undefined) {
      tables = new Map();
      this.#days.set(day, tables);
    }
    const table = tables.get(signal);
    if (table?.kind === 'open') return table.sums;
    const sums = new Map<number, DaySum>();
    if (table !== undefined) eachOfDay(table.sums, (id, sum) => sums.set(id, sum));
    tables.set(signal, { kind: 'open', sums });
    return sums;
  }
}
