/** Frames of log records: order over frames that overlap, pages without gaps or repeats, merging, bounded work, damage. */
import { zstdCompressSync } from 'node:zlib';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Trace } from '../../src/contract/index.ts';
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

/** As the reader of traces gives it to that of logs. */
const bareTrace: Trace = {
  traceId: '',
  correlationId: null,
  rootName: 'GET /',
  domains: [],
  startTime: '2026-03-02T10:00:00.000Z',
  durationMs: 5,
  rootMs: 5,
  spanCount: 1,
  error: false,
  synthetic: false,
  spans: [
    {
      traceId: '',
      spanId: 'a'.repeat(16),
      parentSpanId: null,
      name: 'GET /',
      domain: null,
      operation: null,
      kind: 'server',
      startTimeUnixNano: String(startMs * 1e6),
      durationMs: 5,
      selfMs: 5,
      status: 'unset',
      attributes: {},
      events: [],
      links: [],
    },
  ],
  edges: [],
  criticalPath: [],
  slowestEdge: null,
  logs: [],
};

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

describe('a damaged frame', () => {
  const bodyOf = (id: number): Buffer =>
    db.prepare<[number], { data: Buffer }>('SELECT data FROM log_bodies WHERE frame = ?').get(id)?.data ??
    Buffer.alloc(0);
  const damage = (id: number, change: (data: Buffer) => Buffer): void => {
    db.prepare('UPDATE log_bodies SET data = ? WHERE frame = ?').run(change(Buffer.from(bodyOf(id))), id);
  };

  test('is left out and counted wherever a bit of it was flipped, unless the bit says nothing; all others are found', () => {
    const random = seededRandom(11);
    for (let number = 0; number < 3; number += 1) {
      const of = (at: number): LogEntry => entry(number * 100 + at, `${number}:${at} ${random().toString(36)}`);
      frame(...Array.from({ length: 20 }, (_, at) => of(at)));
    }
    const whole = bodyOf(2);
    const written = all(createLogReader(db), {}).bodies;
    const sound = written.filter((body) => !body.startsWith('1:'));
    let leftOut = 0;
    for (let round = 0; round < 300; round += 1) {
      const at = Math.floor(random() * whole.length);
      const bit = 1 << Math.floor(random() * 8);
      damage(2, () => {
        const data = Buffer.from(whole);
        data.writeUInt8(data.readUInt8(at) ^ bit, at);
        return data;
      });
      const page = createLogReader(db).searchLogs({ limit: 500 });
      if (page.unreadableRecords !== undefined) leftOut += 1;
      const expected = page.unreadableRecords === undefined ? { written } : { written: sound, unreadableRecords: 20 };
      expect({ ...page, logs: 0, written: page.logs.map((log) => log.body) }).toEqual({
        logs: 0,
        nextCursor: null,
        ...expected,
      });
    }
    expect(leftOut).toBeGreaterThan(285);
  });

  test('may be cut short, empty or gone altogether', () => {
    frame(entry(0, 'a'), entry(1, 'b'));
    frame(entry(2, 'c'));
    for (const change of [(data: Buffer) => data.subarray(0, -3), () => Buffer.alloc(0), () => Buffer.alloc(9)]) {
      damage(1, change);
      const page = createLogReader(db).searchLogs({});
      expect(page.logs.map((log) => log.body)).toEqual(['c']);
      expect(page.unreadableRecords).toBe(2);
    }
    db.prepare('DELETE FROM log_bodies WHERE frame = 1').run();
    expect(createLogReader(db).searchLogs({}).unreadableRecords).toBe(2);
  });

  test('is counted only by searches that had to look into it', () => {
    frame(entry(0, 'a', { traceId: 'a'.repeat(32) }));
    frame(entry(1, 'b', { domain: 'chat' }));
    damage(1, () => Buffer.alloc(9));
    expect(createLogReader(db).searchLogs({ domain: 'chat' })).not.toHaveProperty('unreadableRecords');
    const page = createLogReader(db).searchLogs({ traceId: 'a'.repeat(32) });
    expect(page).toEqual({ logs: [], nextCursor: null, unreadableRecords: 1 });
  });

  test('holds back no page: a search that is resumed passes over it', () => {
    for (let number = 0; number < 12; number += 1) frame(entry(number * 10, String(number)));
    for (const id of [3, 4, 9]) damage(id, () => Buffer.alloc(5));
    const reader = createLogReader(db, { limits: { rows: 1, rawBytes: 1 } });
    expect(all(reader, { limit: 2 }).bodies).toEqual(['11', '10', '9', '7', '6', '5', '4', '1', '0']);
  });

  test('stays as it is when its neighbours are merged, and stands in nobody’s way', () => {
    for (let number = 0; number < 8; number += 1) frame(entry(number, String(number)));
    for (const id of [3, 4]) damage(id, () => Buffer.alloc(5));
    expect(mergeSmallLogs(db, 8)).toBe(0);
    frame(entry(7 * 3_600_000, 'much later'));
    expect(mergeSmallLogs(db, 8)).toBe(5);
    expect(mergeSmallLogs(db, 8)).toBe(0);
    const { logs, unreadableRecords } = createLogReader(db).searchLogs({});
    expect(logs.map((log) => log.body)).toEqual(['much later', '7', '6', '5', '4', '1', '0']);
    expect(unreadableRecords).toBe(2);
  });

  test('beside a trace leaves the trace and its other records, and says how many may be missing', () => {
    const traceId = 'd'.repeat(32);
    frame(entry(0, 'first', { traceId }));
    frame(entry(1, 'second', { traceId }));
    damage(1, () => Buffer.alloc(9));
    const { logs, unreadableLogs } = createLogReader(db).withLogs({ ...bareTrace, traceId });
    expect(logs.map((log) => log.body)).toEqual(['second']);
    expect(unreadableLogs).toBe(1);
  });

  test('whose text decompresses but is not what we write is left out too, as frames without a checksum may be', () => {
    const texts = ['[]\n[0,"x",1,9', '[]\n{}', '[]\n[7,"5",1,9,0,"a",0,0,0,0,0]', '[\n[0,"1",1,9,0,"a",0,0,0,0,0]', ''];
    texts.forEach((text, index) => {
      frame(entry(0, 'a'));
      const raw = Buffer.from(text);
      damage(index + 1, () => zstdCompressSync(raw));
      db.prepare('UPDATE log_frames SET raw_bytes = ? WHERE id = ?').run(raw.length, index + 1);
      expect(createLogReader(db).searchLogs({})).toEqual({ logs: [], nextCursor: null, unreadableRecords: index + 1 });
    });
  });
});

test('a database from before logs has none', () => {
  const older = new SqliteDatabase(':memory:');
  expect(createLogReader(older).searchLogs({})).toEqual({ logs: [], nextCursor: null });
  older.close();
});
