/** Copies what can still be read of a damaged database into a sound one, table by table, around the places that cannot. */
import type { Database } from 'better-sqlite3';
import { messageOf } from '../kernel/errors.ts';
import type { Value } from './page-cells.ts';

/** What became of one table. `lost` says which rows could not be read, in words; empty when all of them were. */
export interface SalvagedTable {
  readonly table: string;
  readonly rows: number;
  readonly lost: readonly string[];
}

/** Places looked for between two readable stretches before the rest is given up. */
const mostProbes = 400;

/** `target` has all its tables; rows it already has are replaced. Tables that only `source` has are left behind and named. */
export function salvage(source: Database, target: Database): readonly SalvagedTable[] {
  const wanted = tablesOf(target);
  const present = new Set(tablesOf(source));
  const salvaged = wanted.filter((table) => present.has(table)).map((table) => salvageTable(source, target, table));
  keepSequences(source, target);
  return salvaged;
}

/** Every table of `target`, as one of which nothing has been read. */
export function unread(target: Database): readonly SalvagedTable[] {
  return tablesOf(target).map((table) => ({ table, rows: 0, lost: ['every row'] }));
}

function tablesOf(db: Database): string[] {
  return db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'schema_steps' ORDER BY name",
    )
    .pluck()
    .all();
}

function salvageTable(source: Database, target: Database, table: string): SalvagedTable {
  const lost: string[] = [];
  let rows = 0;
  try {
    const columns = sharedColumns(source, target, table);
    const names = columns.map(quoted).join(', ');
    const insert = target.prepare(
      `INSERT OR REPLACE INTO ${quoted(table)} (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    const keep = (row: readonly Value[]): void => {
      try {
        insert.run(...row);
        rows += 1;
      } catch (error) {
        lost.push(`one row that no longer fits its table (${messageOf(error)})`);
      }
    };
    const key = integerKey(source, table);
    if (key === null) copyFromBothEnds(source, table, names, keep, lost);
    else copyAround(source, { table, names, key }, keep, lost);
  } catch (error) {
    lost.push(`all rows that are not counted (${messageOf(error)})`);
  }
  return { table, rows, lost };
}

/** Columns that both know; a damaged file may be older than the program. */
function sharedColumns(source: Database, target: Database, table: string): string[] {
  const namesIn = (db: Database): string[] =>
    db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  const known = new Set(namesIn(source));
  return namesIn(target).filter((name) => known.has(name));
}

/** The column that is the row's integer key, or `rowid`; null for a table WITHOUT ROWID. */
function integerKey(source: Database, table: string): string | null {
  try {
    source.prepare(`SELECT rowid FROM ${quoted(table)} LIMIT 0`).all();
    return 'rowid';
  } catch {
    return null;
  }
}

interface KeyedTable {
  readonly table: string;
  readonly names: string;
  readonly key: string;
}

/** Upwards from the first key; where a page cannot be read, on from the next key that can. */
function copyAround(
  source: Database,
  { table, names, key }: KeyedTable,
  keep: (row: readonly Value[]) => void,
  lost: string[],
): void {
  const upwards = source
    .prepare<[bigint], Value[]>(`SELECT ${key}, ${names} FROM ${quoted(table)} WHERE ${key} > ? ORDER BY ${key}`)
    .raw()
    .safeIntegers();
  const lastKey = lastReadable(source, table, key);
  let at = -(2n ** 63n);
  for (;;) {
    try {
      for (const [found, ...row] of upwards.iterate(at)) {
        keep(row);
        at = BigInt(String(found));
      }
      return;
    } catch (error) {
      const next = nextReadable(upwards, at, lastKey ?? (at < 0n ? 0n : at) + furthestLook);
      const from = at < 0n ? 'the first' : `${at + 1n}`;
      lost.push(`rows ${from} to ${next === null ? 'the last' : next} (${messageOf(error)})`);
      if (next === null) return;
      at = next;
    }
  }
}

/** How far to look when the last page itself cannot be read. */
const furthestLook = 2n ** 24n;

/** The highest key; null when even that cannot be read. */
function lastReadable(source: Database, table: string, key: string): bigint | null {
  try {
    const found = source
      .prepare<[], bigint>(`SELECT max(${key}) FROM ${quoted(table)}`)
      .pluck()
      .safeIntegers()
      .get();
    return found ?? null;
  } catch {
    return null;
  }
}

/** The lowest key found after which rows can be read again: steps that double, then halving. Null when there is none. */
function nextReadable(
  upwards: { readonly get: (after: bigint) => Value[] | undefined },
  after: bigint,
  lastKey: bigint,
): bigint | null {
  const canRead = (from: bigint): boolean => {
    try {
      return upwards.get(from) !== undefined;
    } catch {
      return false;
    }
  };
  let low = after < 0n ? -1n : after;
  let step = 1n;
  let probes = 0;
  while (low + step < lastKey && !canRead(low + step) && probes < mostProbes) {
    step *= 2n;
    probes += 1;
  }
  let high = low + step < lastKey ? low + step : lastKey - 1n;
  if (!canRead(high)) return null;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (canRead(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Tables without integer keys: from the first row on, and when that ends early, from the last row back. */
function copyFromBothEnds(
  source: Database,
  table: string,
  names: string,
  keep: (row: readonly Value[]) => void,
  lost: string[],
): void {
  const order = source
    .prepare<[string], string>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
    .pluck()
    .all(table);
  const read = (direction: 'ASC' | 'DESC'): unknown => {
    const by = order.map((column) => `${quoted(column)} ${direction}`).join(', ');
    const rows = source.prepare<[], Value[]>(`SELECT ${names} FROM ${quoted(table)} ORDER BY ${by}`).raw();
    try {
      for (const row of rows.safeIntegers().iterate()) keep(row);
      return null;
    } catch (error) {
      return error;
    }
  };
  const first = read('ASC');
  if (first === null) return;
  read('DESC');
  lost.push(`rows between two damaged places (${messageOf(first)})`);
}

/** No id is given twice, not even after its row was lost. */
function keepSequences(source: Database, target: Database): void {
  try {
    const rows = source.prepare<[], { name: string; seq: number }>('SELECT name, seq FROM sqlite_sequence').all();
    const raise = target.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
    const add = target.prepare(
      'INSERT INTO sqlite_sequence (name, seq) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)',
    );
    for (const { name, seq } of rows) {
      raise.run(seq, name);
      add.run(name, seq, name);
    }
  } catch {
    // Without it ids go on after the highest row that was saved.
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
