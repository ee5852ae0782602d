/** Opens the one SQLite file: a single writer, any number of read-only views. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { AppError } from '../kernel/errors.ts';
import { checkHeader, checkLog, checkWhole } from './check.ts';
import { storeFailure } from './failure.ts';
import { lockForWriting } from './lock.ts';
import { type Migration, migrate } from './migrate.ts';
import { finishRecovery, type Recovery, type Repair, recoverDatabase } from './recover.ts';
import { keepSchemaCopy } from './schema-copy.ts';
import { clearSuspect } from './suspect.ts';

/** The writing connection; `close` folds the write-ahead log into the file and lets the next writer in. */
export interface Store {
  readonly db: Database;
  /** What was done to a damaged file when it was opened; null when it was sound. */
  readonly recovered: Recovery | null;
  readonly close: () => void;
}

const busyTimeoutMs = 5_000;

/**
 * Makes the folder and the file when absent, checks them, brings every table up to date. A commit is on disk when it returns
 * (WAL, `synchronous=FULL`). A damaged file is kept aside, and what can be read of it is saved: `recovered` says what was lost;
 * `repair` makes the owners' tables consistent after that.
 * @throws DATA_DIR_UNUSABLE, DATABASE_BUSY; DATABASE_CORRUPT when the file is no database at all
 */
export function openStore(file: string, migrations: readonly Migration[], repair: Repair = () => []): Store {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const lock = lockForWriting(file);
    try {
      finishRecovery(file);
      const { db, recovered } = openOrRecover(file, migrations, repair);
      return { db, recovered, close: () => closeAll(db, lock.release) };
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw storeFailure(file, error);
  }
}

function openOrRecover(
  file: string,
  migrations: readonly Migration[],
  repair: Repair,
): { readonly db: Database; readonly recovered: Recovery | null } {
  try {
    return { db: openWriter(file, migrations), recovered: null };
  } catch (error) {
    const failure = storeFailure(file, error);
    if (failure.code !== 'DATABASE_CORRUPT') throw failure;
    const recovered = recoverDatabase(file, migrations, repair, failure);
    clearSuspect(file);
    return { db: openWriter(file, migrations), recovered };
  }
}

/**
 * A connection that can never write; sees every commit of the running writer. SQLite alone opens the file: this process may be the writer.
 * @throws NOT_FOUND when there is no file, DATA_DIR_UNUSABLE, DATABASE_CORRUPT
 */
export function openReadOnly(file: string): Database {
  if (!existsSync(file)) {
    throw new AppError(
      'NOT_FOUND',
      `there is no database "${file}"; start seamwatch once, or name its directory with --data`,
    );
  }
  try {
    const db = new SqliteDatabase(file, { readonly: true, timeout: busyTimeoutMs });
    // No memory map: its pages count as the process's memory, and searches are no faster with it (measured among 1 M spans).
    db.pragma('cache_size = -4096');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    throw storeFailure(file, error);
  }
}

function openWriter(file: string, migrations: readonly Migration[]): Database {
  checkHeader(file);
  checkLog(file);
  checkWhole(file);
  const db = new SqliteDatabase(file, { timeout: busyTimeoutMs });
  try {
    db.pragma('page_size = 8192');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // 12 MB take in as much as 32 did.
    db.pragma('cache_size = -12288');
    // 8 MB: as much is taken in as with 32, and the slowest replies come a quarter sooner.
    db.pragma('wal_autocheckpoint = 1000');
    migrate(db, file, migrations);
    keepSchemaCopy(file, db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function closeAll(db: Database, release: () => void): void {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
  } catch {
    // Without room the log stays as it is; the next start reads it.
  }
  try {
    db.close();
  } finally {
    release();
  }
}
