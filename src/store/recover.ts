/** Brings a damaged database back: saves what can be read into a new file, keeps the damaged one beside it, says what was lost. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { type AppError, messageOf } from '../kernel/errors.ts';
import { corrupt } from './failure.ts';
import { type Migration, migrate } from './migrate.ts';
import { type SalvagedTable, salvage } from './salvage.ts';

/** What a start has done to a damaged file. */
export interface Recovery {
  /** Where the damaged file is kept, with its write-ahead log beside it. */
  readonly keptAs: string;
  readonly tables: readonly SalvagedTable[];
  /** For people: what was wrong, what was lost, where the damaged file is. */
  readonly sentence: string;
}

/** Makes the owners' tables consistent again after rows were lost; returns sentences about what that means. Throws when it cannot. */
export type Repair = (db: Database, tables: readonly SalvagedTable[]) => readonly string[];

const pageBytes = 8_192;
/** 16 TiB: a header that says more is damaged itself. */
const mostPages = 2 ** 31;
const magic = 'SQLite format 3\0';

/**
 * To be called by the holder of the writer's lock, with no connection open. The damaged file is moved, never changed or deleted; when
 * this is interrupted, {@link finishRecovery} of the next start goes on.
 * @throws DATABASE_CORRUPT when the file is nothing that this program has written; DATA_DIR_UNUSABLE by its caller when there is no room
 */
export function recoverDatabase(
  file: string,
  migrations: readonly Migration[],
  repair: Repair,
  damage: AppError,
): Recovery {
  const source = openDamaged(file, damage);
  const partial = `${file}.salvage-partial`;
  removeDatabase(partial);
  const target = new SqliteDatabase(partial);
  try {
    for (const pragma of [`page_size = ${pageBytes}`, 'journal_mode = MEMORY', 'synchronous = OFF'])
      target.pragma(pragma);
    migrate(target, partial, migrations);
    const { tables, notes } = target.transaction(() => fill(source, target, repair))();
    target.close();
    source?.close();
    removeDatabase(mendedOf(file));
    syncFile(partial);
    renameSync(partial, salvagedOf(file));
    const keptAs = finishRecovery(file) ?? file;
    const sentence = sentenceOf(file, keptAs, damage, tables, notes);
    writeFileSync(`${keptAs}.txt`, `${sentence}\n`);
    return { keptAs, tables, sentence };
  } catch (error) {
    target.close();
    source?.close();
    removeDatabase(partial);
    removeDatabase(mendedOf(file));
    throw error;
  }
}

/** Puts a finished salvage in the place of the damaged file. Returns where that is kept; null when there is nothing to finish. */
export function finishRecovery(file: string): string | null {
  const salvaged = salvagedOf(file);
  if (!existsSync(salvaged)) return null;
  const keptAs = freeName(file);
  for (const suffix of ['-wal', ''])
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${keptAs}${suffix}`);
  rmSync(`${file}-shm`, { force: true });
  renameSync(salvaged, file);
  syncFolder(dirname(file));
  return keptAs;
}

function fill(
  source: Database | null,
  target: Database,
  repair: Repair,
): { readonly tables: readonly SalvagedTable[]; readonly notes: readonly string[] } {
  const tables = source === null ? [] : salvage(source, target);
  return { tables, notes: repair(target, tables) };
}

/** Null when SQLite finds no tables in it. @throws DATABASE_CORRUPT when it does not even look like one of ours */
function openDamaged(file: string, damage: AppError): Database | null {
  for (const path of [() => file, () => mendedCopy(file)]) {
    let db: Database | null = null;
    try {
      db = new SqliteDatabase(path(), { readonly: true });
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return db;
    } catch {
      db?.close();
    }
  }
  if (looksLikeOurs(file)) return null;
  throw damage;
}

/** A copy that SQLite agrees to open: as long as its header says, or with the header of a fresh database. @throws DATABASE_CORRUPT when the rest cannot be ours */
function mendedCopy(file: string): string {
  const size = statSync(file).size;
  const copy = mendedOf(file);
  if (size < pageBytes) throw corrupt(file, `it holds only ${size} bytes`);
  copyFileSync(file, copy);
  const descriptor = openSync(copy, 'r+');
  try {
    const header = Buffer.alloc(100);
    readSync(descriptor, header, 0, header.length, 0);
    const isOurs = looksLikeOurs(file);
    const pages = isOurs ? header.readUInt32BE(28) : Math.floor(size / pageBytes);
    if (!isOurs) writeSync(descriptor, freshHeader(pages), 0, header.length, 0);
    if (pages < mostPages) ftruncateSync(descriptor, Math.max(size, pages * pageBytes));
  } finally {
    closeSync(descriptor);
  }
  return copy;
}

/** Free pages are not looked for; 4 is the schema format of today, 1 a file without a write-ahead log. */
function freshHeader(pages: number): Buffer {
  const fresh = new SqliteDatabase(':memory:');
  fresh.pragma(`page_size = ${pageBytes}`);
  fresh.exec('CREATE TABLE t (n INTEGER)');
  const header = fresh.serialize().subarray(0, 100);
  fresh.close();
  header.fill(1, 18, 20);
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

function sentenceOf(
  file: string,
  keptAs: string,
  damage: AppError,
  tables: readonly SalvagedTable[],
  notes: readonly string[],
): string {
  const lost = tables.flatMap(({ table, lost: places }) => places.map((place) => `${table}: ${place}`));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const what = tables.length === 0 ? ['everything: no table could be read'] : lost;
  const found = [...what, ...notes].join('; ') || 'nothing: every row could be read';
  const why = typeof damage.details.what === 'string' ? damage.details.what : messageOf(damage);
  return (
    `database "${file}" was damaged (${why}); ${rows} rows were saved, and the damaged file is kept as "${basename(keptAs)}" beside it. ` +
    `Lost: ${found}`
  );
}

function freeName(file: string): string {
  for (let number = 1; ; number += 1) {
    const name = `${file}.damaged-${number}`;
    // The log moves first: a name with only a log belongs to an interrupted move.
    if (!existsSync(name)) return name;
  }
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

function syncFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function salvagedOf(file: string): string {
  return `${file}.salvaged`;
}

function mendedOf(file: string): string {
  return `${file}.salvage-mended`;
}
