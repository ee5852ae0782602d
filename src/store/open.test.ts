/** The store refuses what it cannot use, says what to do, and never deletes. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../kernel/errors.ts';
import { openReadOnly, openStore } from './index.ts';

const steps = [{ owner: 'a', version: 1, sql: 'CREATE TABLE t (n INTEGER, blob BLOB)' }];
let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  file = join(folder, 'deep', 'seamwatch.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failureOf(open: () => unknown): AppError {
  try {
    open();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new AppError('INTERNAL', 'it opened');
}

test('makes the folder and keeps rows over a reopen, applying each migration once', () => {
  const first = openStore(file, steps);
  first.db.exec('INSERT INTO t (n) VALUES (7)');
  first.close();
  const second = openStore(file, [...steps, { owner: 'a', version: 2, sql: 'ALTER TABLE t ADD COLUMN m INTEGER' }]);
  expect(second.db.prepare('SELECT n, m FROM t').all()).toEqual([{ n: 7, m: null }]);
  expect(second.db.pragma('synchronous', { simple: true })).toBe(2);
  expect(second.db.pragma('page_size', { simple: true })).toBe(8192);
  second.close();
});

test('a failing migration leaves neither its tables nor its record', () => {
  const broken = [...steps, { owner: 'a', version: 2, sql: 'CREATE TABLE u (n INTEGER); NONSENSE' }];
  expect(failureOf(() => openStore(file, broken)).code).toBe('DATA_DIR_UNUSABLE');
  const store = openStore(file, steps);
  expect(store.db.prepare("SELECT name FROM sqlite_schema WHERE name = 'u'").all()).toEqual([]);
  store.close();
});

test('refuses a second writer and lets it in after the first has closed', () => {
  const first = openStore(file, steps);
  const failure = failureOf(() => openStore(file, steps));
  expect(failure.code).toBe('DATABASE_BUSY');
  expect(failure.message).toContain('stop that one');
  first.close();
  openStore(file, steps).close();
});

test('refuses a database written by a newer program and names the versions', () => {
  openStore(file, [...steps, { owner: 'a', version: 2, sql: 'CREATE TABLE u (n INTEGER)' }]).close();
  const failure = failureOf(() => openStore(file, steps));
  expect(failure.code).toBe('DATA_DIR_UNUSABLE');
  expect(failure.message).toContain('version 2, this program knows up to 1');
});

test('refuses a file that is no database and leaves every byte of it', () => {
  writeFileSync(join(folder, 'x.db'), 'hello '.repeat(100));
  const failure = failureOf(() => openStore(join(folder, 'x.db'), steps));
  expect(failure.code).toBe('DATABASE_CORRUPT');
  expect(failure.message).toContain('a file that is no database at all must be moved away');
  expect(readFileSync(join(folder, 'x.db'), 'utf8')).toBe('hello '.repeat(100));
});

test('a database that was cut short is kept aside byte for byte, and a reader alone refuses it', () => {
  const store = openStore(file, steps);
  store.db.prepare('INSERT INTO t (n, blob) VALUES (1, zeroblob(100000))').run();
  store.close();
  truncateSync(file, 40_000);
  expect(failureOf(() => openReadOnly(file)).code).toBe('DATABASE_CORRUPT');
  const again = openStore(file, steps);
  expect(again.recovered?.sentence).toContain('it holds 40000 of its');
  expect(statSync(`${file}.damaged-1`).size).toBe(40_000);
  expect(readFileSync(`${file}.damaged-1.txt`, 'utf8')).toContain('Lost: t: a row that went on on a damaged page');
  again.close();
});

test('says which directory cannot be used', () => {
  writeFileSync(join(folder, 'plain'), '');
  const failure = failureOf(() => openStore(join(folder, 'plain', 'seamwatch.db'), steps));
  expect(failure.code).toBe('DATA_DIR_UNUSABLE');
  expect(failure.message).toContain('choose another one with --data');
});

test('a read-only view sees commits, cannot write, and asks for an existing file', () => {
  expect(failureOf(() => openReadOnly(file)).code).toBe('NOT_FOUND');
  const store = openStore(file, steps);
  const view = openReadOnly(file);
  store.db.exec('INSERT INTO t (n) VALUES (7)');
  expect(view.prepare('SELECT n FROM t').all()).toEqual([{ n: 7 }]);
  expect(() => view.exec('DELETE FROM t')).toThrow('readonly');
  view.close();
  store.close();
});

const lockTable = '/proc/locks';

test.skipIf(!existsSync(lockTable))(
  'looking at the file does not take away the lock by which other programs know it is in use (skipped without /proc/locks)',
  () => {
    const isLocked = (): boolean =>
      readFileSync(lockTable, 'utf8')
        .split('\n')
        .some((line) => line.includes(` ${process.pid} `) && line.includes(`:${statSync(file).ino} `));
    const store = openStore(file, steps);
    store.db.exec('INSERT INTO t (n) VALUES (7)');
    expect(isLocked()).toBe(true);
    const view = openReadOnly(file);
    expect(isLocked()).toBe(true);
    openReadOnly(file).close();
    expect(isLocked()).toBe(true);
    view.close();
    store.close();
  },
);
