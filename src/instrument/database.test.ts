/** A wrapped better-sqlite3 database: behaves the same, and every statement and transaction is counted. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Instrumentation, instrumentDomain, metric, start, wrapDatabase } from './index.ts';
import { kindOfStatement } from './statement.ts';
import { countOf, openReceiver, pointsOf, type Receiver } from './testing/receiver.ts';

let receiver: Receiver;
let library: Instrumentation;
let db: Database.Database;

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, sampleRatio: 0 });
  db = wrapDatabase(new Database(':memory:'), { domain: 'shared' });
  db.exec('CREATE TABLE posts (id INTEGER PRIMARY KEY, text TEXT); CREATE TABLE feeds (post INTEGER)');
});

afterEach(async () => {
  db.close();
  await library.shutdown();
  await receiver.close();
});

const count = (where: Record<string, unknown>) => countOf(receiver, metric.dbDuration, where);
const transactions = (domains: string) =>
  pointsOf(receiver, metric.dbTransactions, { domains }).reduce((total, point) => total + point.value, 0);

describe('statements', () => {
  it('return what they return, and count once under domain, table and operation', async () => {
    const posts = instrumentDomain('posts', {
      add: (text: string) => db.prepare('INSERT INTO posts (text) VALUES (?)').run(text).lastInsertRowid,
      all: () => db.prepare('SELECT id FROM posts').pluck().all(),
    });
    expect(posts.add('a')).toBe(1);
    expect(posts.add('b')).toBe(2);
    expect(posts.all()).toEqual([1, 2]);
    expect([...db.prepare('SELECT id FROM posts').iterate()]).toEqual([{ id: 1 }, { id: 2 }]);
    for (const row of db.prepare('SELECT id FROM posts').raw().iterate()) {
      expect(row).toEqual([1]);
      break;
    }
    expect(db.prepare('SELECT text FROM posts WHERE id = ?').get(2)).toEqual({ text: 'b' });
    await library.flush();
    expect(count({ 'seam.domain': 'posts', table: 'posts', op: 'insert' })).toBe(2);
    expect(count({ 'seam.domain': 'posts', table: 'posts', op: 'select' })).toBe(1);
    expect(count({ 'seam.domain': 'shared', table: 'posts', op: 'select' })).toBe(3);
    expect(count({ table: 'other', op: 'other' })).toBe(1);
  });

  it('throw the database error itself', () => {
    expect(() => db.prepare('SELECT * FROM nowhere')).toThrow('no such table: nowhere');
    expect(() => db.prepare('INSERT INTO posts (id) VALUES (?)').run('x')).toThrow('datatype mismatch');
  });
});

describe('transactions', () => {
  it('count once with the number of domains inside, and mark domain calls made inside', async () => {
    const feeds = instrumentDomain('feed', {
      push: (post: number) => db.prepare('INSERT INTO feeds VALUES (?)').run(post).changes,
    });
    const posts = instrumentDomain('posts', {
      create: db.transaction((text: string) => {
        const { lastInsertRowid } = db.prepare('INSERT INTO posts (text) VALUES (?)').run(text);
        return feeds.push(Number(lastInsertRowid));
      }),
      plain: () => feeds.push(9),
    });
    expect(posts.create('a')).toBe(1);
    expect(posts.plain()).toBe(1);
    await library.flush();
    expect(transactions('2')).toBe(1);
    expect(countOf(receiver, metric.callDuration, { from: 'posts', to: 'feed', in_tx: 'true' })).toBe(1);
    expect(countOf(receiver, metric.callDuration, { from: 'posts', to: 'feed', in_tx: 'false' })).toBe(1);
  });

  it('roll back and count when they throw; a nested one counts with its outer one', async () => {
    const inner = db.transaction(() => db.prepare('INSERT INTO feeds VALUES (1)').run());
    const outer = db.transaction(() => {
      inner();
      throw new Error('no');
    });
    expect(() => outer.immediate()).toThrow('no');
    expect(db.inTransaction).toBe(false);
    expect(db.prepare('SELECT count(*) FROM feeds').pluck().get()).toBe(0);
    await library.flush();
    expect(transactions('1')).toBe(1);
  });

  it('opened by a plain BEGIN are seen as well', async () => {
    const feeds = instrumentDomain('feed', { size: () => db.prepare('SELECT count(*) FROM feeds').pluck().get() });
    const posts = instrumentDomain('posts', {
      copy: () => {
        db.exec('BEGIN');
        feeds.size();
        db.prepare('COMMIT').run();
        feeds.size();
      },
    });
    posts.copy();
    await library.flush();
    expect(countOf(receiver, metric.callDuration, { to: 'feed', in_tx: 'true' })).toBe(1);
    expect(countOf(receiver, metric.callDuration, { to: 'feed', in_tx: 'false' })).toBe(1);
    expect(transactions('2')).toBe(1);
  });
});

it.each([
  ['SELECT p.id FROM "Posts" p JOIN users u', 'select', 'posts'],
  ['  -- all of it\n delete from main.likes', 'delete', 'likes'],
  ['INSERT OR IGNORE INTO follows VALUES (1)', 'insert', 'follows'],
  ['UPDATE OR REPLACE [users] SET a = 1', 'update', 'users'],
  ['WITH old AS (SELECT id FROM posts) DELETE FROM posts WHERE id IN old', 'delete', 'posts'],
  ['PRAGMA user_version', 'other', 'other'],
  ['SELECT 1', 'select', 'other'],
  ['BEGIN IMMEDIATE', 'begin', 'other'],
])('reads %s as %s on %s', (sql, op, table) => {
  expect(kindOfStatement(sql)).toEqual({ op, table });
});
