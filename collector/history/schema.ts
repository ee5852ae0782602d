/** The tables of the counted history. */
import type { Migration } from '../../src/store/index.ts';

/**
 * `slices_fine`: one row per 10 s slice and series, by time so that one export touches neighbouring pages. `slice_runs`: many slices
 * of one series in a blob, tier 1 = minutes of an hour, tier 2 = quarter hours of a day. `slice_tiers`: from where on each tier is
 * valid; a row of a finer tier below it is rubbish that waits for deletion. All times are Unix ms.
 * Version 2: `stream_log` holds the last state of each stream: one row a commit with all streams that it changed, the latest wins. Rows
 * that name a `stream` hold that one alone, from the time when each stream had a row of its own.
 */
export const historyMigrations: readonly Migration[] = [
  {
    owner: 'collector',
    version: 1,
    sql: `
CREATE TABLE series (
  id INTEGER PRIMARY KEY, signal TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, labels TEXT NOT NULL,
  synthetic INTEGER NOT NULL, bounds TEXT
) STRICT;
CREATE TABLE slices_fine (start INTEGER, series INTEGER, data BLOB NOT NULL, PRIMARY KEY (start, series)) STRICT, WITHOUT ROWID;
CREATE TABLE slice_runs (
  tier INTEGER, start INTEGER, series INTEGER, data BLOB NOT NULL, PRIMARY KEY (tier, start, series)
) STRICT, WITHOUT ROWID;
CREATE TABLE slice_tiers (
  one INTEGER PRIMARY KEY CHECK (one = 1), fine_from INTEGER NOT NULL, fine_moved INTEGER NOT NULL,
  minute_from INTEGER NOT NULL, minute_moved INTEGER NOT NULL
) STRICT;
CREATE TABLE presence (
  signal TEXT, source TEXT, hour INTEGER, bits BLOB NOT NULL, PRIMARY KEY (signal, source, hour)
) STRICT, WITHOUT ROWID;
CREATE TABLE freshness (
  signal TEXT, source TEXT, last_ms REAL NOT NULL, interval_ms REAL NOT NULL, PRIMARY KEY (signal, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE streams (id INTEGER PRIMARY KEY, resource TEXT NOT NULL, identity TEXT NOT NULL, series INTEGER NOT NULL) STRICT;
CREATE TABLE stream_values (stream INTEGER PRIMARY KEY, time_ms REAL NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE bodies_seen (revision INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, hashes BLOB NOT NULL) STRICT;
CREATE TABLE revision (one INTEGER PRIMARY KEY CHECK (one = 1), value INTEGER NOT NULL) STRICT;
INSERT INTO revision VALUES (1, 0);
`,
  },
  {
    owner: 'collector',
    version: 2,
    sql: `
CREATE TABLE stream_log (id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER, time_ms REAL, data BLOB NOT NULL) STRICT;
INSERT INTO stream_log (stream, time_ms, data) SELECT stream, time_ms, data FROM stream_values;
DROP TABLE stream_values;
`,
  },
];
