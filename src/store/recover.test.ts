/** A damaged file is kept, what can be read of it is saved, and what could not is named. */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markSuspect, openStore } from './index.ts';

const pageBytes = 8_192;
const steps = [
  {
    owner: 'a',
    version: 1,
    sql: `CREATE TABLE keyed (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL) STRICT;
      CREATE TABLE paired (day INTEGER, name TEXT, PRIMARY KEY (day, name)) STRICT, WITHOUT ROWID;`,
  },
];
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recover-'));
  file = join(folder, 'seamwatch.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** 2,000 rows of some 200 bytes in each table, and the numbers of the leaf pages of `keyed`, in order. */
function fillStore(): readonly number[] {
  const store = openStore(file, steps);
  store.db.transaction(() => {
    for (let n = 1; n <= 2_000; n += 1) {
      store.db.prepare('INSERT INTO keyed (text) VALUES (?)').run(`${n} `.repeat(40));
      store.db.prepare('INSERT INTO paired VALUES (?, ?)').run(n, `${n} `.repeat(40));
    }
    store.db.exec('DELETE FROM keyed WHERE id > 1990');
  })();
  store.close();
  const db = new SqliteDatabase(file, { readonly: true });
  const root = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'keyed'").pluck().get();
  db.close();
  return leavesOf(Number(root));
}

/** Children of an interior table page (fileformat §1.6). */
function leavesOf(root: number): number[] {
  const page = readFileSync(file).subarray((root - 1) * pageBytes, root * pageBytes);
  expect(page[0]).toBe(5);
  const cells = Array.from({ length: page.readUInt16BE(3) }, (_, cell) => page.readUInt16BE(12 + 2 * cell));
  return [...cells.map((at) => page.readUInt32BE(at)), page.readUInt32BE(8)];
}

function overwrite(at: number, bytes: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

function idsOf(store: ReturnType<typeof openStore>): number[] {
  return store.db.prepare<[], number>('SELECT id FROM keyed ORDER BY id').pluck().all();
}

test('two damaged pages cost exactly their rows, the ends and the middle are saved, and no id is used twice', () => {
  const leaves = fillStore();
  for (const page of [leaves[2], leaves[7]]) overwrite(((page ?? 0) - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const before = statSync(file).size;
  const store = openStore(file, steps);
  const ids = idsOf(store);
  expect([ids[0], ids.at(-1)]).toEqual([1, 1_990]);
  const gaps = ids.flatMap((id, index) =>
    index > 0 && id - (ids[index - 1] ?? 0) > 1 ? [`${(ids[index - 1] ?? 0) + 1} to ${id - 1}`] : [],
  );
  expect(gaps).toHaveLength(2);
  for (const gap of gaps) expect(store.recovered?.sentence).toContain(`keyed: rows ${gap} (`);
  expect(store.db.prepare('SELECT count(*) FROM paired').pluck().get()).toBe(2_000);
  expect(store.db.prepare("INSERT INTO keyed (text) VALUES ('new') RETURNING id").pluck().get()).toBe(2_001);
  expect(statSync(`${file}.damaged-1`).size).toBe(before);
  store.close();
  const again = openStore(file, steps);
  expect(again.recovered).toBeNull();
  again.close();
});

test('a damaged page that only pointed to others costs nothing, one of a table without row numbers only what stood on it', () => {
  fillStore();
  const db = new SqliteDatabase(file, { readonly: true });
  const keyed = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'keyed'").pluck().get());
  db.close();
  overwrite((keyed - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const first = openStore(file, steps);
  expect(idsOf(first)).toEqual(Array.from({ length: 1_990 }, (_, index) => index + 1));
  expect(first.recovered?.sentence).toContain('Lost: nothing: every row could be read');
  first.close();
  const secondRoot = new SqliteDatabase(file, { readonly: true });
  const root = Number(secondRoot.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'paired'").pluck().get());
  const onRoot = Number(secondRoot.prepare('SELECT ncell FROM dbstat WHERE pageno = ?').pluck().get(root));
  secondRoot.close();
  overwrite((root - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const second = openStore(file, steps);
  expect(second.db.prepare('SELECT count(*) FROM paired').pluck().get()).toBe(2_000 - onRoot);
  expect(second.recovered?.sentence).toContain(`Lost: paired: what stood on page ${root}`);
  expect(idsOf(second)).toHaveLength(1_990);
  second.close();
});

test('pages that were freed before, and still look like pages of a table, bring nothing back', () => {
  fillStore();
  const writer = new SqliteDatabase(file);
  writer.exec('DELETE FROM keyed WHERE id BETWEEN 400 AND 900');
  writer.close();
  const db = new SqliteDatabase(file, { readonly: true });
  const root = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'keyed'").pluck().get());
  db.close();
  overwrite((root - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const store = openStore(file, steps);
  const ids = idsOf(store);
  expect(ids).toHaveLength(1_990 - 501);
  expect(ids.filter((id) => id >= 400 && id <= 900)).toEqual([]);
  store.close();
});

/** Twenty commits that are in the log alone, and where its frames begin; nobody has closed. */
function leaveLog(): number {
  fillStore();
  const writer = new SqliteDatabase(file);
  writer.pragma('wal_autocheckpoint = 0');
  for (let n = 1; n <= 20; n += 1) writer.exec(`INSERT INTO keyed (text) VALUES ('in the log ${n}')`);
  const log = readFileSync(`${file}-wal`);
  writer.close();
  const descriptor = openSync(`${file}-wal`, 'w');
  writeSync(descriptor, log);
  closeSync(descriptor);
  return 32;
}

function damageLog(at: number, bytes: Buffer): void {
  const descriptor = openSync(`${file}-wal`, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

test.each([
  ['a frame of its own', 100, 8_192],
  ['the head of a frame', 0, 24],
  ['its first bytes', -32, 32],
])('a write-ahead log with damage to %s is said, and what came after the damage is saved', (_, offset, length) => {
  const start = leaveLog();
  const frameBytes = 24 + pageBytes;
  const frames = Math.floor((statSync(`${file}-wal`).size - 32) / frameBytes);
  expect(frames).toBeGreaterThanOrEqual(20);
  damageLog((offset < 0 ? 32 : start + 5 * frameBytes) + offset, Buffer.alloc(length, 0xa5));
  const store = openStore(file, steps);
  expect(store.recovered?.sentence).toMatch(
    /its write-ahead log is damaged at byte \d+, and \d+ commits come after that/,
  );
  const texts = store.db.prepare("SELECT text FROM keyed WHERE text LIKE 'in the log%'").pluck().all();
  expect(texts).toHaveLength(20);
  store.close();
});

test('the end of a log that was being written when the machine stopped is no damage', () => {
  leaveLog();
  const size = statSync(`${file}-wal`).size;
  damageLog(size - 4_000, Buffer.alloc(4_000, 0xa5));
  const store = openStore(file, steps);
  expect(store.recovered).toBeNull();
  expect(store.db.prepare("SELECT count(*) FROM keyed WHERE text LIKE 'in the log%'").pluck().get()).toBe(19);
  store.close();
});

test('a file whose first bytes are gone is read by the rest', () => {
  fillStore();
  overwrite(0, Buffer.alloc(60, 0xff));
  const store = openStore(file, steps);
  expect(idsOf(store)).toHaveLength(1_990);
  expect(store.recovered?.sentence).toContain('Lost: nothing: every row could be read');
  store.close();
  expect(existsSync(`${file}.salvage-mended`)).toBe(false);
});

test('a file whose list of tables is gone is read by the copy of that list', () => {
  fillStore();
  overwrite(0, Buffer.alloc(pageBytes, 0xa5));
  const store = openStore(file, steps);
  expect(idsOf(store)).toHaveLength(1_990);
  expect(store.db.prepare('SELECT count(*) FROM paired').pluck().get()).toBe(2_000);
  store.close();
});

test('without that copy too it is kept, and an empty one says that everything was lost', () => {
  fillStore();
  rmSync(`${file}.schema`);
  overwrite(100, Buffer.alloc(pageBytes - 100, 0xa5));
  const store = openStore(file, steps);
  expect(idsOf(store)).toEqual([]);
  expect(store.recovered?.sentence).toContain('Lost: everything: no table could be read');
  expect(existsSync(`${file}.damaged-1`)).toBe(true);
  store.close();
});

test('commits that are only in the write-ahead log are saved too', () => {
  const leaves = fillStore();
  const writer = new SqliteDatabase(file);
  writer.pragma('wal_autocheckpoint = 0');
  writer.exec("INSERT INTO keyed (text) VALUES ('only in the log')");
  const log = readFileSync(`${file}-wal`);
  writer.close();
  const descriptor = openSync(`${file}-wal`, 'w');
  writeSync(descriptor, log);
  closeSync(descriptor);
  overwrite(((leaves[3] ?? 0) - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const store = openStore(file, steps);
  expect(idsOf(store).at(-1)).toBe(2_001);
  expect(readFileSync(`${file}.damaged-1-wal`).equals(log)).toBe(true);
  store.close();
});

test('a salvage that was interrupted before its last step is finished by the next start', () => {
  fillStore();
  renameSync(file, `${file}.salvaged`);
  openStore(join(folder, 'other.db'), steps).close();
  renameSync(join(folder, 'other.db'), file);
  const store = openStore(file, steps);
  expect(idsOf(store)).toHaveLength(1_990);
  expect(existsSync(`${file}.damaged-1`)).toBe(true);
  store.close();
});

test('without room for what can be saved nothing is moved, and the next start tries again', () => {
  const leaves = fillStore();
  overwrite(((leaves[3] ?? 0) - 1) * pageBytes, Buffer.alloc(pageBytes, 0xa5));
  const full = () => {
    throw new SqliteDatabase.SqliteError('database or disk is full', 'SQLITE_FULL');
  };
  expect(() => openStore(file, steps, full)).toThrow('cannot be written (database or disk is full)');
  expect([existsSync(file), existsSync(`${file}.damaged-1`), existsSync(`${file}.salvage-partial`)]).toEqual([
    true,
    false,
    false,
  ]);
  const store = openStore(file, steps);
  expect(store.recovered).not.toBeNull();
  store.close();
});

test('a mark of damage met in use is taken away by a start that finds none', () => {
  fillStore();
  markSuspect(file, 'a page could not be read');
  const store = openStore(file, steps);
  expect([store.recovered, existsSync(`${file}.suspect`)]).toEqual([null, false]);
  store.close();
});
