/** The traces that ageing keeps because somebody points to them. */
import type { Database, Statement } from 'better-sqlite3';

/** More are not remembered: the last ones named stay. */
const mostKept = 10_000;

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

/** Reads them as lower-case hexadecimal digits. */
export function keptTracesOf(db: Database): Statement<[], string> {
  return db.prepare<[], string>('SELECT lower(hex(trace)) FROM kept_traces').pluck();
}
