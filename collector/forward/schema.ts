/** The tables of forwarding. */
import type { Migration } from '../../src/store/index.ts';

/**
 * `forward_queue`: what waits, in the order in which it is sent; a lane is a kind of content (traces, metrics, logs, samples), a body is
 * zstd for OTLP and ready to send for samples. `forward_cursors`: how far each target has come in each lane; a row is deleted when all are
 * beyond it. `forward_counts`: what became of bodies and records, by target, lane and outcome. `forward_size`: bytes in the queue, kept by
 * the triggers; `at_ms` (Unix ms) is when a body was queued, 0 for those of an older version. `forward_totals`: running totals of the series that are sent on as samples; `forward_through`: up to when (Unix ms).
 */
export const forwardMigrations: readonly Migration[] = [
  {
    owner: 'forward',
    version: 1,
    sql: `
CREATE TABLE forward_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, encoding TEXT NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
CREATE INDEX forward_queue_lane ON forward_queue (lane, id, bytes, records);
CREATE TABLE forward_cursors (
  target TEXT, lane TEXT, sent_through INTEGER NOT NULL, PRIMARY KEY (target, lane)
) STRICT, WITHOUT ROWID;
CREATE TABLE forward_counts (
  target TEXT, lane TEXT, outcome TEXT, bodies INTEGER NOT NULL, records INTEGER NOT NULL, PRIMARY KEY (target, lane, outcome)
) STRICT, WITHOUT ROWID;
CREATE TABLE forward_size (one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL) STRICT;
INSERT INTO forward_size VALUES (1, 0);
CREATE TRIGGER forward_queue_in AFTER INSERT ON forward_queue
  BEGIN UPDATE forward_size SET bytes = bytes + new.bytes; END;
CREATE TRIGGER forward_queue_out AFTER DELETE ON forward_queue
  BEGIN UPDATE forward_size SET bytes = bytes - old.bytes; END;
CREATE TABLE forward_totals (
  series INTEGER PRIMARY KEY, sum REAL NOT NULL, counts TEXT NOT NULL, last_ms INTEGER NOT NULL, stale INTEGER NOT NULL
) STRICT;
CREATE TABLE forward_through (one INTEGER PRIMARY KEY CHECK (one = 1), ms INTEGER NOT NULL) STRICT;
`,
  },
  { owner: 'forward', version: 2, sql: 'ALTER TABLE forward_queue ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;' },
  { owner: 'forward', version: 3, sql: "ALTER TABLE forward_queue ADD COLUMN via TEXT NOT NULL DEFAULT '';" },
];
