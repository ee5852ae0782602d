/** Traces through the door of the reader, from spans written as protobuf into SQLite in memory. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { shapes } from '../../src/contract/index.ts';
import { traceMigrations } from './frame-schema.ts';
import { encodeSpans, type FixtureSpan, frameOf } from './otlp-fixture.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;
const traceA = 'a'.repeat(32);
const traceB = 'b'.repeat(32);

let db: Database;

/** Each list of spans is one frame in one commit. */
function store(...frames: readonly (readonly FixtureSpan[])[]): void {
  const writer = createSegmentWriter(db);
  for (const spans of frames) db.transaction(() => writer.append(frameOf(spans)))();
}

function id(number: number): string {
  return number.toString(16).padStart(16, '0');
}

/** A span of trace A: start and duration in ms after t0. */
function span(
  number: number,
  parent: number | null,
  start: number,
  duration: number,
  more: Partial<FixtureSpan> = {},
): FixtureSpan {
  return {
    traceId: traceA,
    spanId: id(number),
    ...(parent === null ? {} : { parentSpanId: id(parent) }),
    name: `span ${number}`,
    startMs: t0 + start,
    durationMs: duration,
    ...more,
  };
}

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
});

describe('a trace', () => {
  it('subtracts the union of overlapping children, clipped to the parent, from its self time', () => {
    // 0–100 with children 10–40, 30–60 (union 50) and 90–130 (10 of it inside): 100 − 50 − 10 = 40
    store([span(1, null, 0, 100), span(2, 1, 10, 30), span(3, 1, 30, 30), span(4, 1, 90, 40)]);
    const trace = createTraceReader(db).trace(traceA);
    expect(trace?.spans.map((each) => [each.name, each.durationMs, each.selfMs])).toEqual([
      ['span 1', 100, 40],
      ['span 2', 30, 30],
      ['span 3', 30, 30],
      ['span 4', 40, 40],
    ]);
    expect(trace).toMatchObject({
      durationMs: 130,
      spanCount: 4,
      rootName: 'span 1',
      startTime: '2026-09-21T14:13:20.000Z',
    });
  });

  it('does not subtract a CONSUMER that runs after its parent has ended', () => {
    store([
      span(1, null, 0, 50, { domain: 'chat', kind: 'producer' }),
      span(2, 1, 6000, 200, { domain: 'notifications', kind: 'consumer' }),
    ]);
    const trace = createTraceReader(db).trace(traceA);
    expect(trace?.spans.map((each) => each.selfMs)).toEqual([50, 200]);
    expect(trace?.durationMs).toBe(6200);
    expect(trace?.criticalPath).toEqual([id(1)]);
  });

  it('follows the critical path backwards from the end of the root', () => {
    // the root waits for 2 (10–40, in it 4: 20–40), then for 3 (50–90); 5 (15–30) ran beside 4 and was not waited for
    store([span(1, null, 0, 100), span(2, 1, 10, 30), span(4, 2, 20, 20), span(5, 2, 15, 15), span(3, 1, 50, 40)]);
    expect(createTraceReader(db).trace(traceA)?.criticalPath).toEqual([id(1), id(2), id(4), id(3)]);
  });

  it('counts domain calls by mode, through spans without a domain and across the bus', () => {
    store([
      span(1, null, 0, 100, { domain: 'feed' }),
      span(2, 1, 5, 30, { kind: 'client' }),
      span(3, 2, 10, 20, { domain: 'search' }),
      span(4, 1, 40, 10, { domain: 'search' }),
      span(5, 1, 60, 5, { domain: 'feed', kind: 'producer' }),
      span(6, 5, 300, 40, { kind: 'consumer' }),
      span(7, 6, 310, 25, { domain: 'notifications' }),
    ]);
    const trace = createTraceReader(db).trace(traceA);
    expect(trace?.edges).toEqual([
      { from: 'feed', to: 'notifications', mode: 'async', calls: 1, totalMs: 25 },
      { from: 'feed', to: 'search', mode: 'sync', calls: 2, totalMs: 30 },
    ]);
    expect(trace?.domains).toEqual(['feed', 'search', 'notifications']);
    expect(trace?.spans[1]?.domain).toBeNull();
  });

  it('merges a span that came in several bodies, keeping the one that ended last', () => {
    store(
      [span(1, null, 0, 100), span(2, 1, 10, 20, { attributes: { first: 'kept' } })],
      [span(1, null, 0, 100)],
      [span(2, 1, 10, 50, { status: 'error' })],
    );
    const trace = createTraceReader(db).trace(traceA);
    expect(trace).toMatchObject({ spanCount: 2, error: true });
    expect(trace?.spans[1]).toMatchObject({ durationMs: 50, status: 'error', attributes: { first: 'kept' } });
    expect(trace?.spans[0]?.selfMs).toBe(50);
  });

  it('keeps spans whose parent never came, and names the trace after its earliest root', () => {
    store([span(2, 99, 20, 30), span(1, null, 0, 10), span(3, 98, 5, 5)]);
    const trace = createTraceReader(db).trace(traceA);
    expect(trace?.spans.map((each) => each.name)).toEqual(['span 1', 'span 3', 'span 2']);
    expect(trace).toMatchObject({ rootName: 'span 1', durationMs: 50, criticalPath: [id(1)] });
  });

  it('does not hang on parents that form a ring or on a span that is its own parent', () => {
    store([span(1, 3, 0, 100), span(2, 1, 10, 20), span(3, 2, 12, 10), span(4, 4, 50, 5)]);
    const trace = createTraceReader(db).trace(traceA);
    expect(trace?.spans.map((each) => each.selfMs)).toEqual([80, 10, 10, 5]);
    expect(trace).toMatchObject({ spanCount: 4, rootName: 'span 1', criticalPath: [id(1), id(2), id(3)] });
  });

  it('is marked synthetic when its resource is', () => {
    const writer = createSegmentWriter(db);
    writer.append(frameOf([span(1, null, 0, 10)], { 'seam.synthetic': true }));
    writer.append(frameOf([span(2, null, 0, 10, { traceId: traceB })]));
    const reader = createTraceReader(db);
    expect(reader.trace(traceA)).toMatchObject({
      synthetic: true,
      spans: [{ attributes: { 'resource.seam.synthetic': true } }],
    });
    expect(reader.trace(traceB)?.synthetic).toBe(false);
  });

  it('has the shape that the API promises, as does its summary', () => {
    store([
      span(1, null, 0, 100, { domain: 'feed', correlationId: 'c-1', events: [{ name: 'retry', timeMs: t0 + 5 }] }),
      span(2, 1, 10, 50, { domain: 'search', kind: 'client', links: [{ traceId: traceB, spanId: id(7) }] }),
    ]);
    const reader = createTraceReader(db);
    const trace = reader.trace(traceA);
    expect(shapes.trace.strict().parse(trace)).toEqual(trace);
    const [summary] = reader.searchTraces({}).traces;
    expect(shapes.traceSummary.strict().parse(summary)).toEqual(summary);
    expect(JSON.parse(JSON.stringify(trace))).toEqual(trace);
  });

  it('is null when nothing has its id, and when the id is none', () => {
    store([span(1, null, 0, 10)]);
    expect(createTraceReader(db).trace(traceB)).toBeNull();
    expect(createTraceReader(db).trace('nonsense')).toBeNull();
  });

  it('takes the domain of unmarked spans from the mapping it is given', () => {
    store([
      span(1, null, 0, 10, { attributes: { 'http.route': '/api/search' } }),
      span(2, 1, 1, 2, { domain: 'feed' }),
    ]);
    const domainOf = ({ attributes }: { attributes: Readonly<Record<string, unknown>> }): string | null =>
      attributes['http.route'] === '/api/search' ? 'search' : null;
    const reader = createTraceReader(db, { domainOf });
    expect(reader.trace(traceA)?.edges).toEqual([{ from: 'search', to: 'feed', mode: 'sync', calls: 1, totalMs: 2 }]);
  });
});

describe('the traces of a correlation ID', () => {
  it('are all of them, oldest first, with their spans that do not carry it', () => {
    store(
      [span(1, null, 500, 10, { traceId: traceB, correlationId: 'c-1' })],
      [span(2, null, 0, 10, { correlationId: 'c-1' }), span(3, null, 3, 4)],
      [span(4, null, 0, 10, { traceId: 'c'.repeat(32), correlationId: 'c-10' })],
    );
    const reader = createTraceReader(db);
    expect(reader.tracesByCorrelation('c-1').map((trace) => [trace.traceId, trace.spanCount])).toEqual([
      [traceA, 2],
      [traceB, 1],
    ]);
    expect(reader.tracesByCorrelation('c-2')).toEqual([]);
    expect(reader.searchTraces({ correlationId: 'c-1' }).traces.map((trace) => trace.traceId)).toEqual([
      traceB,
      traceA,
    ]);
  });

  it('are verified in the span, not believed from the tag or from the same text elsewhere', () => {
    const frame = frameOf([span(1, null, 0, 10, { correlationId: 'c-1' })]);
    const noted = encodeSpans([span(2, null, 0, 10, { attributes: { note: 'c-1', other: 'c-12' } })]);
    createSegmentWriter(db).append({ ...frame, bodies: [noted] });
    expect(createTraceReader(db).tracesByCorrelation('c-1')).toEqual([]);
  });

  it('are kept apart when two trace ids share a tag', () => {
    // the tag XORs the first and the last four bytes: swapping them gives another id with the same tag
    const one = `11111111${'0'.repeat(16)}22222222`;
    const two = `22222222${'0'.repeat(16)}11111111`;
    store([span(1, null, 0, 10, { traceId: one })], [span(2, null, 0, 10, { traceId: two })]);
    expect(
      createTraceReader(db)
        .trace(one)
        ?.spans.map((each) => each.spanId),
    ).toEqual([id(1)]);
    expect(
      createTraceReader(db)
        .trace(two)
        ?.spans.map((each) => each.spanId),
    ).toEqual([id(2)]);
  });
});
