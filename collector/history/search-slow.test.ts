/** Searches by time and by name that rule frames out before they look at traces: nothing that matches may be lost by it. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureSpan, frameOf } from './otlp-fixture.ts';
import type { TraceQuery, TraceReader } from './reader.ts';
import { defaultSearchLimits } from './search-walk.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;

let db: Database;

beforeEach(open);

function open(): void {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
}

function traceIdOf(trace: number): string {
  return trace.toString(16).padStart(32, '0');
}

/** Span `index` of a trace; below the one before it, the first is the root. */
function span(trace: number, index: number, more: Partial<FixtureSpan> = {}): FixtureSpan {
  const spanId = (at: number): string => (trace * 1000 + at + 1).toString(16).padStart(16, '0');
  return {
    traceId: traceIdOf(trace),
    spanId: spanId(index),
    ...(index === 0 ? {} : { parentSpanId: spanId(index - 1) }),
    startMs: t0 + trace,
    durationMs: 1,
    ...more,
  };
}

function store(...frames: readonly (readonly FixtureSpan[])[]): void {
  const writer = createSegmentWriter(db);
  for (const spans of frames) if (spans.length > 0) writer.append(frameOf(spans));
}

function all(reader: TraceReader, query: TraceQuery): number[] {
  const found: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = reader.searchTraces({ ...query, cursor });
    found.push(...page.traces.map(({ traceId }) => Number.parseInt(traceId, 16)));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

it('opens no frame whose longest span is shorter than the root that is looked for', () => {
  for (let frame = 1; frame <= 60; frame += 1) store([span(frame, 0, { durationMs: frame === 7 ? 900 : 5 })]);
  const reader = createTraceReader(db, { limits: { ...defaultSearchLimits, frames: 2 } });
  expect(reader.searchTraces({ minRootMs: 900 })).toMatchObject({
    traces: [{ traceId: traceIdOf(7), rootMs: 900 }],
    nextCursor: null,
  });
});

it('passes over a frame in which the operation stands nowhere at a quarter of its price', () => {
  for (let frame = 1; frame <= 40; frame += 1) store([span(frame, 0, { operation: frame === 3 ? 'charge' : 'list' })]);
  const reader = createTraceReader(db, { limits: { ...defaultSearchLimits, spans: 20 } });
  const first = reader.searchTraces({ operation: 'charge' });
  expect(first.nextCursor).toBeNull();
  expect(first.traces.map(({ traceId }) => traceId)).toEqual([traceIdOf(3)]);
});

it('tells a trace that is whole in its frame from one that goes on elsewhere, however many spans it has', () => {
  for (const [trace, size] of [3, 32, 33, 80].entries()) {
    const spans = Array.from({ length: size }, (_, index) => span(trace + 1, index));
    store(spans.slice(0, -1), [{ ...(spans.at(-1) ?? span(trace + 1, 0)), startMs: t0 + 500 }]);
    store(Array.from({ length: size }, (_, index) => span(trace + 11, index)));
  }
  expect(all(createTraceReader(db), { minDurationMs: 400 })).toEqual([4, 3, 2, 1]);
});

it('finds exactly the traces that match, for any spread of spans over frames', () => {
  const spans = fc.array(
    fc.record({
      trace: fc.integer({ min: 1, max: 8 }),
      frame: fc.nat(5),
      delay: fc.nat(60),
      duration: fc.nat(60),
      operation: fc.constantFrom('list', 'charge'),
      domain: fc.constantFrom('feed', 'chat'),
    }),
    { minLength: 1, maxLength: 30 },
  );
  const query = fc.record(
    {
      minRootMs: fc.nat(60),
      minDurationMs: fc.nat(100),
      operation: fc.constantFrom('list', 'charge', 'none'),
      domain: fc.constantFrom('feed', 'chat'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(spans, query, (list, asked) => {
      open();
      const counts = new Map<number, number>();
      const frames: FixtureSpan[][] = [[], [], [], [], [], []];
      for (const { trace, frame, delay, duration, operation, domain } of list) {
        const index = counts.get(trace) ?? 0;
        counts.set(trace, index + 1);
        const startMs = t0 + trace + delay;
        frames[frame]?.push(span(trace, index, { startMs, durationMs: duration, operation, domain }));
      }
      store(...frames);
      const reader = createTraceReader(db);
      const { operation, domain, minRootMs = 0, minDurationMs = 0 } = asked;
      const wanted = [...counts.keys()].filter((number) => {
        const trace = reader.trace(traceIdOf(number));
        const isNamed = trace?.spans.some(
          (each) => (operation ?? each.operation) === each.operation && (domain ?? each.domain) === each.domain,
        );
        return trace !== null && isNamed && trace.rootMs >= minRootMs && trace.durationMs >= minDurationMs;
      });
      expect(all(reader, asked).sort()).toEqual(wanted.sort());
    }),
    { seed: 5, numRuns: 300 },
  );
});
