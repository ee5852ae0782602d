/** The tables of the stored traces, as plain data for whoever opens the database. */

import type { Migration } from '../../src/store/index.ts';

/**
 * `frames` is small rows only, so that a search can walk them; the compressed bodies stand apart. A frame answers for the ids
 * [id, id + id_count): merged frames keep the ids of all that went into them, so the tag index never has to be rewritten for a merge.
 * AUTOINCREMENT: an id is never used twice, not even after retention dropped it.
 * `frame_tail` holds the tags (u32, little-endian) of frames that are in no finished run yet; `tag_buckets.id` = run × 256 + bucket.
 * `tag_steps` counts the writer's steps, so that it notices when a transaction was rolled back.
 * Version 2: `kept` frames hold what ageing kept of ordinary ones, `kept_traces` the ids (16 bytes) that ageing must keep whatever they are,
 * `upkeep_clock` the time up to which housekeeping trusts the clock, `room_check` is written to find out whether there is room again.
 * Version 3: `exemplar_traces` are ids like `kept_traces`, of exemplars, in the order in which they were chosen.
 */
export const traceMigrations: readonly Migration[] = [
  {
    owner: 'collector-traces',
    version: 1,
    sql: `
CREATE TABLE frames (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  id_count INTEGER NOT NULL DEFAULT 1,
  min_start_ms REAL NOT NULL,
  max_end_ms REAL NOT NULL,
  max_duration_ms REAL NOT NULL,
  span_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  synthetic INTEGER NOT NULL,
  small INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  raw_bytes INTEGER NOT NULL,
  domains TEXT NOT NULL
) STRICT;
CREATE INDEX frames_by_end ON frames (max_end_ms);
CREATE INDEX frames_small ON frames (id) WHERE small = 1;
CREATE TABLE frame_bodies (frame INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE frame_tail (frame INTEGER PRIMARY KEY, tags BLOB NOT NULL) STRICT;
CREATE TABLE tag_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  tier INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('building', 'ready', 'dropped')),
  first_frame INTEGER NOT NULL,
  last_frame INTEGER NOT NULL,
  entries INTEGER NOT NULL
) STRICT;
CREATE TABLE tag_buckets (id INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT;
CREATE TABLE frame_totals (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  frames INTEGER NOT NULL,
  spans INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
INSERT INTO frame_totals VALUES (1, 0, 0, 0);
CREATE TABLE tag_steps (one INTEGER PRIMARY KEY CHECK (one = 1), done INTEGER NOT NULL) STRICT;
INSERT INTO tag_steps VALUES (1, 0);
`,
  },
  {
    owner: 'collector-traces',
    version: 2,
    sql: `
ALTER TABLE frames ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
CREATE INDEX frames_ordinary ON frames (max_end_ms) WHERE kept = 0;
CREATE INDEX frames_kept ON frames (max_end_ms, bytes) WHERE kept = 1;
CREATE TABLE kept_traces (trace BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE upkeep_clock (one INTEGER PRIMARY KEY CHECK (one = 1), trusted_ms REAL NOT NULL) STRICT;
CREATE TABLE room_check (one INTEGER PRIMARY KEY CHECK (one = 1), data BLOB NOT NULL) STRICT;
`,
  },
  {
    owner: 'collector-traces',
    version: 3,
    sql: 'CREATE TABLE exemplar_traces (id INTEGER PRIMARY KEY AUTOINCREMENT, trace BLOB NOT NULL UNIQUE) STRICT',
  },
];
