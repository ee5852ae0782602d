/** Frames of log records: order over frames that overlap, pages without gaps or repeats, merging, bounded work, damage. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../src/kernel/errors.ts';
import { seededRandom } from '../../src/kernel/ids.ts';
import type { LogEntry, LogOrigin } from './log-entry.ts';
import { mergeSmallLogs } from './log-merge.ts';
import { createLogReader } from './log-reader.ts';
import { logMigrations } from './log-schema.ts';
import type { LogSearchLimits } from './log-search.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import type { LogQuery, LogReader } from './reader.ts';

const startMs = Date.UTC(2026, 2, 2, 10);
let db: Database;
let store: LogStore;

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of logMigrations) db.exec(sql);
  store = createLogStore(db);
});

afterEach(() => db.close());

function originOf(name: string): LogOrigin {
  return { serviceName: name, source: 'otlp', attributes: { 'resource.service.name': name } };
}

const campus = originOf('campus');

function entry(atMs: number, body: string, more: Partial<LogEntry> = {}): LogEntry {
  return {
    timeNs: BigInt(Math.round((startMs + atMs) * 1e6)),
    severity: 9,
    severityText: 'INFO',
    body,
    attributes: {},
    traceId: null,
    spanId: null,
    correlationId: null,
    domain: null,
    origin: campus,
    ...more,
  };
}

/** One frame. */
function frame(...entries: LogEntry[]): void {
  for (const one of entries) store.append(one);
  store.flush();
}

function all(reader: LogReader, query: LogQuery): { readonly bodies: string[]; readonly pages: number } {
  const bodies: string[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = reader.searchLogs({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    bodies.push(...page.logs.map((log) => log.body));
    cursor = page.nextCursor ?? undefined;
    pages += 1;
  } while (cursor !== undefined && pages < 10_000);
  return { bodies, pages };
}

describe('order', () => {
  test('is by time over frames that overlap, newest first', () => {
    frame(entry(1, 'b'), entry(9, 'g'), entry(5, 'd'));
    frame(entry(0, 'a'), entry(7, 'e'), entry(8, 'f'));
    frame(entry(3, 'c'));
    expect(all(createLogReader(db), { limit: 2 }).bodies.join('')).toBe('gfedcba');
  });

  test('keeps the order of arrival among records of the same nanosecond, reversed, over pages', () => {
    for (let number = 0; number < 7; number += 1) frame(entry(0, String(number)));
    expect(all(createLogReader(db), { limit: 3 }).bodies.join('')).toBe('6543210');
  });

  test('is that of a plain sort for random frames, pages, merges and conditions', () => {
    const random = seededRandom(7);
    const expected: LogEntry[] = [];
    for (let number = 0; number < 120; number += 1) {
      const size = 1 + Math.floor(random() * 12);
      const entries = Array.from({ length: size }, (_, at) =>
        entry(Math.floor(random() * 400) + number * 5, `${number}.${at}`, {
          severity: Math.floor(random() * 25),
          domain: random() < 0.5 ? 'chat' : 'feed',
        }),
      );
      frame(...entries);
      expected.push(...entries);
      if (number % 40 === 39) mergeSmallLogs(db, 16);
    }
    const sorted = expected
      .map((one, seq) => ({ one, seq }))
      .sort((left, right) => Number(right.one.timeNs - left.one.timeNs) || right.seq - left.seq)
      .map(({ one }) => one)
      .filter((one) => one.domain === 'chat' && one.severity >= 13)
      .map((one) => one.body);
    const limits: LogSearchLimits = { rows: 3, rawBytes: 2_000 };
    const { bodies, pages } = all(createLogReader(db, { limits }), { domain: 'chat', severity: 'warn', limit: 7 });
    expect(bodies).toEqual(sorted);
    expect(pages).toBeGreaterThan(sorted.length / 7);
  });
});

describe('a search', () => {
  test('stops at its allowance with a cursor, though nothing was found yet', () => {
    for (let number = 0; number < 50; number += 1) frame(entry(number * 10, 'x'.repeat(900)));
    frame(entry(-10, 'the needle'));
    const reader = createLogReader(db, { limits: { rows: 1_000, rawBytes: 10_000 } });
    const first = reader.searchLogs({ text: 'NEEDLE' });
    expect(first).toEqual({ logs: [], nextCursor: expect.any(String) });
    const { bodies, pages } = all(reader, { text: 'NEEDLE' });
    expect(bodies).toEqual(['the needle']);
    expect(pages).toBe(6);
  });

  test('finds text that JSON has to escape, and letters beyond ASCII in either case', () => {
    frame(entry(0, 'path C:\\temp "quoted"\nnext line'), entry(1, 'ÜBERLAUF im Puffer'));
    const reader = createLogReader(db);
    expect(all(reader, { text: 'c:\\TEMP "QUOTED"\nNEXT' }).bodies).toHaveLength(1);
    expect(all(reader, { text: 'überlauf' }).bodies).toEqual(['ÜBERLAUF im Puffer']);
  });

  test('is not misled by a value that only looks like the condition', () => {
    frame(entry(0, '"chat"', { domain: 'feed', attributes: { other: 'chat' } }), entry(1, 'yes', { domain: 'chat' }));
    expect(all(createLogReader(db), { domain: 'chat' }).bodies).toEqual(['yes']);
  });

  test('refuses a cursor of somebody else', () => {
    expect(() => createLogReader(db).searchLogs({ cursor: 'MTc2' })).toThrow(
      /cursor "MTc2" is not one that a search of logs/,
    );
  });

  test('opens only the frames that hold the id', () => {
    const ids = Array.from({ length: 30 }, (_, number) => (number + 1).toString(16).padStart(32, 'a'));
    for (const traceId of ids) frame(entry(0, traceId, { traceId, correlationId: `r-${traceId}` }));
    db.prepare('UPDATE log_bodies SET data = zeroblob(9) WHERE frame <> 17').run();
    const reader = createLogReader(db);
    expect(all(reader, { traceId: ids[16] ?? '' }).bodies).toEqual([ids[16]]);
    expect(all(reader, { correlationId: `r-${ids[16]}` }).bodies).toEqual([ids[16]]);
  });
});

describe('merging', () => {
  test('makes one frame of many small ones, with every record, origin and tag', () => {
    const traceId = 'c'.repeat(32);
    for (let number = 0; number < 64; number += 1) {
      frame(
        entry(number, String(number), {
          origin: originOf(number % 2 === 0 ? 'api' : 'web'),
          traceId,
          domain: `d${number % 3}`,
        }),
      );
    }
    const before = createLogReader(db).searchLogs({ limit: 500 }).logs;
    expect(mergeSmallLogs(db, 64)).toBe(63);
    const reader = createLogReader(db);
    expect(reader.searchLogs({ limit: 500 }).logs).toEqual(before);
    expect(all(reader, { traceId }).bodies).toHaveLength(64);
    expect(all(reader, { domain: 'd2' }).bodies).toHaveLength(21);
    expect(reader.logStorage()).toMatchObject({ frames: 1, records: 64 });
    const [stored] = db.prepare<[], { bytes: number }>('SELECT sum(bytes) AS bytes FROM log_frames').all();
    expect(reader.logStorage().bytes).toBe(stored?.bytes);
  });

  test('waits while a group may still grow, and does not join what is hours apart', () => {
    frame(entry(0, 'a'));
    frame(entry(1, 'b'));
    expect(mergeSmallLogs(db, 64)).toBe(0);
    frame(entry(7 * 3_600_000, 'c'));
    expect(mergeSmallLogs(db, 64)).toBe(1);
    expect(createLogReader(db).logStorage()).toMatchObject({ frames: 2, records: 3 });
  });

  test('a page goes on where it was, though frames were merged between', () => {
    for (let number = 0; number < 20; number += 1) frame(entry(0, String(number)));
    const first = createLogReader(db).searchLogs({ limit: 10 });
    mergeSmallLogs(db, 20);
    const second = createLogReader(db).searchLogs({ limit: 10, cursor: first.nextCursor ?? '' });
    expect([...first.logs, ...second.logs].map((log) => Number(log.body))).toEqual(
      Array.from({ length: 20 }, (_, at) => 19 - at),
    );
  });
});

test('retention drops frames whose last record is too old, a bounded number at a time', () => {
  for (let number = 0; number < 10; number += 1) frame(entry(number * 1_000, String(number)));
  expect(store.dropBefore(startMs + 5_000, 3)).toBe(3);
  expect(store.dropBefore(startMs + 5_000, 3)).toBe(2);
  expect(store.dropBefore(startMs + 5_000, 3)).toBe(0);
  expect(all(createLogReader(db), {}).bodies.join('')).toBe('98765');
});

test('a frame is closed before it grows too large', () => {
  for (let number = 0; number < 5_000; number += 1) store.append(entry(number, 'x'));
  store.flush();
  for (let number = 0; number < 5; number += 1) store.append(entry(number, 'y'.repeat(400_000)));
  store.flush();
  const sizes = db.prepare<[], { records: number }>('SELECT records FROM log_frames ORDER BY id').all();
  expect(sizes.map((row) => row.records)).toEqual([4_096, 904, 3, 2]);
});

test('a damaged frame is named', () => {
  frame(entry(0, 'a'));
  db.prepare('UPDATE log_bodies SET data = zeroblob(9)').run();
  let thrown: unknown;
  try {
    createLogReader(db).searchLogs({});
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect((thrown as AppError).code).toBe('DATABASE_CORRUPT');
  expect((thrown as AppError).message).toContain('log frame 1 cannot be read back');
});

test('a database from before logs has none', () => {
  const older = new SqliteDatabase(':memory:');
  expect(createLogReader(older).searchLogs({})).toEqual({ logs: [], nextCursor: null });
  older.close();
});
