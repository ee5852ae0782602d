/** The time that housekeeping goes by: the clock, as far as the data confirm it, so that a clock that jumps ahead deletes nothing. */
import type { Database, Statement } from 'better-sqlite3';
import { hourMs, minuteMs } from '../../src/kernel/duration.ts';

/** A jump up to this much is taken as it is: nothing is kept for less than two hours. */
const jumpMs = hourMs;
/** After a larger one the trusted time follows this much faster than time passes, and only while data of that time arrive. */
const catchUp = 24;
/** Looked at once a second; a pause of more is no time that has passed for certain. */
const mostCreditMs = minuteMs;
/** Data further ahead are of a clock that was wrong before. */
const aheadMs = 10 * minuteMs;
/** How often the trusted time is written down. */
const saveEveryMs = minuteMs;

/**
 * A clock that goes back is followed at once: that only keeps things longer. Data that this program times itself (probes, scraping) confirm
 * nothing.
 */
export class UpkeepClock {
  readonly #save: Statement;
  readonly #newest: Statement<[number, number], number | null>;
  #trustedMs: number;
  #savedMs: number;
  #lastMs: number;

  /** `nowMs` is Unix ms by the clock. A database without the trusted time goes by its newest data. */
  constructor(db: Database, nowMs: number) {
    this.#save = db.prepare('INSERT OR REPLACE INTO upkeep_clock VALUES (1, ?)');
    this.#newest = db
      .prepare<[number, number], number | null>(
        `SELECT nullif(max(
           (SELECT coalesce(max(last_ms), 0) FROM freshness WHERE source IN ('metrics', 'spans') AND last_ms <= ?),
           (SELECT coalesce(max(max_ms), 0) FROM log_frames WHERE max_ms <= ?)), 0)`,
      )
      .pluck();
    const stored = db.prepare<[], number>('SELECT trusted_ms FROM upkeep_clock').pluck().get();
    this.#trustedMs = stored ?? this.#newestUntil(nowMs) ?? nowMs;
    this.#savedMs = stored ?? Number.NEGATIVE_INFINITY;
    this.#lastMs = nowMs;
  }

  /** The trusted time at `nowMs` (both Unix ms), inside the caller's transaction. */
  read(nowMs: number): number {
    const creditMs = Math.min(mostCreditMs, Math.max(0, nowMs - this.#lastMs));
    this.#lastMs = nowMs;
    if (nowMs <= this.#trustedMs + jumpMs) this.#trustedMs = nowMs;
    else if ((this.#newestUntil(nowMs) ?? 0) >= nowMs - hourMs) this.#trustedMs += creditMs * catchUp;
    if (Math.abs(this.#trustedMs - this.#savedMs) >= saveEveryMs) {
      this.#savedMs = this.#trustedMs;
      this.#save.run(this.#trustedMs);
    }
    return this.#trustedMs;
  }

  /** The newest point, span or log record (Unix ms); null without one. */
  #newestUntil(nowMs: number): number | null {
    return this.#newest.get(nowMs + aheadMs, nowMs + aheadMs) ?? null;
  }
}
