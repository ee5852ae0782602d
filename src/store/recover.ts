/** Brings a damaged database back: saves what can be read into a new file, keeps the damaged one beside it, says what was lost. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { type AppError, messageOf } from '../kernel/errors.ts';
import { type Migration, migrate } from './migrate.ts';
import { type DamagedDatabase, openDamaged, pageBytes } from './open-damaged.ts';
import { type SalvagedTable, salvage, unread } from './salvage.ts';
import { salvagePages } from './salvage-pages.ts';

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
    source.close();
    syncFile(partial);
    renameSync(partial, salvagedOf(file));
    const keptAs = finishRecovery(file) ?? file;
    const sentence = sentenceOf(file, keptAs, damage, tables, notes);
    writeFileSync(`${keptAs}.txt`, `${sentence}\n`);
    return { keptAs, tables, sentence };
  } catch (error) {
    target.close();
    source.close();
    removeDatabase(partial);
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
  { db, pages, schema, lostPages }: DamagedDatabase,
  target: Database,
  repair: Repair,
): { readonly tables: readonly SalvagedTable[]; readonly notes: readonly string[] } {
  const read = readTables(db, target);
  const tables = schema === null ? (db === null ? [] : read) : addPages(pages, schema, target, read);
  const log = lostPages === 0 ? [] : [`what was last written to ${lostPages === 1 ? 'a page' : `${lostPages} pages`}`];
  return { tables, notes: [...log, ...repair(target, tables)] };
}

/** What SQLite has read is not given up for what a page may do to its reader. */
function addPages(...args: Parameters<typeof salvagePages>): readonly SalvagedTable[] {
  try {
    return salvagePages(...args);
  } catch {
    return args[3];
  }
}

/** A list of tables that can be read only in part is none. */
function readTables(db: Database | null, target: Database): readonly SalvagedTable[] {
  try {
    return db === null ? unread(target) : salvage(db, target);
  } catch {
    return unread(target);
  }
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
