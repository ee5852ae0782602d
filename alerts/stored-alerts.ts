/** Reads what alerting has stored. */
import type { Database } from 'better-sqlite3';
import type { AlertRecord } from './alert-record.ts';
import type { AlertBook } from './book.ts';
import type { Incident } from './incidents.ts';
import type { NotificationMessage } from './message.ts';
import type { OutboxRow } from './outbox.ts';
import type { Silence } from './silences.ts';

/** Opaque outside: what {@link readStoredAlerts} returns and `createAlerting` starts from. */
export type StoredAlerts = AlertBook;

interface Columns extends Omit<OutboxRow, 'queuedAtMs' | 'nextAtMs' | 'atMs' | 'isInDoubt' | 'message'> {
  readonly queued_at: number;
  readonly next_at: number;
  readonly at: number;
  readonly in_doubt: number;
  readonly message: string;
}

/** Everything stored, over a read-only connection; empty where a table is absent. */
export function readStoredAlerts(db: Database): StoredAlerts {
  return {
    records: byKey(readJson<AlertRecord>(db, 'alerts_records', 'record'), (one) => one.id),
    incidents: byKey(readJson<Incident>(db, 'alerts_incidents', 'incident'), (one) => one.key),
    silences: byKey(readJson<Silence>(db, 'alerts_silences', 'silence'), (one) => one.id),
    outbox: byKey(readOutbox(db), (one) => one.seq),
  };
}

/** `Value` is what this folder has written into the column. */
function readJson<Value>(db: Database, table: string, column: string): readonly Value[] {
  if (!isThere(db, table)) return [];
  const rows = db.prepare<[], { text: string }>(`SELECT ${column} AS text FROM ${table}`).all();
  return rows.map((row) => JSON.parse(row.text) as Value);
}

function readOutbox(db: Database): readonly OutboxRow[] {
  if (!isThere(db, 'alerts_outbox')) return [];
  const rows = db.prepare<[], Columns>('SELECT * FROM alerts_outbox ORDER BY seq').all();
  return rows.map(({ queued_at, next_at, at, in_doubt, message, ...row }) => ({
    ...row,
    queuedAtMs: queued_at,
    nextAtMs: next_at,
    atMs: at,
    isInDoubt: in_doubt === 1,
    message: JSON.parse(message) as NotificationMessage,
  }));
}

function isThere(db: Database, table: string): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) !== undefined;
}

function byKey<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): ReadonlyMap<Key, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}
