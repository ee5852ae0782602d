/** Opens what is left of a damaged database: by SQLite where it agrees to, by its pages in any case. Nothing of it is changed. */
import { closeSync, copyFileSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { AppError } from '../kernel/errors.ts';
import { corrupt } from './failure.ts';
import { type LogFrames, readLogFrames } from './log-frames.ts';
import { openPages, type PageSource } from './page-source.ts';
import { readSchema, readSchemaCopy, type SchemaEntry } from './schema-copy.ts';

/** `db` is null when SQLite finds no tables in it, `schema` when nobody knows where they begin. */
export interface DamagedDatabase {
  readonly db: Database | null;
  readonly pages: PageSource;
  readonly schema: readonly SchemaEntry[] | null;
  /** What was last written to so many pages is gone with a part of the write-ahead log. */
  readonly lostPages: number;
  readonly close: () => void;
}

export const pageBytes = 8_192;
/** 16 TiB: a header that says more is damaged itself. */
const mostPages = 2 ** 31;
const magic = 'SQLite format 3\0';

/** @throws DATABASE_CORRUPT (`damage`) when it does not even look like one of ours */
export function openDamaged(file: string, damage: AppError): DamagedDatabase {
  const log = readLogFrames(`${file}-wal`, pageBytes);
  const db = openSome(file, log);
  const copy = readSchemaCopy(file);
  if (db === null && copy === null && !looksLikeOurs(file)) {
    removeMended(file);
    throw damage;
  }
  const pages = openPages(file, log, pageBytes);
  const close = (): void => {
    db?.close();
    pages.close();
    removeMended(file);
  };
  return { db, pages, schema: db === null ? copy : schemaOf(db, copy), lostPages: log.lostPages, close };
}

/** The names and places of tables; where SQLite can not read them all, the copy. */
function schemaOf(db: Database, copy: readonly SchemaEntry[] | null): readonly SchemaEntry[] | null {
  try {
    return readSchema(db);
  } catch {
    return copy;
  }
}

/** A log that is damaged is not left to SQLite: it would stop at the damage without a word. */
function openSome(file: string, log: LogFrames): Database | null {
  const ways = [() => mendedCopy(file, log)];
  if (log.damagedAt === null) ways.unshift(() => file);
  for (const path of ways) {
    let db: Database | null = null;
    try {
      db = new SqliteDatabase(path(), { readonly: true });
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return db;
    } catch {
      db?.close();
    }
  }
  return null;
}

/**
 * A copy that SQLite agrees to open: with what the log holds, as long as its header says, or with the header of a fresh database.
 * @throws DATABASE_CORRUPT when it is too short to be ours
 */
function mendedCopy(file: string, log: LogFrames): string {
  const size = statSync(file).size;
  const copy = mendedOf(file);
  if (size < pageBytes && log.pages.size === 0) throw corrupt(file, `it holds only ${size} bytes`);
  copyFileSync(file, copy);
  const pages = openPages(file, log, pageBytes);
  const descriptor = openSync(copy, 'r+');
  try {
    for (const number of log.pages.keys())
      writeSync(descriptor, pages.page(number) ?? Buffer.alloc(0), 0, pageBytes, (number - 1) * pageBytes);
    const header = Buffer.alloc(100);
    readSync(descriptor, header, 0, header.length, 0);
    const isOurs = header.toString('latin1', 0, magic.length) === magic;
    const count = isOurs ? Math.max(header.readUInt32BE(28), log.pageCount ?? 0) : pages.pageCount;
    const mended = isOurs ? header : freshHeader(count);
    // 1: a file without a write-ahead log.
    mended.fill(1, 18, 20);
    writeSync(descriptor, mended, 0, mended.length, 0);
    if (count < mostPages) ftruncateSync(descriptor, Math.max(size, count * pageBytes));
  } finally {
    closeSync(descriptor);
    pages.close();
  }
  return copy;
}

/** Free pages are not looked for; 4 is the schema format of today. */
function freshHeader(pages: number): Buffer {
  const fresh = new SqliteDatabase(':memory:');
  fresh.pragma(`page_size = ${pageBytes}`);
  fresh.exec('CREATE TABLE t (n INTEGER)');
  const header = fresh.serialize().subarray(0, 100);
  fresh.close();
  header.writeUInt32BE(pages, 28);
  header.fill(0, 32, 40);
  header.writeUInt32BE(4, 44);
  return header;
}

function looksLikeOurs(file: string): boolean {
  const start = Buffer.alloc(magic.length);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, start, 0, start.length, 0);
  closeSync(descriptor);
  return start.toString('latin1') === magic;
}

function removeMended(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${mendedOf(file)}${suffix}`, { force: true });
}

function mendedOf(file: string): string {
  return `${file}.salvage-mended`;
}
