/** Remembers in which 10 s slices exports of a signal were seen, and how often they come. */
import type { Database, Statement } from 'better-sqlite3';
import { sliceMs } from '../../src/kernel/conventions.ts';
import { hourMs, minuteMs } from '../../src/kernel/duration.ts';
import type { SeriesSource } from '../../src/kernel/series.ts';
import type { Freshness, PresenceRange } from './reader.ts';
import { stepLimits } from './step-limits.ts';
import { floorTo } from './tiers.ts';

const bitsPerHour = hourMs / sliceMs.fine;
const bytesPerHour = bitsPerHour / 8;
/** How fast the observed interval follows a change: the share of each new observation. */
const intervalGain = 0.25;
/** Until a second point has come. */
const assumedIntervalMs = minuteMs;
/** A point further ahead is of a clock that was wrong; what comes now is newer. */
const aheadMs = 10 * minuteMs;

/** A slice newly seen; see the notice of a commit. */
export interface PresenceMark {
  readonly signal: string;
  readonly source: SeriesSource;
  readonly startMs: number;
}

interface SignalName {
  readonly signal: string;
  readonly source: string;
}

interface HourBits {
  readonly signal: string;
  readonly source: SeriesSource;
  readonly hour: number;
  readonly bits: Uint8Array;
}

interface Pace {
  readonly signal: string;
  readonly source: SeriesSource;
  lastPointMs: number;
  intervalMs: number;
  /** Newest point since the last flush. */
  groupMs?: number;
}

/** Writes inside the caller's transaction, on `flush`. */
export class PresenceStore {
  readonly #select: Statement<[string, string, number], { bits: Buffer }>;
  readonly #replace: Statement;
  readonly #replacePace: Statement;
  readonly #dropHours: Statement;
  readonly #nextSignal: Statement<[string, string], SignalName>;
  readonly #hours = new Map<string, HourBits>();
  readonly #paces = new Map<string, Pace>();
  readonly #changedPaces = new Set<Pace>();
  #marks: PresenceMark[] = [];
  #droppedHour = 0;
  /** Whose hours are being deleted; null when all are gone. */
  #dropping: SignalName | null = null;

  constructor(db: Database) {
    this.#select = db.prepare('SELECT bits FROM presence WHERE signal = ? AND source = ? AND hour = ?');
    this.#replace = db.prepare('INSERT OR REPLACE INTO presence (signal, source, hour, bits) VALUES (?, ?, ?, ?)');
    this.#replacePace = db.prepare('INSERT OR REPLACE INTO freshness VALUES (?, ?, ?, ?)');
    this.#dropHours = db.prepare(
      `DELETE FROM presence WHERE signal = ? AND source = ? AND hour < ? AND hour IN
         (SELECT hour FROM presence WHERE signal = ? AND source = ? AND hour < ? ORDER BY hour LIMIT ?)`,
    );
    this.#nextSignal = db.prepare(
      'SELECT signal, source FROM presence WHERE (signal, source) > (?, ?) ORDER BY signal, source LIMIT 1',
    );
    const paces = db.prepare<[], Pace>(
      'SELECT signal, source, last_ms AS lastPointMs, interval_ms AS intervalMs FROM freshness',
    );
    for (const pace of paces.all()) this.#paces.set(`${pace.source} ${pace.signal}`, pace);
  }

  /** Marks the 10 s slices of every stretch of `durationMs` (a multiple of 10 s) that [fromMs, toMs] touches (Unix ms, closed). */
  mark(signal: string, source: SeriesSource, fromMs: number, toMs: number, durationMs: number = sliceMs.fine): void {
    for (let startMs = floorTo(fromMs, durationMs); startMs <= toMs; startMs += durationMs) {
      for (let at = startMs; at < startMs + durationMs; at += sliceMs.fine) {
        const { bits } = this.#hour(signal, source, floorTo(at, hourMs));
        if (setBit(bits, (at % hourMs) / sliceMs.fine)) this.#marks.push({ signal, source, startMs: at });
      }
    }
  }

  /** Notes a point at `pointMs` (Unix ms) and, when known, the time since the one before it. */
  pace(signal: string, source: SeriesSource, pointMs: number, sinceLastMs: number | null): void {
    const key = `${source} ${signal}`;
    let pace = this.#paces.get(key);
    if (pace === undefined) {
      pace = { signal, source, lastPointMs: pointMs, intervalMs: sinceLastMs ?? sliceMs.fine };
      this.#paces.set(key, pace);
    } else if (sinceLastMs !== null) {
      pace.intervalMs += intervalGain * (sinceLastMs - pace.intervalMs);
    }
    this.#move(pace, pointMs);
  }

  /** Notes a point at `pointMs` (Unix ms) of a source whose interval the caller works out; null = not known yet. */
  setPace(signal: string, source: SeriesSource, pointMs: number, intervalMs: number | null): void {
    const key = `${source} ${signal}`;
    const pace = this.#paces.get(key) ?? { signal, source, lastPointMs: pointMs, intervalMs: assumedIntervalMs };
    pace.intervalMs = intervalMs ?? pace.intervalMs;
    this.#paces.set(key, pace);
    this.#move(pace, pointMs);
  }

  /** What was last noted, restarts included; undefined before the first point. */
  paceOf(signal: string, source: SeriesSource): Freshness | undefined {
    return this.#paces.get(`${source} ${signal}`);
  }

  /** Writes the marks; returns the slices that were not marked before. `nowMs` is Unix ms. */
  flush(nowMs: number): PresenceMark[] {
    const marks = this.#marks;
    const changed = new Set(marks.map((mark) => hourKey(mark.signal, mark.source, floorTo(mark.startMs, hourMs))));
    for (const key of changed) {
      const hour = this.#hours.get(key);
      if (hour !== undefined) this.#replace.run(hour.signal, hour.source, hour.hour, hour.bits);
    }
    for (const pace of this.#changedPaces) {
      const { groupMs = pace.lastPointMs } = pace;
      if (pace.lastPointMs > nowMs + aheadMs) pace.lastPointMs = groupMs;
      delete pace.groupMs;
      this.#replacePace.run(pace.signal, pace.source, pace.lastPointMs, pace.intervalMs);
    }
    this.#changedPaces.clear();
    this.#marks = [];
    if (this.#hours.size > 4_096) this.#hours.clear();
    return marks;
  }

  /** Deletes what ended before `ms` (Unix ms), once an hour, a signal or a part of one in a step; false when nothing is left. */
  dropBefore(ms: number): boolean {
    const hour = floorTo(ms, hourMs);
    if (hour > this.#droppedHour) {
      this.#droppedHour = hour;
      this.#dropping = { signal: '', source: '' };
    }
    if (this.#dropping === null) return false;
    const { signal, source } = this.#dropping;
    const parameters = [signal, source, this.#droppedHour] as const;
    if (this.#dropHours.run(...parameters, ...parameters, stepLimits.rowsDeleted).changes > 0) return true;
    this.#dropping = this.#nextSignal.get(signal, source) ?? null;
    return this.#dropping !== null;
  }

  #move(pace: Pace, pointMs: number): void {
    pace.lastPointMs = Math.max(pace.lastPointMs, pointMs);
    pace.groupMs = Math.max(pace.groupMs ?? 0, pointMs);
    this.#changedPaces.add(pace);
  }

  #hour(signal: string, source: SeriesSource, hour: number): HourBits {
    const key = hourKey(signal, source, hour);
    let known = this.#hours.get(key);
    if (known === undefined) {
      const stored = this.#select.get(signal, source, hour)?.bits;
      known = { signal, source, hour, bits: stored ?? new Uint8Array(bytesPerHour) };
      this.#hours.set(key, known);
    }
    return known;
  }
}

/** Maximal ranges of marked slices that start in [fromMs, toMs), ascending. */
export function readPresence(
  db: Database,
  signal: string,
  source: SeriesSource,
  fromMs: number,
  toMs: number,
): PresenceRange[] {
  const rows = db
    .prepare<[string, string, number, number], { hour: number; bits: Buffer }>(
      'SELECT hour, bits FROM presence WHERE signal = ? AND source = ? AND hour >= ? AND hour < ? ORDER BY hour',
    )
    .all(signal, source, floorTo(fromMs, hourMs), toMs);
  const ranges: { startMs: number; durationMs: number }[] = [];
  for (const { hour, bits } of rows) {
    for (let byte = 0; byte < bytesPerHour; byte += 1) {
      const marked = bits[byte] ?? 0;
      const startMs = hour + byte * 8 * sliceMs.fine;
      if (marked === 0xff && startMs >= fromMs && startMs + 8 * sliceMs.fine <= toMs) {
        extend(ranges, startMs, 8 * sliceMs.fine);
        continue;
      }
      for (let bit = 0; marked !== 0 && bit < 8; bit += 1) {
        const atMs = startMs + bit * sliceMs.fine;
        if ((marked & (1 << bit)) !== 0 && atMs >= fromMs && atMs < toMs) extend(ranges, atMs, sliceMs.fine);
      }
    }
  }
  return ranges;
}

/** Joins a range with the last one where they touch. */
function extend(ranges: { startMs: number; durationMs: number }[], startMs: number, durationMs: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.startMs + last.durationMs === startMs) last.durationMs += durationMs;
  else ranges.push({ startMs, durationMs });
}

/** Null before the first point. */
export function readFreshness(db: Database, signal: string, source: SeriesSource): Freshness | null {
  const row = db
    .prepare<[string, string], Freshness>(
      'SELECT last_ms AS lastPointMs, interval_ms AS intervalMs FROM freshness WHERE signal = ? AND source = ?',
    )
    .get(signal, source);
  return row ?? null;
}

/** False when it was set. */
function setBit(bits: Uint8Array, bit: number): boolean {
  if (hasBit(bits, bit)) return false;
  bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  return true;
}

function hasBit(bits: Uint8Array, bit: number): boolean {
  return ((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

function hourKey(signal: string, source: SeriesSource, hour: number): string {
  return `${source} ${hour} ${signal}`;
}
