/** Fills the books: once from the stored history, then from every commit. Both ways add each slice exactly once. */
import type { CommitNotice, HistoryReader, PresenceRange } from '../../collector/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { metric, sliceKeepMs, sliceMs } from '../kernel/conventions.ts';
import { dayMs } from '../kernel/duration.ts';
import type { Series, Slice } from '../kernel/series.ts';
import type { TriggerDefinition } from '../readiness/index.ts';
import type { DayBook } from './day-book.ts';
import { keptMinutesMs, type MinuteBook, minuteSignals } from './minute-book.ts';
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
 * Reads the stored history into empty books, a day at a time and slice by slice: ten thousand series of one day as objects would
 * not fit into memory. Nothing may be committed meanwhile: call it before the first body is accepted, or on a database that nobody
 * writes.
 */
export function readHistory(books: Books, wanted: ReadonlySet<string>, reader: HistoryReader, nowMs: number): void {
  const series = reader.series().filter((one) => wanted.has(one.signal));
  for (const one of series) addSeries(books, one);
  const ids = series.map((one) => one.id);
  const endMs = nowMs + dayMs;
  // Whole UTC days, as they are stored: a day that straddles two would be read twice.
  const firstMs = Math.floor((nowMs - bookDays * dayMs) / dayMs) * dayMs;
  const seen = books.objectives.sources().map(({ signal, source }) => {
    const ranges = reader.presence(signal, source, nowMs - bookDays * dayMs, endMs);
    return { signal, source, pieces: piecesOf(ranges, nowMs), next: 0 };
  });
  for (let fromMs = firstMs; fromMs < endMs; fromMs += dayMs) {
    for (const one of seen) {
      for (; (one.pieces[one.next]?.startMs ?? Number.POSITIVE_INFINITY) < fromMs + dayMs; one.next += 1) {
        const piece = one.pieces[one.next];
        if (piece !== undefined) books.objectives.gatherSeen(one.signal, one.source, piece.startMs, piece.durationMs);
      }
    }
    if (ids.length > 0) {
      reader.eachSlice(ids, fromMs, fromMs + dayMs, (slice) => {
        books.objectives.gatherSlice(slice);
        books.days.add(slice);
        books.traffic.add(slice);
        if (slice.startMs >= nowMs - keptMinutesMs) books.minutes.add(slice);
      });
    }
    books.objectives.flushGathered();
    books.days.packBefore(isoTime(fromMs - dayMs).slice(0, 10));
  }
}

/** Adds what one commit brought. */
export function applyNotice(books: Books, wanted: ReadonlySet<string>, notice: CommitNotice, nowMs: number): void {
  for (const one of notice.newSeries) if (wanted.has(one.signal)) addSeries(books, one);
  for (const slice of notice.slices) addSlice(books, slice);
  for (const { signal, source, startMs } of notice.presence) {
    if (!wanted.has(signal)) continue;
    for (const piece of piecesOf([{ startMs, durationMs: sliceMs.fine }], nowMs)) {
      books.objectives.observe(signal, source, piece.startMs, piece.durationMs);
    }
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

/** A stretch of time in which a signal was seen. */
interface Piece {
  readonly startMs: number;
  readonly durationMs: number;
}

/**
 * Cuts what was seen into pieces of the length that slices of that age have: one long piece would join the slices inside it and blur
 * every window that ends there.
 */
function piecesOf(ranges: readonly PresenceRange[], nowMs: number): Piece[] {
  const pieces: Piece[] = [];
  for (const { startMs: fromMs, durationMs } of ranges) {
    for (let atMs = fromMs; atMs < fromMs + durationMs; ) {
      const ageMs = nowMs - atMs;
      const lengthMs =
        ageMs > sliceKeepMs.minute ? sliceMs.coarse : ageMs > sliceKeepMs.fine ? sliceMs.minute : sliceMs.fine;
      const startMs = Math.floor(atMs / lengthMs) * lengthMs;
      pieces.push({ startMs, durationMs: lengthMs });
      atMs = startMs + lengthMs;
    }
  }
  return pieces;
}
