/** The tables of the stored log records, as plain data for whoever opens the database. */
import type { Migration } from '../../src/store/index.ts';

/**
 * `log_frames` is small rows only, so that a search can walk them; times are whole Unix ms that enclose all records of the frame.
 * `log_bodies` holds the records (see log-codec.ts), `log_tags` the sorted tags (u32, little-endian) of all trace ids and correlation
 * IDs in the frame. `log_totals.next_seq` numbers the records, so that a page can go on after one of them even when frames were merged.
 */
export const logMigrations: readonly Migration[] = [
  {
    owner: 'collector-logs',
    version: 1,
    sql: `
CREATE TABLE log_frames (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  min_ms INTEGER NOT NULL,
  max_ms INTEGER NOT NULL,
  records INTEGER NOT NULL,
  max_severity INTEGER NOT NULL,
  small INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL,
  domains TEXT NOT NULL
) STRICT;
CREATE INDEX log_frames_by_end ON log_frames (max_ms, id, min_ms);
CREATE INDEX log_frames_small ON log_frames (id) WHERE small = 1;
CREATE TABLE log_bodies (frame INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE log_tags (frame INTEGER PRIMARY KEY, tags BLOB NOT NULL) STRICT;
CREATE TABLE log_totals (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  frames INTEGER NOT NULL,
  records INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  next_seq INTEGER NOT NULL
) STRICT;
INSERT INTO log_totals VALUES (1, 0, 0, 0, 1);
`,
  },
];
