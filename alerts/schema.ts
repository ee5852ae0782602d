/** The tables of alerting. What is only looked up by its id is JSON; the outbox has columns, for whoever looks with sqlite3 at night. */
import type { Migration } from '../src/store/index.ts';

const tables = `
CREATE TABLE alerts_records (id TEXT PRIMARY KEY, rule TEXT NOT NULL, state TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE alerts_incidents (key TEXT PRIMARY KEY, incident TEXT NOT NULL) STRICT;
CREATE TABLE alerts_silences (id TEXT PRIMARY KEY, silence TEXT NOT NULL) STRICT;
CREATE TABLE alerts_outbox (
  seq INTEGER PRIMARY KEY, sink TEXT NOT NULL, thread TEXT NOT NULL, episode TEXT NOT NULL, action TEXT NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, queued_at INTEGER NOT NULL, next_at INTEGER NOT NULL, at INTEGER NOT NULL,
  in_doubt INTEGER NOT NULL, reason TEXT, message TEXT NOT NULL
) STRICT;`;

/** In order; times in the tables are Unix ms. */
export const alertMigrations: readonly Migration[] = [{ owner: 'alerts', version: 1, sql: tables }];
