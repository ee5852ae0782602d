/** The traces that ageing keeps because somebody points to them: named ones, and exemplars of metrics. */
import type { Database, Statement } from 'better-sqlite3';
import { minuteMs } from '../../src/kernel/duration.ts';

/** More are not remembered: the last ones named stay. */
const mostKept = 10_000;
/** Seven days of as many a minute as are taken: what retention is unless told otherwise. */
const mostExemplars = 100_800;
/** Exemplars come with every export of every series: these limits leave room for each to live through retention. */
const exemplarsPerMinute = 10;
const exemplarEveryMs = 10 * minuteMs;

const traceIdForm = /^[0-9a-f]{32}$/i;

/** Rows to be written for these trace ids (32 hexadecimal digits; anything else is left out), named at `nowMs` (Unix ms). */
export function keepingStatements(
  traceIds: readonly string[],
  nowMs: number,
): { readonly sql: string; readonly params: readonly (string | number)[] }[] {
  const rows = traceIds
    .filter((traceId) => traceIdForm.test(traceId))
    .map((traceId) => ({
      sql: 'INSERT OR REPLACE INTO kept_traces (trace, at_ms) VALUES (unhex(?), ?)',
      params: [traceId, Math.floor(nowMs)],
    }));
  const trim =
    'DELETE FROM kept_traces WHERE trace IN (SELECT trace FROM kept_traces ORDER BY at_ms DESC, trace LIMIT -1 OFFSET ?)';
  return rows.length === 0 ? [] : [...rows, { sql: trim, params: [mostKept] }];
}

/** Tells whether a trace (32 hexadecimal digits) is one of those. */
export function keptTracesOf(db: Database): (traceId: string) => boolean {
  const find = db
    .prepare<{ id: string }, number>(
      `SELECT EXISTS (SELECT 1 FROM kept_traces WHERE trace = unhex(@id))
         OR EXISTS (SELECT 1 FROM exemplar_traces WHERE trace = unhex(@id))`,
    )
    .pluck();
  return (traceId) => find.get({ id: traceId }) === 1;
}

/**
 * Chooses which exemplars keep their traces: ten new ones a minute, one of a series in ten minutes, the last 100,800. Writes inside
 * the caller's transaction. How much of a minute is used up is forgotten by a restart, the traces are not.
 */
export class ExemplarTraces {
  readonly #insert: Statement;
  readonly #trim: Statement;
  /** By series: when it last had one. */
  readonly #chosenMs = new Map<number, number>();
  #minute = Number.NaN;
  #left = 0;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT OR IGNORE INTO exemplar_traces (trace) VALUES (unhex(?))');
    this.#trim = db.prepare(`DELETE FROM exemplar_traces WHERE id <= ? - ${mostExemplars}`);
  }

  /** An exemplar (32 hexadecimal digits) that came with a point of this series at `nowMs` (Unix ms, the collector's clock). */
  offer(seriesId: number, traceId: string, nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#left = exemplarsPerMinute;
    }
    if (this.#left === 0) return;
    const sinceMs = Math.abs(nowMs - (this.#chosenMs.get(seriesId) ?? Number.NEGATIVE_INFINITY));
    if (sinceMs < exemplarEveryMs) return;
    const { changes, lastInsertRowid } = this.#insert.run(traceId);
    // An idle series repeats the one that it had.
    if (changes === 0) return;
    this.#trim.run(lastInsertRowid);
    this.#chosenMs.set(seriesId, nowMs);
    this.#left -= 1;
  }
}
