/** Reads tables page by page where SQLite cannot follow their trees any more, and adds the rows that it has not found. */
import type { Database } from 'better-sqlite3';
import { type PageRow, parsePage, type Value } from './page-cells.ts';
import type { PageSource } from './page-source.ts';
import { type DamagedPage, type Forest, readForest, type Tree } from './page-trees.ts';
import type { SalvagedTable } from './salvage.ts';
import { emptyLike, type SchemaEntry } from './schema-copy.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isRequired: number;
  readonly key: number;
}

/** A table as its pages hold it: columns in the order of its records. `rowidAt`: the column that is the row's number. */
interface Layout {
  readonly table: string;
  readonly kind: Tree['kind'];
  readonly columns: readonly Column[];
  readonly rowidAt: number | null;
}

/** `tables` is what SQLite could read, rows with noise in them included: those go. `schema` is that of the damaged file. */
export function salvagePages(
  source: PageSource,
  schema: readonly SchemaEntry[],
  target: Database,
  tables: readonly SalvagedTable[],
): readonly SalvagedTable[] {
  const forest = readForest(source, schema);
  const like = emptyLike(schema);
  const layouts = new Map(
    schema.filter(({ type }) => type === 'table').map(({ name }) => [name, layoutOf(like, name)] as const),
  );
  like.close();
  return tables.map((table) => {
    const layout = layouts.get(table.table);
    const tree = forest.trees.get(table.table);
    if (layout === undefined || tree === undefined) return table;
    const orphans = table.lost.length === 0 ? [] : adopted(source, forest, layout, schema, layouts);
    return addRows(source, target, table, { layout, tree, orphans });
  });
}

function layoutOf(db: Database, table: string): Layout {
  const columns = db
    .prepare<[string], Column>(
      'SELECT name, type, "notnull" AS isRequired, pk AS "key" FROM pragma_table_info(?) ORDER BY cid',
    )
    .all(table);
  const isRowid = hasRowid(db, table);
  const keys = columns.filter(({ key }) => key > 0).sort((left, right) => left.key - right.key);
  if (!isRowid) {
    return { table, kind: 'index', columns: [...keys, ...columns.filter(({ key }) => key === 0)], rowidAt: null };
  }
  const [key] = keys;
  const isAlias = keys.length === 1 && key?.type.toUpperCase() === 'INTEGER';
  return { table, kind: 'table', columns, rowidAt: isAlias && key !== undefined ? columns.indexOf(key) : null };
}

function hasRowid(db: Database, table: string): boolean {
  try {
    db.prepare(`SELECT rowid FROM ${quoted(table)} LIMIT 0`).all();
    return true;
  } catch {
    return false;
  }
}

/** Pages without a tree that can only be this table's: of the broken trees none other holds rows of this form. */
function adopted(
  source: PageSource,
  forest: Forest,
  layout: Layout,
  schema: readonly SchemaEntry[],
  layouts: ReadonlyMap<string, Layout>,
): readonly number[] {
  const broken = schema.filter(({ name }) => (forest.trees.get(name)?.damaged.length ?? 0) > 0);
  if (forest.orphans === null || !broken.some(({ name }) => name === layout.table)) return [];
  const others = broken.filter(({ name }) => name !== layout.table);
  return forest.orphans.filter((page) => {
    const parsed = parsePage(source, page);
    if (parsed === null || parsed.kind !== layout.kind) return false;
    const rows = parsed.rows().flatMap(({ values, isWhole }) => (isWhole ? [values] : []));
    if (!rows.every((values) => fits(layout, values))) return false;
    return others.every(({ type, name }) => {
      const other = layouts.get(name);
      if (type === 'index' || other === undefined) return layout.kind === 'table';
      return other.kind !== layout.kind || !rows.every((values) => fits(other, values));
    });
  });
}

/** Columns may be missing at the end: they were added to the table later. */
function fits({ columns, rowidAt }: Layout, values: readonly Value[]): boolean {
  if (values.length > columns.length) return false;
  return values.every((value, index) => {
    const column = columns[index];
    if (column === undefined) return false;
    if (index === rowidAt) return value === null;
    if (value === null) return column.isRequired === 0 && column.key === 0;
    switch (column.type.toUpperCase()) {
      case 'INTEGER':
        return typeof value === 'bigint';
      case 'REAL':
        return typeof value === 'bigint' || typeof value === 'number';
      case 'TEXT':
        return typeof value === 'string';
      case 'BLOB':
        return Buffer.isBuffer(value);
      default:
        return true;
    }
  });
}

function addRows(
  source: PageSource,
  target: Database,
  table: SalvagedTable,
  { layout, tree, orphans }: { readonly layout: Layout; readonly tree: Tree; readonly orphans: readonly number[] },
): SalvagedTable {
  const insert = inserter(target, layout);
  const remove = remover(target, layout);
  let added = 0;
  let removed = 0;
  let broken = 0;
  for (const page of [...tree.pages, ...orphans]) {
    for (const row of parsePage(source, page)?.rows() ?? []) {
      if (!row.isWhole) {
        broken += 1;
        removed += remove(row);
      } else if (table.lost.length > 0) added += insert(row, row.values);
    }
  }
  if (added === 0 && tree.damaged.length + broken === 0) return table;
  const isRootOnlyParent = orphans.length > 0 && tree.kind === null && layout.kind === 'table';
  const gone = isRootOnlyParent ? [] : tree.damaged.filter(({ heldRows }) => heldRows);
  const lost = [
    ...gone.map((page) => placeOf(layout, page)),
    ...(broken > 0 ? [`${broken === 1 ? 'a row' : `${broken} rows`} that went on on a damaged page`] : []),
  ];
  return { ...table, rows: table.rows + added - removed, lost };
}

function placeOf({ kind }: Layout, { page, after, upTo }: DamagedPage): string {
  if (kind === 'index' || (after === null && upTo === null)) return `what stood on page ${page}`;
  const from = after === null ? 'the first' : `${after + 1n}`;
  return `rows ${from} to ${upTo ?? 'the last'} (page ${page})`;
}

/** Returns how many rows it has added: 0 for one that is there, or that does not fit. */
function inserter(
  target: Database,
  { table, columns, rowidAt }: Layout,
): (row: PageRow, values: readonly Value[]) => number {
  const known = new Set(target.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table));
  const isUnique = rowidAt !== null || columns.some(({ key }) => key > 0);
  return ({ rowid }, values) => {
    if (!isUnique) return 0;
    const shared = columns
      .slice(0, values.length)
      .flatMap(({ name }, index) => (known.has(name) ? [{ name, index }] : []));
    const names = shared.map(({ name }) => quoted(name)).join(', ');
    const sql = `INSERT OR IGNORE INTO ${quoted(table)} (${names}) VALUES (${shared.map(() => '?').join(', ')})`;
    try {
      return target.prepare(sql).run(...shared.map(({ index }) => (index === rowidAt ? rowid : values[index]))).changes;
    } catch {
      return 0;
    }
  };
}

/** Returns how many rows it has removed; a row whose key is not known stays. */
function remover(target: Database, { table, columns, rowidAt }: Layout): (row: PageRow) => number {
  const keys = columns.map((column, index) => ({ ...column, index })).filter(({ key }) => key > 0);
  const where = keys.map(({ name }) => `${quoted(name)} = ?`).join(' AND ');
  const sql = `DELETE FROM ${quoted(table)} WHERE ${where}`;
  return ({ rowid, values }) => {
    const key = keys.map(({ index }) => (index === rowidAt ? rowid : values[index]));
    if (key.length === 0 || key.some((value) => value === undefined || value === null)) return 0;
    return target.prepare(sql).run(...key).changes;
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
