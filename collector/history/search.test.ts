/** The search over stored traces: order, pages, filters, and the bound on the work of one call. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureSpan, frameOf } from './otlp-fixture.ts';
import type { TraceQuery, TraceReader } from './reader.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;

let db: Database;

function open(): void {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
}

function store(...frames: readonly (readonly FixtureSpan[])[]): void {
  const writer = createSegmentWriter(db);
  for (const spans of frames) db.transaction(() => writer.append(frameOf(spans)))();
}

function traceIdOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}

/** Span `index` of trace `trace`; the first is the root. */
function span(
  trace: number,
  index: number,
  start: number,
  duration: number,
  more: Partial<FixtureSpan> = {},
): FixtureSpan {
  return {
    traceId: traceIdOf(trace),
    spanId: (trace * 1000 + index).toString(16).padStart(16, '0'),
    ...(index === 0 ? {} : { parentSpanId: (trace * 1000).toString(16).padStart(16, '0') }),
    startMs: t0 + start,
    durationMs: duration,
    ...more,
  };
}

/** Trace numbers of all pages; fails when a search does not end. */
function all(reader: TraceReader, query: TraceQuery): { readonly numbers: number[]; readonly pages: number } {
  const numbers: number[] = [];
  let cursor: string | undefined;
  for (let pages = 1; pages < 1000; pages += 1) {
    const page = reader.searchTraces({ ...query, cursor });
    numbers.push(...page.traces.map((trace) => Number.parseInt(trace.traceId, 16)));
    if (page.nextCursor === null) return { numbers, pages };
    cursor = page.nextCursor;
  }
  throw new Error('the search did not end');
}

beforeEach(open);

describe('a search without an id', () => {
  it('takes a bound in whole milliseconds to the letter, whatever a double makes of the nanoseconds', () => {
    const starts = Array.from({ length: 16 }, (_, index) => index * 7);
    store(starts.map((start, index) => span(index + 1, 0, start, 11)));
    const reader = createTraceReader(db);
    for (const [index, start] of starts.entries()) {
      const numbers = (query: TraceQuery) => all(reader, query).numbers;
      expect(numbers({ fromMs: t0 + start, toMs: t0 + start + 1 }), `start ${start}`).toEqual([index + 1]);
      expect(numbers({ fromMs: t0 + start - 1, toMs: t0 + start }), `until ${start}`).toEqual([]);
    }
    expect(all(reader, { minDurationMs: 11 }).numbers).toHaveLength(16);
    expect(all(reader, { minRootMs: 11.001 }).numbers).toEqual([]);
  });

  it('gives traces newest first, however they are spread over frames', () => {
    store(
      [span(1, 0, 0, 5), span(3, 0, 200, 5)],
      [span(2, 0, 100, 5), span(1, 1, 1, 2)],
      [span(5, 0, 50, 900), span(4, 0, 300, 5)],
    );
    const page = createTraceReader(db).searchTraces({});
    expect(page.traces.map((trace) => [Number.parseInt(trace.traceId, 16), trace.spanCount])).toEqual([
      [4, 1],
      [3, 1],
      [2, 1],
      [5, 1],
      [1, 2],
    ]);
    expect(page.nextCursor).toBeNull();
  });

  it('pages by cursor without a gap or a repeat, and says when there is no more', () => {
    store(
      ...Array.from({ length: 10 }, (_, frame) =>
        [1, 2, 3].map((each) => span(frame * 3 + each, 0, frame * 10 + each, 30)),
      ),
    );
    const reader = createTraceReader(db);
    const expected = Array.from({ length: 30 }, (_, index) => 30 - index);
    expect(all(reader, { limit: 4 })).toEqual({ numbers: expected, pages: 8 });
    expect(all(reader, { limit: 15 })).toEqual({ numbers: expected, pages: 2 });
  });

  it('keeps a page stable while newer traces arrive', () => {
    store(...Array.from({ length: 6 }, (_, index) => [span(index + 1, 0, index * 10, 5)]));
    const reader = createTraceReader(db);
    const first = reader.searchTraces({ limit: 2 });
    store([span(9, 0, 900, 5)]);
    const second = reader.searchTraces({ limit: 2, cursor: first.nextCursor ?? '' });
    expect(second.traces.map((trace) => Number.parseInt(trace.traceId, 16))).toEqual([4, 3]);
  });

  it('orders traces of one start by id and passes none at a page boundary', () => {
    store([span(3, 0, 0, 5), span(1, 0, 0, 5), span(2, 0, 0, 5)]);
    expect(all(createTraceReader(db), { limit: 1 }).numbers).toEqual([1, 2, 3]);
  });

  it('filters by domain and operation of one span', () => {
    store(
      [
        span(1, 0, 0, 5, { domain: 'feed', operation: 'load' }),
        span(1, 1, 1, 2, { domain: 'search', operation: 'query' }),
      ],
      [span(2, 0, 10, 5, { domain: 'search', operation: 'load' })],
      [span(3, 0, 20, 5, { domain: 'feed', operation: 'query' })],
    );
    const reader = createTraceReader(db);
    expect(all(reader, { domain: 'search' }).numbers).toEqual([2, 1]);
    expect(all(reader, { operation: 'load' }).numbers).toEqual([2, 1]);
    expect(all(reader, { domain: 'search', operation: 'query' }).numbers).toEqual([1]);
    expect(all(reader, { domain: 'feed', operation: 'nothing' }).numbers).toEqual([]);
  });

  it('filters by error over the whole trace, not over the part in one frame', () => {
    store([span(1, 0, 0, 5)], [span(1, 1, 1, 2, { status: 'error' })], [span(2, 0, 10, 5)]);
    const reader = createTraceReader(db);
    expect(all(reader, { error: true }).numbers).toEqual([1]);
    expect(all(reader, { error: false }).numbers).toEqual([2]);
  });

  it('finds a slow trace that is slow only across the bus, in two frames', () => {
    store([span(1, 0, 0, 20, { kind: 'producer' }), span(2, 0, 5, 80)], [span(1, 1, 6_000, 200, { kind: 'consumer' })]);
    expect(all(createTraceReader(db), { minDurationMs: 5_000 }).numbers).toEqual([1]);
    expect(all(createTraceReader(db), { minDurationMs: 80 }).numbers).toEqual([2, 1]);
    expect(all(createTraceReader(db), { minDurationMs: 6_200.5 }).numbers).toEqual([]);
  });

  it('takes from inclusively and to exclusively, by the start of the trace', () => {
    store([span(1, 0, 0, 500), span(2, 0, 100, 5)], [span(3, 0, 200, 5), span(1, 1, 250, 5, { domain: 'late' })]);
    const reader = createTraceReader(db);
    expect(all(reader, { fromMs: t0 + 100, toMs: t0 + 200 }).numbers).toEqual([2]);
    expect(all(reader, { fromMs: t0, toMs: t0 + 100 }).numbers).toEqual([1]);
    expect(all(reader, { toMs: t0 + 100, domain: 'late' }).numbers).toEqual([1]);
    expect(all(reader, { fromMs: t0 + 201 }).numbers).toEqual([]);
  });

  it('stops at its bound with a cursor, and still gives everything once in the end', () => {
    const frames = Array.from({ length: 40 }, (_, index) => [
      span(index + 1, 0, index * 10, 5, index === 7 ? { domain: 'rare' } : {}),
    ]);
    store([span(99, 0, 3, 4_000)], ...frames);
    const reader = createTraceReader(db, { limits: { rows: 20_000, frames: 3, spans: 10_000 } });
    const found = all(reader, { operation: undefined, limit: 200 });
    expect(found.numbers).toEqual([...Array.from({ length: 40 }, (_, index) => 40 - index), 99].sort(byStart));
    expect(found.pages).toBeGreaterThan(10);
    expect(all(reader, { domain: 'rare' })).toEqual({ numbers: [8], pages: 1 });
  });

  it('walks on over frames that cannot match when the rows of one call are used up', () => {
    store(
      ...Array.from({ length: 600 }, (_, index) => [
        span(index + 1, 0, index, 1, index === 0 ? { domain: 'rare' } : {}),
      ]),
    );
    const reader = createTraceReader(db, { limits: { rows: 256, frames: 100, spans: 10_000 } });
    expect(reader.searchTraces({ domain: 'rare' })).toMatchObject({ traces: [], nextCursor: expect.any(String) });
    expect(all(reader, { domain: 'rare' })).toEqual({ numbers: [1], pages: 3 });
  });

  it('refuses a cursor that it did not give', () => {
    expect(() => createTraceReader(db).searchTraces({ cursor: 'bm90IG91cnM' })).toThrow(
      'cursor "bm90IG91cnM" is not one that a trace search gave; repeat the search without it',
    );
  });

  it('gives every trace once and in order for any spread of spans, page size and bound', () => {
    const spans = fc.array(
      fc.record({
        trace: fc.integer({ min: 1, max: 12 }),
        start: fc.nat(400),
        duration: fc.nat(600),
        frame: fc.nat(7),
      }),
      { minLength: 1, maxLength: 40 },
    );
    const bounds = fc.record({ limit: fc.integer({ min: 1, max: 5 }), frames: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(spans, bounds, (list, { limit, frames }) => {
        open();
        const built = list.map((each, index) => ({
          ...each,
          span: span(each.trace, index + 1, each.start, each.duration, each.frame % 2 === 0 ? { domain: 'even' } : {}),
        }));
        const used = [...new Set(list.map((each) => each.frame))];
        store(...used.map((frame) => built.filter((each) => each.frame === frame).map((each) => each.span)));
        const reader = createTraceReader(db, { limits: { rows: 1_000, frames, spans: 10_000 } });
        expect(all(reader, { limit }).numbers).toEqual(startOrder(list));
        const even = new Set(list.filter((each) => each.frame % 2 === 0).map((each) => each.trace));
        expect(all(reader, { limit, domain: 'even' }).numbers).toEqual(
          startOrder(list).filter((trace) => even.has(trace)),
        );
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

/** Trace 99 starts at 3, trace n at (n − 1) × 10. */
function byStart(left: number, right: number): number {
  const start = (trace: number): number => (trace === 99 ? 3 : (trace - 1) * 10);
  return start(right) - start(left);
}

function startOrder(list: readonly { readonly trace: number; readonly start: number }[]): number[] {
  const starts = new Map<number, number>();
  for (const { trace, start } of list) starts.set(trace, Math.min(starts.get(trace) ?? start, start));
  return [...starts].sort(([a, left], [b, right]) => right - left || a - b).map(([trace]) => trace);
}
