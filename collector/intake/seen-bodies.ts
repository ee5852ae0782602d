/** Recognises a body that was already stored, for ten minutes and over a restart. */
import type { Database, Statement } from 'better-sqlite3';
import { minuteMs } from '../../src/kernel/duration.ts';

/** A repeat is recognised for 10 min: longer than any client goes on trying. */
const rememberMs = 10 * minuteMs;
/** More than this between two looks at the clock is a jump or a pause, and counts only this much. */
const mostStepMs = minuteMs;
const rowsPerCleaning = 200;

/**
 * 64-bit hashes in two generations; a hash is remembered for one to two times ten minutes, by a time of its own that the clock's jumps do
 * not move and that stands still while nothing runs: `at_ms` is that time.
 */
export class SeenBodies {
  readonly #insert: Statement;
  readonly #oldest: Statement<[], { revision: number; atMs: number }>;
  readonly #deleteUpTo: Statement;
  #current = new HashSet();
  #previous = new HashSet();
  #timeMs: number;
  #lastNowMs: number;
  #currentSinceMs: number;
  #fresh: number[] = [];

  constructor(db: Database, nowMs: number) {
    this.#insert = db.prepare('INSERT INTO bodies_seen (revision, at_ms, hashes) VALUES (?, ?, ?)');
    this.#oldest = db.prepare('SELECT revision, at_ms AS atMs FROM bodies_seen ORDER BY revision LIMIT 1');
    this.#deleteUpTo = db.prepare('DELETE FROM bodies_seen WHERE revision < ? AND at_ms < ?');
    this.#timeMs = db.prepare<[], number | null>('SELECT max(at_ms) FROM bodies_seen').pluck().get() ?? nowMs;
    this.#lastNowMs = nowMs;
    this.#currentSinceMs = this.#timeMs;
    const rows = db.prepare<[number], { hashes: Buffer }>('SELECT hashes FROM bodies_seen WHERE at_ms >= ?');
    for (const { hashes } of rows.iterate(this.#timeMs - rememberMs)) {
      for (let at = 0; at < hashes.length; at += 8)
        this.#current.add(hashes.readInt32LE(at), hashes.readInt32LE(at + 4));
    }
  }

  /** True when the hash is known; else it is remembered and false. Halves are signed 32-bit. */
  isRepeat(low: number, high: number): boolean {
    if (this.#previous.has(low, high) || !this.#current.add(low, high)) return true;
    this.#fresh.push(low, high);
    return false;
  }

  /** Writes what is new since the last flush, in the caller's transaction. */
  flush(revision: number, nowMs: number): void {
    const timeMs = this.#advance(nowMs);
    if (this.#fresh.length === 0) return;
    const hashes = Buffer.alloc(this.#fresh.length * 4);
    for (const [index, half] of this.#fresh.entries()) hashes.writeInt32LE(half, index * 4);
    this.#insert.run(revision, timeMs, hashes);
    this.#fresh = [];
    if (timeMs - this.#currentSinceMs < rememberMs) return;
    this.#previous = this.#current;
    this.#current = new HashSet();
    this.#currentSinceMs = timeMs;
  }

  /** Deletes rows that are too old, a bounded number; false when there is none. */
  clean(nowMs: number): boolean {
    const beforeMs = this.#advance(nowMs) - 2 * rememberMs;
    const oldest = this.#oldest.get();
    if (oldest === undefined || oldest.atMs >= beforeMs) return false;
    return this.#deleteUpTo.run(oldest.revision + rowsPerCleaning, beforeMs).changes > 0;
  }

  #advance(nowMs: number): number {
    this.#timeMs += Math.min(mostStepMs, Math.max(0, nowMs - this.#lastNowMs));
    this.#lastNowMs = nowMs;
    return this.#timeMs;
  }
}

/** Open addressing over pairs of 32-bit halves; (0, 0) marks a free slot. */
class HashSet {
  #low = new Int32Array(2_048);
  #high = new Int32Array(2_048);
  #size = 0;

  has(low: number, high: number): boolean {
    const slot = this.#slotOf(low, low === 0 && high === 0 ? 1 : high);
    return this.#low[slot] !== 0 || this.#high[slot] !== 0;
  }

  /** False when it was there. */
  add(low: number, high: number): boolean {
    const upper = low === 0 && high === 0 ? 1 : high;
    const slot = this.#slotOf(low, upper);
    if (this.#low[slot] !== 0 || this.#high[slot] !== 0) return false;
    this.#low[slot] = low;
    this.#high[slot] = upper;
    this.#size += 1;
    if (this.#size * 2 > this.#low.length) this.#grow();
    return true;
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#low.length - 1;
    let slot = low & mask;
    while (this.#low[slot] !== 0 || this.#high[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const [lows, highs] = [this.#low, this.#high];
    this.#low = new Int32Array(lows.length * 2);
    this.#high = new Int32Array(lows.length * 2);
    this.#size = 0;
    for (const [index, low] of lows.entries()) {
      const high = highs[index] ?? 0;
      if (low !== 0 || high !== 0) this.add(low, high);
    }
  }
}
