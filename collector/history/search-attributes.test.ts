/** The search by attribute and by the operation that began a trace, over spans written as protobuf into SQLite in memory. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureAttributes, type FixtureSpan, frameOf } from './otlp-fixture.ts';
import type { TraceQuery } from './reader.ts';
import { defaultSearchLimits } from './search-walk.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;

let db: Database;

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
});

function store(spans: readonly FixtureSpan[], resource?: FixtureAttributes): void {
  const writer = createSegmentWriter(db);
  db.transaction(() => writer.append(frameOf(spans, resource)))();
}

/** Trace `trace` begins `trace` seconds after t0; span 0 is its root. */
function span(trace: number, index: number, more: Partial<FixtureSpan> = {}): FixtureSpan {
  return {
    traceId: trace.toString(16).padStart(32, '0'),
    spanId: (trace * 1000 + index).toString(16).padStart(16, '0'),
    ...(index === 0 ? {} : { parentSpanId: (trace * 1000).toString(16).padStart(16, '0') }),
    startMs: t0 + trace * 1_000 + index,
    durationMs: 5,
    ...more,
  };
}

function found(query: TraceQuery): number[] {
  return createTraceReader(db)
    .searchTraces(query)
    .traces.map(({ traceId }) => Number.parseInt(traceId, 16));
}

function having(key: string, value: string): number[] {
  return found({ attribute: { key, value } });
}

describe('a search by attribute', () => {
  it('finds the trace of any span that carries exactly this key and value, newest first', () => {
    store([
      span(1, 0),
      span(1, 1, { attributes: { 'user.tier': 'gold' } }),
      span(2, 0, { attributes: { 'user.tier': 'golden' } }),
      span(3, 0, { attributes: { 'user.tier': 'gold' } }),
      span(4, 0, { attributes: { 'user.tier.old': 'gold', note: 'user.tier' } }),
    ]);
    expect(having('user.tier', 'gold')).toEqual([3, 1]);
    expect(having('user.tier', 'gol')).toEqual([]);
  });

  it.each([
    ['a number', 201, '201'],
    ['a fraction', 0.25, '0.25'],
    ['a whole number beyond 2^53', 9_007_199_254_740_993n, '9007199254740993'],
    ['a truth value', true, 'true'],
    ['no text', '', ''],
    ['bytes', new Uint8Array([1, 2, 250]), 'AQL6'],
    ['a list', ['a', 2], '["a",2]'],
    ['a map', { city: 'Bern', zip: 3000 }, '{"city":"Bern","zip":3000}'],
    ['text that looks like a number', '0012', '0012'],
    ['text beyond ASCII', 'Zürich =', 'Zürich ='],
  ])('takes %s as the trace shows it', (_what, value, text) => {
    store([span(1, 0, { attributes: { asked: value } }), span(2, 0, { attributes: { asked: 'other' } })]);
    expect(having('asked', text)).toEqual([1]);
  });

  it('takes what the resource, the scope and the status say under the names that the trace shows', () => {
    store([span(1, 0)], { 'service.name': 'api', 'service.instance.id': 'one' });
    store([span(2, 0, { status: 'error', statusMessage: 'no seat left' })], { 'service.name': 'worker' });
    expect(having('resource.service.name', 'worker')).toEqual([2]);
    expect(having('resource.service.instance.id', 'one')).toEqual([1]);
    expect(having('service.name', 'worker')).toEqual([]);
    expect(having('otel.scope.name', 'fixture')).toEqual([2, 1]);
    expect(having('otel.status_description', 'no seat left')).toEqual([2]);
  });

  it('is joined with other conditions by and, wherever in the trace each of them holds', () => {
    store([span(1, 0, { attributes: { user: 'u-7' } }), span(2, 0, { attributes: { user: 'u-7' } })]);
    store([span(1, 1, { domain: 'notifications', status: 'error' }), span(3, 0, { domain: 'notifications' })]);
    const attribute = { key: 'user', value: 'u-7' };
    expect(found({ attribute, domain: 'notifications' })).toEqual([1]);
    expect(found({ attribute, error: false })).toEqual([2]);
    expect(found({ attribute, error: true, domain: 'notifications' })).toEqual([1]);
    expect(found({ attribute, traceId: span(2, 0).traceId })).toEqual([2]);
    expect(found({ attribute, traceId: span(3, 0).traceId })).toEqual([]);
  });

  it('gets on through frames without the attribute in few calls, and gives everything once', () => {
    for (let frame = 0; frame < 40; frame += 1) {
      const spans = Array.from({ length: 50 }, (_, at) => span(frame * 50 + at + 1, 0));
      store(frame === 3 ? [...spans, span(5_000, 0, { startMs: t0 + 170_000, attributes: { rare: 'x-1' } })] : spans);
    }
    const reader = createTraceReader(db, { limits: { ...defaultSearchLimits, spans: 300 } });
    const numbers: string[] = [];
    let calls = 0;
    for (let cursor: string | undefined; calls < 100; ) {
      const page = reader.searchTraces({ attribute: { key: 'rare', value: 'x-1' }, cursor });
      calls += 1;
      numbers.push(...page.traces.map(({ traceId }) => traceId));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(numbers).toEqual([(5_000).toString(16).padStart(32, '0')]);
    // 40 frames of 50 spans, a quarter of each counted: 2,000 / 4 = 500 spans, 300 a call.
    expect(calls).toBeGreaterThan(1);
    expect(calls).toBeLessThan(5);
  });
});

describe('a search by what began the trace', () => {
  it('takes the name or the operation of the root, not of a span below it', () => {
    store([
      span(1, 0, { name: 'GET /api/feed', operation: 'home' }),
      span(1, 1, { operation: 'search' }),
      span(2, 0, { operation: 'search' }),
      span(3, 0, { name: 'search', operation: 'GET /api/search' }),
    ]);
    expect(found({ root: 'search' })).toEqual([3, 2]);
    expect(found({ root: 'home' })).toEqual([1]);
    expect(found({ root: 'GET /api/feed', operation: 'search' })).toEqual([1]);
  });
});

describe('a search whose conditions hold in different frames', () => {
  it('finds a trace whose error is in one frame and whose domain is in another', () => {
    store([span(1, 0, { domain: 'feed', status: 'error' }), span(2, 0, { domain: 'feed', status: 'error' })]);
    store([span(1, 1, { domain: 'notifications' }), span(3, 0, { domain: 'notifications' })]);
    expect(found({ error: true, domain: 'notifications' })).toEqual([1]);
  });
});

describe('a search that takes too long', () => {
  it('answers with what it has and a cursor, and goes on there', () => {
    for (let frame = 0; frame < 6; frame += 1) store([span(frame + 1, 0)]);
    let looks = 0;
    const isOverdue = (): boolean => {
      looks += 1;
      return looks % 6 === 0;
    };
    const reader = createTraceReader(db, { limits: { ...defaultSearchLimits, isOverdue } });
    const pages: number[][] = [];
    for (let cursor: string | undefined; pages.length < 50; ) {
      const page = reader.searchTraces({ cursor });
      pages.push(page.traces.map(({ traceId }) => Number.parseInt(traceId, 16)));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual([6, 5, 4, 3, 2, 1]);
  });
});

describe('the time of a trace', () => {
  it('is that of its root for who waited, and that of its last span for everything it set off', () => {
    store([span(1, 0, { durationMs: 20, kind: 'producer' }), span(1, 1, { startMs: t0 + 7_000, kind: 'consumer' })]);
    const [summary] = createTraceReader(db).searchTraces({}).traces;
    expect(summary).toMatchObject({ rootMs: 20, durationMs: 6_005 });
    expect(found({ minRootMs: 20 })).toEqual([1]);
    expect(found({ minRootMs: 21 })).toEqual([]);
  });

  it('names the longest single call between two domains', () => {
    store([
      span(1, 0, { domain: 'feed', durationMs: 100 }),
      span(1, 1, { domain: 'users', durationMs: 12 }),
      span(1, 2, { domain: 'posts', durationMs: 40 }),
      span(1, 3, { domain: 'feed', durationMs: 60 }),
    ]);
    store([span(2, 0, { domain: 'feed' })]);
    const reader = createTraceReader(db);
    expect(reader.trace(span(1, 0).traceId)?.slowestEdge).toEqual({
      ...{ from: 'feed', to: 'posts', ms: 40 },
      spanId: span(1, 2).spanId,
    });
    expect(reader.trace(span(2, 0).traceId)?.slowestEdge).toBeNull();
  });
});
