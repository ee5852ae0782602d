/** The one database of the monolith; every domain creates and writes its own tables in it. */
import Database from 'better-sqlite3';
import { wrapDatabase } from 'seamwatch/instrument';

/** An open SQLite database whose statements are measured. */
export type Db = Database.Database;

/**
 * Opens `file` (`:memory:` allowed) in WAL mode. `synchronous=NORMAL`: a power cut may lose the last moments, never the file.
 * @throws Error when the file cannot be opened
 */
export function openDatabase(file: string): Db {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('foreign_keys = ON');
  return wrapDatabase(db, { domain: 'platform' });
}
