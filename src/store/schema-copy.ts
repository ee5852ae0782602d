/** A copy of the list of tables beside the database: without it a damaged first page would make every other page unreadable. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { TreeRoot } from './page-trees.ts';

/** One table or index. `sql` is null for what SQLite has made by itself. */
export interface SchemaEntry extends TreeRoot {
  readonly type: 'table' | 'index';
  readonly sql: string | null;
}

/** Everything that has pages, but for what SQLite keeps for itself. */
export function readSchema(db: Database): readonly SchemaEntry[] {
  return db
    .prepare<[], SchemaEntry>(
      "SELECT type, name, rootpage AS page, sql FROM sqlite_schema WHERE rootpage > 0 AND type IN ('table', 'index') ORDER BY rootpage",
    )
    .all();
}

/** Written when it has changed; a disk without room does without. */
export function keepSchemaCopy(file: string, db: Database): void {
  const copy = copyOf(file);
  const text = `${JSON.stringify(readSchema(db))}\n`;
  try {
    if (existsSync(copy) && readFileSync(copy, 'utf8') === text) return;
    writeFileSync(`${copy}.new`, text);
    renameSync(`${copy}.new`, copy);
  } catch {
    // It is needed only for a file whose first page is damaged.
  }
}

/** Null when there is none that can be read. */
export function readSchemaCopy(file: string): readonly SchemaEntry[] | null {
  try {
    const entries: unknown = JSON.parse(readFileSync(copyOf(file), 'utf8'));
    return Array.isArray(entries) && entries.every(isEntry) ? entries : null;
  } catch {
    return null;
  }
}

/** An empty database with the tables of a copy, to ask for their columns. */
export function emptyLike(entries: readonly SchemaEntry[]): Database {
  const db = new SqliteDatabase(':memory:');
  for (const { type, sql, name } of entries) {
    if (type === 'table' && sql !== null && !name.startsWith('sqlite_')) db.exec(sql);
  }
  return db;
}

function isEntry(value: unknown): value is SchemaEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, name, page, sql } = value as Record<string, unknown>;
  const isKnown = (type === 'table' || type === 'index') && typeof name === 'string' && Number.isSafeInteger(page);
  return isKnown && (sql === null || typeof sql === 'string');
}

function copyOf(file: string): string {
  return `${file}.schema`;
}
