/** Holds the right to write one database: a lock of the operating system that ends with its process, however that ends. */
import SqliteDatabase from 'better-sqlite3';
import { systemCodeOf } from '../kernel/errors.ts';
import { busy, storeFailure } from './failure.ts';

/** Held until `release`. */
export interface WriterLock {
  readonly release: () => void;
}

/**
 * Locks `${file}.lock`, an empty file that stays.
 * @throws DATABASE_BUSY when another process or thread holds it, DATA_DIR_UNUSABLE when it cannot be made
 */
export function lockForWriting(file: string): WriterLock {
  try {
    const lock = new SqliteDatabase(`${file}.lock`, { timeout: 0 });
    try {
      lock.pragma('journal_mode = MEMORY');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return { release: () => void lock.close() };
  } catch (error) {
    if (systemCodeOf(error)?.startsWith('SQLITE_BUSY')) throw busy(file, error);
    throw storeFailure(file, error);
  }
}
