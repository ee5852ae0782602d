/** The minutes of one day that a contrast is taken from: series that it tells apart, summed; read a part at a time. */
import type { HistoryReader } from '../../collector/index.ts';
import type { ObservedSlice } from '../evidence/index.ts';
import { label, metric } from '../kernel/conventions.ts';
import { hourMs, minuteMs } from '../kernel/duration.ts';
import { addCounts } from '../kernel/histogram.ts';
import type { Series, Slice } from '../kernel/series.ts';
import type { DayRange } from './calendar.ts';

/** Slices looked at in one step: some ten ms. Days of few series are read in one. */
const slicesPerStep = 30_000;

/** Of the time in databases of every domain, and of the entry requests of the `victims`. */
export class ContrastMinutes {
  readonly #reader: HistoryReader;
  readonly #range: DayRange;
  readonly #groupOf = new Map<number, Map<number, ObservedSlice>>();
  readonly #groups = new Map<string, Map<number, ObservedSlice>>();
  readonly #series: ReadonlyMap<number, Series>;
  #nextMs: number;

  constructor(reader: HistoryReader, range: DayRange, victims: readonly string[]) {
    this.#reader = reader;
    this.#range = range;
    this.#nextMs = range.fromMs;
    this.#series = new Map(reader.series().flatMap((one) => (isRead(one, victims) ? [[one.id, one] as const] : [])));
    for (const [id, { signal, labels, synthetic, bounds }] of this.#series) {
      const key = JSON.stringify([signal, labels[label.domain], synthetic, bounds]);
      const group = this.#groups.get(key) ?? new Map<number, ObservedSlice>();
      this.#groups.set(key, group);
      this.#groupOf.set(id, group);
    }
  }

  /** Reads on; false when the day is read. */
  step(): boolean {
    const ids = [...this.#series.keys()];
    let seen = 0;
    while (this.#nextMs < this.#range.toMs && seen < slicesPerStep) {
      const toMs = Math.min(this.#range.toMs, (Math.floor(this.#nextMs / hourMs) + 1) * hourMs);
      this.#reader.eachSlice(ids, this.#nextMs, toMs, (slice) => {
        seen += 1;
        this.#add(slice);
      });
      this.#nextMs = toMs;
    }
    return this.#nextMs < this.#range.toMs;
  }

  /** One slice a minute and group; each under one of the group's series. */
  slices(): readonly ObservedSlice[] {
    return [...this.#groups.values()].flatMap((minutes) => [...minutes.values()]);
  }

  #add(slice: Slice): void {
    const series = this.#series.get(slice.seriesId);
    if (series === undefined || slice.durationMs > minuteMs) return;
    const minutes = this.#groupOf.get(slice.seriesId);
    const startMs = Math.floor(slice.startMs / minuteMs) * minuteMs;
    const before = minutes?.get(startMs);
    const whole =
      before === undefined
        ? { ...slice, startMs, durationMs: minuteMs }
        : { ...before.slice, counts: addCounts(before.slice.counts, slice.counts), sum: before.slice.sum + slice.sum };
    minutes?.set(startMs, { series: before?.series ?? series, slice: whole });
  }
}

function isRead({ signal, source, labels }: Series, victims: readonly string[]): boolean {
  if (source !== 'metrics') return false;
  if (signal === metric.dbDuration) return true;
  const isEntry = signal === metric.requestDuration && labels[label.entry] === 'true';
  return isEntry && victims.includes(labels[label.domain] ?? '');
}
