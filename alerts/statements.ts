/** What must be written so that the stored book equals the one in memory. Pure. */
import type { AlertBook } from './book.ts';
import type { OutboxRow } from './outbox.ts';

/** One statement of a batch that is written as a whole or not at all. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

/** Only rows that differ, by identity: a book shares what did not change with the one before. */
export function statementsBetween(before: AlertBook, after: AlertBook): readonly Statement[] {
  return [
    ...differences(before.records, after.records, {
      put: (record) => ({
        sql: 'INSERT OR REPLACE INTO alerts_records (id, rule, state, record) VALUES (?, ?, ?, ?)',
        params: [record.id, record.rule, record.state, JSON.stringify(record)],
      }),
      remove: 'DELETE FROM alerts_records WHERE id = ?',
    }),
    ...differences(before.incidents, after.incidents, {
      put: (incident) => ({
        sql: 'INSERT OR REPLACE INTO alerts_incidents (key, incident) VALUES (?, ?)',
        params: [incident.key, JSON.stringify(incident)],
      }),
      remove: 'DELETE FROM alerts_incidents WHERE key = ?',
    }),
    ...differences(before.silences, after.silences, {
      put: (silence) => ({
        sql: 'INSERT OR REPLACE INTO alerts_silences (id, silence) VALUES (?, ?)',
        params: [silence.id, JSON.stringify(silence)],
      }),
      remove: 'DELETE FROM alerts_silences WHERE id = ?',
    }),
    ...differences(before.outbox, after.outbox, {
      put: putRow,
      remove: 'DELETE FROM alerts_outbox WHERE seq = ?',
    }),
  ];
}

interface Table<Value> {
  readonly put: (value: Value) => Statement;
  readonly remove: string;
}

function differences<Key extends string | number, Value>(
  before: ReadonlyMap<Key, Value>,
  after: ReadonlyMap<Key, Value>,
  table: Table<Value>,
): readonly Statement[] {
  if (before === after) return [];
  const removed = [...before.keys()].filter((key) => !after.has(key));
  const changed = [...after].filter(([key, value]) => before.get(key) !== value);
  return [
    ...removed.map((key): Statement => ({ sql: table.remove, params: [key] })),
    ...changed.map(([, value]) => table.put(value)),
  ];
}

function putRow(row: OutboxRow): Statement {
  return {
    sql:
      'INSERT OR REPLACE INTO alerts_outbox ' +
      '(seq, sink, thread, episode, action, state, attempts, queued_at, next_at, at, in_doubt, reason, message) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    params: [
      ...[row.seq, row.sink, row.thread, row.episode, row.action, row.state, row.attempts],
      ...[row.queuedAtMs, row.nextAtMs, row.atMs, row.isInDoubt ? 1 : 0, row.reason, JSON.stringify(row.message)],
    ],
  };
}
