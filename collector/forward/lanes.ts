/** What a lane is, and the statements that move bodies through one. */
import type { Database } from 'better-sqlite3';

/** The three of OTLP, and samples for remote write. */
export type Lane = 'traces' | 'metrics' | 'logs' | 'samples';

export const otlpLanes = ['traces', 'metrics', 'logs'] as const satisfies readonly Lane[];

/** One statement for the writer; parameters by position. */
export interface QueueStatement {
  readonly sql: string;
  readonly params: readonly (string | number | null | Uint8Array)[];
}

/** What is put into the queue. */
export interface QueuedContent {
  readonly lane: Lane;
  /** OTLP's encoding; of samples `snappy`. */
  readonly encoding: 'protobuf' | 'json' | 'snappy';
  /** Samples; 0 where they are not counted. */
  readonly records: number;
  readonly body: Uint8Array;
  /** Unix ms. */
  readonly atMs: number;
  /** Which installations it has passed; absent = none. */
  readonly via?: string | undefined;
}

/** A target that is new begins with what comes from now on. */
export function registerStatement(target: string, lane: Lane): QueueStatement {
  const sql = `INSERT OR IGNORE INTO forward_cursors
    SELECT ?, ?, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'forward_queue'), 0)`;
  return { sql, params: [target, lane] };
}

export function enqueueStatement({ lane, encoding, records, body, atMs, via = '' }: QueuedContent): QueueStatement {
  const sql =
    'INSERT INTO forward_queue (lane, encoding, records, bytes, body, at_ms, via) VALUES (?, ?, ?, ?, ?, ?, ?)';
  return { sql, params: [lane, encoding, records, body.length, body, atMs, via] };
}

/** The target has come to `id`, included; rows that every target has behind it go. */
export function advanceStatements(target: string, lane: Lane, id: number): readonly QueueStatement[] {
  return [
    { sql: 'UPDATE forward_cursors SET sent_through = ? WHERE target = ? AND lane = ?', params: [id, target, lane] },
    {
      sql: 'DELETE FROM forward_queue WHERE lane = ? AND id <= (SELECT min(sent_through) FROM forward_cursors WHERE lane = ?)',
      params: [lane, lane],
    },
  ];
}

/** `outcome` is `sent`, or a snake_case reason why something was not. */
export function countStatement(
  target: string,
  lane: Lane,
  outcome: string,
  count: { readonly bodies: number; readonly records: number },
): QueueStatement {
  const sql = `INSERT INTO forward_counts VALUES (?, ?, ?, ?, ?) ON CONFLICT (target, lane, outcome)
    DO UPDATE SET bodies = bodies + excluded.bodies, records = records + excluded.records`;
  return { sql, params: [target, lane, outcome, count.bodies, count.records] };
}

/** Drops the oldest rows until at most `maxBytes` are left, counted for every target that had not sent them. */
export function dropOldestStatements(db: Database, maxBytes: number): readonly QueueStatement[] {
  let excess = (db.prepare('SELECT bytes FROM forward_size').pluck().get() as number) - maxBytes;
  if (excess <= 0) return [];
  const rows = db.prepare<[], { id: number; bytes: number }>('SELECT id, bytes FROM forward_queue ORDER BY id');
  let last = 0;
  for (const { id, bytes } of rows.iterate()) {
    last = id;
    excess -= bytes;
    if (excess <= 0) break;
  }
  const count = `INSERT INTO forward_counts
    SELECT target, cursors.lane, 'queue_full', count(*), CAST(total(records) AS INTEGER) FROM forward_cursors AS cursors
    JOIN forward_queue AS queue ON queue.lane = cursors.lane AND queue.id > sent_through AND queue.id <= ?
    GROUP BY target, cursors.lane ON CONFLICT (target, lane, outcome)
    DO UPDATE SET bodies = bodies + excluded.bodies, records = records + excluded.records`;
  return [
    { sql: count, params: [last] },
    { sql: 'DELETE FROM forward_queue WHERE id <= ?', params: [last] },
  ];
}
