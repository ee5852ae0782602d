/** Cheap checks that a file is a sound database before anything is written to it. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { corrupt } from './failure.ts';
import { readLogFrames } from './log-frames.ts';
import { pageBytes } from './open-damaged.ts';
import { clearSuspect, isSuspect } from './suspect.ts';

const busyTimeoutMs = 5_000;
const headerBytes = 100;
const magic = 'SQLite format 3\0';
/** Above this size a whole check would take longer than a start may, unless damage was met before. */
const wholeCheckBytes = 128 * 1_048_576;

/**
 * Reads the header of an existing, non-empty file (database file format, sqlite.org/fileformat §1.3). Only before this process has opened it
 * by SQLite: closing it here would end SQLite's locks on it (sqlite.org/howtocorrupt §2.2).
 * @throws DATABASE_CORRUPT when it is no database, or is shorter than it says while no write-ahead log could explain it
 */
export function checkHeader(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  const descriptor = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    const read = readSync(descriptor, header, 0, headerBytes, 0);
    if (read < headerBytes || header.toString('latin1', 0, 16) !== magic)
      throw corrupt(file, 'it is not a SQLite file');
    const size = fstatSync(descriptor).size;
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const wanted = header.readUInt32BE(28) * pageSize;
    if (size < wanted && !hasLog(file)) throw corrupt(file, `it holds ${size} of its ${wanted} bytes`);
  } finally {
    closeSync(descriptor);
  }
}

/** True when the last writer did not close: its write-ahead log is still there. */
function hasLog(file: string): boolean {
  return existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0;
}

/**
 * Looks for damage in the log that the last writer has left behind: SQLite would leave out what comes after it without a word.
 * @throws DATABASE_CORRUPT naming the place
 */
export function checkLog(file: string): void {
  const { damagedAt, commitsAfterDamage } = readLogFrames(`${file}-wal`, pageBytes);
  if (damagedAt === null) return;
  const commits = commitsAfterDamage === 1 ? 'a commit comes' : `${commitsAfterDamage} commits come`;
  throw corrupt(file, `its write-ahead log is damaged at byte ${damagedAt}, and ${commits} after that`);
}

/**
 * `PRAGMA quick_check` of a database that is small enough for a quick start, and of any in which damage was met. Through a connection
 * that cannot write: a damaged file keeps its write-ahead log.
 * @throws DATABASE_CORRUPT with the first finding
 */
export function checkWhole(file: string): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  const isMarked = isSuspect(file);
  if (statSync(file).size > wholeCheckBytes && !isMarked) return;
  const db = new SqliteDatabase(file, { readonly: true, timeout: busyTimeoutMs });
  try {
    const finding = db.pragma('quick_check(1)', { simple: true });
    if (finding !== 'ok') throw corrupt(file, String(finding));
  } finally {
    db.close();
  }
  if (isMarked) clearSuspect(file);
}
