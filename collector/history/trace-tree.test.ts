/** Properties of assembled traces over random trees. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSpans, type FixtureSpan } from './otlp-fixture.ts';
import { decodeSpans } from './span-decode.ts';
import { assembleTrace } from './trace-assemble.ts';

/** Own work in ms, with called subtrees after each piece of it. */
interface Work {
  readonly ownMs: number;
  readonly calls: readonly Work[];
}

const ownMs = fc.integer({ min: 1, max: 50 });
const { tree } = fc.letrec<{ tree: Work }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.record({ ownMs, calls: fc.constant([]) }),
    fc.record({ ownMs, calls: fc.array(tie('tree'), { maxLength: 3 }) }),
  ),
}));

const t0 = 1_790_000_000_000;

/** Runs the work in sequence; spans in order of their end, as they would be exported. */
function run(work: Work, startMs: number, parent: string | undefined, spans: FixtureSpan[]): number {
  const spanId = (spans.length + 1 + startMs * 4096).toString(16).slice(-12).padStart(16, '0');
  let now = startMs + work.ownMs;
  for (const call of work.calls) now = run(call, now, spanId, spans);
  const parentSpanId = parent === undefined ? {} : { parentSpanId: parent };
  spans.push({ traceId: 'a'.repeat(32), spanId, ...parentSpanId, startMs, durationMs: now - startMs });
  return now;
}

describe('a trace of calls one after the other', () => {
  it('has self times that sum to the length of its root, and waits for every span', () => {
    fc.assert(
      fc.property(tree, (work) => {
        const spans: FixtureSpan[] = [];
        run(work, t0, undefined, spans);
        fc.pre(new Set(spans.map((span) => span.spanId)).size === spans.length);
        const trace = assembleTrace(decodeSpans(encodeSpans(spans)));
        const self = trace.spans.reduce((sum, span) => sum + span.selfMs, 0);
        expect(self).toBe(trace.durationMs);
        expect(trace.criticalPath).toEqual(trace.spans.map((span) => span.spanId));
      }),
      { numRuns: 200, seed: 3 },
    );
  });
});

describe('a trace of any form', () => {
  const anySpan = fc.record({ parent: fc.nat(14), start: fc.nat(100), duration: fc.nat(100) });

  it('is assembled, with self times between 0 and the length and a path of distinct spans, rings included', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 1, maxLength: 14 }), (list) => {
        const id = (number: number): string => (number + 1).toString(16).padStart(16, '0');
        const spans = list.map(({ parent, start, duration }, index) => ({
          traceId: 'a'.repeat(32),
          spanId: id(index),
          parentSpanId: id(parent),
          startMs: t0 + start,
          durationMs: duration,
        }));
        const trace = assembleTrace(decodeSpans(encodeSpans(spans)));
        expect(trace.spanCount).toBe(list.length);
        for (const span of trace.spans) {
          expect(span.selfMs).toBeGreaterThanOrEqual(0);
          expect(span.selfMs).toBeLessThanOrEqual(span.durationMs);
        }
        expect(new Set(trace.criticalPath).size).toBe(trace.criticalPath.length);
        expect(trace.criticalPath.length).toBeGreaterThan(0);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('may be twenty thousand spans deep', () => {
    const spans = Array.from({ length: 20_000 }, (_, index) => ({
      traceId: 'a'.repeat(32),
      spanId: (index + 1).toString(16).padStart(16, '0'),
      ...(index === 0 ? {} : { parentSpanId: index.toString(16).padStart(16, '0') }),
      startMs: t0,
      durationMs: 10,
    }));
    expect(assembleTrace(decodeSpans(encodeSpans(spans))).criticalPath).toHaveLength(20_000);
  });
});
