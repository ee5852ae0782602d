/** Stored spans end by age and by size; what people look for later ends last, and nothing is lost that was not counted as such. */
import { hash } from 'node:crypto';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';
import { Ageing, type AgeingResult } from './ageing.ts';
import { mergeSmallFrames } from './frame-merge.ts';
import { traceMigrations } from './frame-schema.ts';
import { keepingStatements } from './kept-traces.ts';
import { logMigrations } from './log-schema.ts';
import { type FixtureSpan, frameOf } from './otlp-fixture.ts';
import { historyMigrations } from './schema.ts';
import { createSegmentWriter, type SegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = Date.UTC(2026, 2, 2, 10);
/** Due, and not yet too late to be looked at. */
const dueMs = t0 + 7 * dayMs + 2 * hourMs;
const limits = { spansMs: 7 * dayMs, maxBytes: null };
let db: Database;
let segments: SegmentWriter;

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of [...historyMigrations, ...traceMigrations, ...logMigrations]) db.exec(sql);
  segments = createSegmentWriter(db);
});

function traceId(number: number): string {
  return ((number * 2_654_435_761) >>> 0).toString(16).padStart(8, '0') + number.toString(16).padStart(24, '0');
}

/** A root and a child, 10 ms long unless `more` says otherwise. */
function traceOf(number: number, more: Partial<FixtureSpan> = {}): FixtureSpan[] {
  const root = {
    traceId: traceId(number),
    spanId: '00000000000000a1',
    correlationId: `c-${number}`,
    domain: 'feed',
    operation: 'load',
    startMs: t0 + number,
    durationMs: 10,
    ...more,
  };
  return [
    root,
    { ...root, spanId: '00000000000000a2', parentSpanId: '00000000000000a1', domain: 'search', durationMs: 5 },
  ];
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function store(...traces: readonly FixtureSpan[][]): void {
  db.transaction(() => segments.append(frameOf(traces.flat())))();
}

/** Steps until nothing is due. */
function age(ageing: Ageing, nowMs: number): AgeingResult {
  const total = { expiredSpans: 0, evictedSpans: 0, keptSpans: 0 };
  for (;;) {
    const result = db.transaction(() => ageing.step(nowMs))();
    if (result === null) return total;
    for (const name of ['expiredSpans', 'evictedSpans', 'keptSpans'] as const) total[name] += result[name];
  }
}

function found(numbers: readonly number[]): number[] {
  const reader = createTraceReader(db);
  return numbers.filter(
    (number) =>
      reader.trace(traceId(number))?.spanCount === 2 && reader.tracesByCorrelation(`c-${number}`).length === 1,
  );
}

test('after seven days errors, the slowest and exemplars stay, whole and findable; after four times that they go too', () => {
  for (const base of range(0, 10)) {
    store(
      ...range(base * 100, base * 100 + 100).map((number) => {
        if (number === 555) return traceOf(number, { status: 'error' });
        return traceOf(number, number === 777 ? { durationMs: 900 } : {});
      }),
    );
  }
  for (const { sql, params } of keepingStatements([traceId(321), 'no trace id'], t0)) db.prepare(sql).run(...params);
  const ageing = new Ageing(db, segments, limits);
  expect(age(ageing, t0 + 7 * dayMs - 1)).toEqual({ expiredSpans: 0, evictedSpans: 0, keptSpans: 0 });
  expect(age(ageing, t0 + 7 * dayMs + 2 * hourMs)).toEqual({ expiredSpans: 1_994, evictedSpans: 0, keptSpans: 6 });
  while (db.transaction(() => segments.settle())());
  expect(found(range(0, 1_000))).toEqual([321, 555, 777]);
  const { traces } = createTraceReader(db).searchTraces({ error: true });
  expect(traces.map((trace) => [trace.traceId, trace.domains])).toEqual([[traceId(555), ['feed', 'search']]]);
  expect(createTraceReader(db).storage()).toMatchObject({ spans: 6, frames: 1 });
  expect(age(ageing, t0 + 28 * dayMs - hourMs)).toEqual({ expiredSpans: 0, evictedSpans: 0, keptSpans: 0 });
  expect(age(ageing, t0 + 28 * dayMs + 2 * hourMs)).toEqual({ expiredSpans: 6, evictedSpans: 0, keptSpans: 0 });
  expect(found(range(0, 1_000))).toEqual([]);
});

test('a trace is kept whole when its error is in the next frame', () => {
  const [root, child] = traceOf(1);
  const failing = traceOf(1, { status: 'error', startMs: t0 + 40 })[1];
  store(root === undefined ? [] : [root]);
  store(failing === undefined ? [] : [{ ...failing, spanId: child?.spanId ?? '' }]);
  expect(age(new Ageing(db, segments, limits), dueMs).keptSpans).toBe(2);
  expect(found([1])).toEqual([1]);
});

test('beyond the limit of size the oldest ordinary spans go first, and what is kept has a quarter', () => {
  const pages = () =>
    (db.pragma('page_count', { simple: true }) as number) - (db.pragma('freelist_count', { simple: true }) as number);
  const noise = (number: number): string =>
    range(0, 8)
      .map((part) => hash('sha256', `${number} ${part}`))
      .join('');
  for (const base of range(0, 40)) {
    store(
      ...range(base * 50, base * 50 + 50).map((number) =>
        traceOf(number, { attributes: { noise: noise(number) }, ...(number % 50 === 0 ? { status: 'error' } : {}) }),
      ),
    );
  }
  const pageSize = db.pragma('page_size', { simple: true }) as number;
  const maxBytes = Math.floor((pages() * pageSize) / 2);
  const before = createTraceReader(db).storage().spans;
  const result = age(new Ageing(db, segments, { spansMs: 7 * dayMs, maxBytes }), t0 + hourMs);
  expect(pages() * pageSize).toBeLessThanOrEqual(maxBytes);
  const { spans } = createTraceReader(db).storage();
  expect(result).toEqual({ expiredSpans: 0, evictedSpans: before - spans, keptSpans: expect.any(Number) });
  const left = found(range(0, 2_000));
  expect(left).toContain(1_999);
  expect(left.filter((number) => number < 500 && number % 50 !== 0)).toEqual([]);
});

test('a frame that does not open any more ends like any other, and holds nothing up', () => {
  store(traceOf(1), traceOf(2));
  store(traceOf(3, { status: 'error' }));
  db.exec("UPDATE frame_bodies SET data = x'00112233' WHERE frame = 1");
  expect(mergeSmallFrames(db, 2)).toBe(0);
  expect(age(new Ageing(db, segments, limits), dueMs)).toMatchObject({ expiredSpans: 4, keptSpans: 2 });
  expect(found([1, 2, 3])).toEqual([3]);
});

test('a frame that was merged while it waited in a batch is looked at again, and nothing is kept twice', () => {
  store(traceOf(1, { status: 'error' }));
  store(traceOf(2));
  store(traceOf(3));
  const ageing = new Ageing(db, segments, limits);
  const nowMs = t0 + 7 * dayMs + 30 * 60_000;
  expect(age(ageing, nowMs)).toEqual({ expiredSpans: 0, evictedSpans: 0, keptSpans: 0 });
  expect(mergeSmallFrames(db, 3)).toBe(2);
  expect(age(ageing, nowMs + 2 * hourMs)).toEqual({ expiredSpans: 4, evictedSpans: 0, keptSpans: 2 });
  expect(found([1, 2, 3])).toEqual([1]);
});

test('too late to look at everything, whole frames go, and are counted', () => {
  store(traceOf(1, { status: 'error' }), traceOf(2));
  expect(age(new Ageing(db, segments, limits), t0 + 9 * dayMs)).toEqual({
    expiredSpans: 4,
    evictedSpans: 0,
    keptSpans: 0,
  });
});

test('a step over the largest frames takes no longer than a commit may wait', () => {
  for (const base of range(0, 12)) store(...range(base * 2_048, (base + 1) * 2_048).map((number) => traceOf(number)));
  const ageing = new Ageing(db, segments, limits);
  const times: number[] = [];
  for (let isDue = true; isDue; ) {
    const start = performance.now();
    isDue = db.transaction(() => ageing.step(t0 + 7 * dayMs + 2 * hourMs))() !== null;
    times.push(performance.now() - start);
  }
  expect(times.length).toBeGreaterThan(12);
  const middle = times.sort((left, right) => left - right)[times.length >> 1] ?? Number.NaN;
  expect(middle, `half of the steps took ${middle} ms`).toBeLessThan(100);
});

test('slices that alone reach the limit are kept, and what makes no room any more is said', () => {
  for (const base of range(0, 10)) store(...range(base * 50, base * 50 + 50).map((number) => traceOf(number)));
  const maxBytes = 4_194_304;
  const ageing = new Ageing(db, segments, { spansMs: 7 * dayMs, maxBytes });
  expect(ageing.crowding()).toBeNull();
  const insert = db.prepare('INSERT INTO slice_runs VALUES (2, ?, 1, zeroblob(100000))');
  for (const day of range(0, 41)) insert.run(day * dayMs);
  age(ageing, t0 + hourMs);
  expect(found(range(0, 500))).toEqual([]);
  expect(db.prepare('SELECT count(*) FROM slice_runs').pluck().get()).toBe(41);
  const crowding = ageing.crowding();
  expect(crowding?.maxBytes).toBe(maxBytes);
  expect(crowding?.usedBytes).toBeGreaterThan(4_100_000);
  db.exec('DELETE FROM slice_runs WHERE start >= 20 * 86400000');
  expect(ageing.crowding()).toBeNull();
});
