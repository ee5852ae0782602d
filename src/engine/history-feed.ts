/** Fills the books: once from the stored history, then from every commit. Both ways add each slice exactly once. */
import type { CommitNotice, HistoryReader } from '../../collector/index.ts';
import { metric, sliceKeepMs, sliceMs } from '../kernel/conventions.ts';
import { dayMs } from '../kernel/duration.ts';
import type { Series, SeriesSource, Slice } from '../kernel/series.ts';
import type { TriggerDefinition } from '../readiness/index.ts';
import type { DayBook } from './day-book.ts';
import { type MinuteBook, minuteSignals } from './minute-book.ts';
import type { ObjectiveBook } from './objective-book.ts';
import type { TrafficBook } from './traffic-book.ts';

/** How far back the books reach: a trigger's trend needs 60 days. */
export const bookDays = 62;

export interface Books {
  readonly objectives: ObjectiveBook;
  readonly days: DayBook;
  readonly traffic: TrafficBook;
  readonly minutes: MinuteBook;
}

/** Signals that some book reads; series of others stay on disk. */
export function wantedSignals(books: Books, triggers: readonly TriggerDefinition[]): ReadonlySet<string> {
  const measured = triggers.flatMap(({ measure }) => ('signal' in measure ? [measure.signal] : []));
  const objectives = books.objectives.sources().map(({ signal }) => signal);
  const evidence = triggers.flatMap((trigger) => trigger.evidence.map(({ signal }) => signal));
  return new Set([...objectives, ...measured, ...evidence, ...minuteSignals, metric.callDuration]);
}

/**
 * Reads the stored history into empty books, a day at a time. Nothing may be committed meanwhile: call it before the first
 * body is accepted, or on a database that nobody writes.
 */
export function readHistory(books: Books, wanted: ReadonlySet<string>, reader: HistoryReader, nowMs: number): void {
  const series = reader.series().filter((one) => wanted.has(one.signal));
  for (const one of series) addSeries(books, one);
  const ids = series.map((one) => one.id);
  const endMs = nowMs + dayMs;
  // Whole UTC days, as they are stored: a day that straddles two would be read twice.
  const firstMs = Math.floor((nowMs - bookDays * dayMs) / dayMs) * dayMs;
  for (let fromMs = firstMs; ids.length > 0 && fromMs < endMs; fromMs += dayMs) {
    for (const slice of reader.slices(ids, fromMs, fromMs + dayMs)) addSlice(books, slice);
  }
  for (const { signal, source } of books.objectives.sources()) {
    for (const range of reader.presence(signal, source, nowMs - bookDays * dayMs, endMs)) {
      observePieces(books, signal, source, range.startMs, range.startMs + range.durationMs, nowMs);
    }
  }
}

/** Adds what one commit brought. */
export function applyNotice(books: Books, wanted: ReadonlySet<string>, notice: CommitNotice, nowMs: number): void {
  for (const one of notice.newSeries) if (wanted.has(one.signal)) addSeries(books, one);
  for (const slice of notice.slices) addSlice(books, slice);
  for (const { signal, source, startMs } of notice.presence) {
    if (wanted.has(signal)) observePieces(books, signal, source, startMs, startMs + sliceMs.fine, nowMs);
  }
}

function addSeries(books: Books, series: Series): void {
  books.objectives.addSeries(series);
  books.days.addSeries(series);
  books.traffic.addSeries(series);
  books.minutes.addSeries(series);
}

function addSlice(books: Books, slice: Slice): void {
  books.objectives.addSlice(slice);
  books.days.add(slice);
  books.traffic.add(slice);
  books.minutes.add(slice);
}

/**
 * Marks [fromMs, toMs) as seen in pieces of the length that slices of that age have: one long piece would join the slices
 * inside it and blur every window that ends there.
 */
function observePieces(
  books: Books,
  signal: string,
  source: SeriesSource,
  fromMs: number,
  toMs: number,
  nowMs: number,
): void {
  for (let atMs = fromMs; atMs < toMs; ) {
    const ageMs = nowMs - atMs;
    const lengthMs =
      ageMs > sliceKeepMs.minute ? sliceMs.coarse : ageMs > sliceKeepMs.fine ? sliceMs.minute : sliceMs.fine;
    const startMs = Math.floor(atMs / lengthMs) * lengthMs;
    books.objectives.observe(signal, source, startMs, lengthMs);
    atMs = startMs + lengthMs;
  }
}
