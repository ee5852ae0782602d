/** The scanner on whatever bytes: it either reads them or names the byte, never anything else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { sampleMetrics, sampleTraces } from '../otlp-samples.ts';
import {
  decodeMetrics,
  decodeMetricsJson,
  SpanTable,
  scanSpans,
  TextTable,
  timeLimits,
  transcodeTraces,
  withoutSpans,
} from './index.ts';

const nowMs = Date.UTC(2026, 2, 2, 10);
const limits = timeLimits(nowMs, false);
const traces = sampleTraces(
  { 'service.name': 'api', long: 'x'.repeat(300) },
  [1, 2, 3].map((number) => ({
    traceId: `${number}`.repeat(32),
    spanId: `${number}`.repeat(16),
    parentSpanId: 'b'.repeat(16),
    startMs: nowMs,
    durationMs: number,
    tracestate: 'ot=th:8',
    status: 2,
    attributes: { 'seam.domain': 'feed', 'seam.operation': `load-${number}`, entry: true, text: 'y'.repeat(200), n: 7 },
  })),
);
const metrics = sampleMetrics({ 'service.name': 'api' }, [
  {
    name: 'h',
    shape: 'histogram',
    startMs: nowMs,
    timeMs: nowMs,
    value: 1,
    counts: [1, 2],
    bounds: [1],
    attributes: { a: 'b' },
  },
  { name: 'g', shape: 'gauge', startMs: nowMs, timeMs: nowMs, value: 1.5, attributes: { a: true } },
]);

const sharedTexts = new TextTable();

function scan(body: Uint8Array): SpanTable {
  const table = new SpanTable();
  scanSpans(body, sharedTexts, table, limits);
  return table;
}

function isFine(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    return error instanceof AppError && error.code === 'OTLP_MALFORMED';
  }
}

/** A few bytes changed, then cut or lengthened. */
const mutated = (valid: Uint8Array) =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(valid.length),
      fc.uint8Array({ maxLength: 8 }),
    )
    .map(([changes, cut, more]) => {
      const bytes = Buffer.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      return cut % 3 === 0 ? Buffer.concat([bytes.subarray(0, cut), more]) : bytes;
    });

test('random bytes are read or refused with OTLP_MALFORMED', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      for (const read of [scan, decodeMetrics, transcodeTraces, decodeMetricsJson]) {
        expect(isFine(() => read(bytes))).toBe(true);
      }
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test('mutated valid bodies are read or refused, and what was scanned can be stripped', () => {
  fc.assert(
    fc.property(mutated(traces), (bytes) => {
      const read = (): void => {
        const table = scan(bytes);
        const half = new Set(
          Array.from(table.recordAt.subarray(0, table.length)).filter((_, index) => index % 2 === 0),
        );
        const rest = scan(withoutSpans(bytes, half));
        expect(rest.length).toBe(table.length - half.size);
      };
      expect(isFine(read)).toBe(true);
    }),
    { seed: 2, numRuns: 3_000 },
  );
  fc.assert(
    fc.property(mutated(metrics), (bytes) => {
      expect(isFine(() => decodeMetrics(bytes))).toBe(true);
    }),
    { seed: 3, numRuns: 2_000 },
  );
});

test('JSON of any shape is read or refused, however deep', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      for (const name of ['resourceSpans', 'resourceMetrics']) {
        const bytes = Buffer.from(
          `{"${name}":[{"scopeSpans":[{"spans":[${text}]}],"scopeMetrics":[${text}],"resource":${text}}]}`,
        );
        expect(isFine(() => transcodeTraces(bytes))).toBe(true);
        expect(isFine(() => decodeMetricsJson(bytes))).toBe(true);
      }
    }),
    { seed: 4, numRuns: 1_000 },
  );
  const deep = '{"arrayValue":{"values":['.repeat(20_000) + ']}}'.repeat(20_000);
  const body = `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":${deep}}]}}]}`;
  expect(isFine(() => transcodeTraces(Buffer.from(body)))).toBe(true);
});

test('reads every wanted field of a span', () => {
  const texts = new TextTable();
  const table = new SpanTable();
  scanSpans(traces, texts, table, limits);
  expect(table.length).toBe(3);
  expect(texts.text(table.domain[1] ?? -1)).toBe('feed');
  expect(texts.text(table.operation[1] ?? -1)).toBe('load-2');
  expect([table.isEntry[1], table.outcome[1], table.weight[1], table.reject[1]]).toEqual([1, 1, 2, 0]);
  expect([table.startMs[1], table.endMs[1], table.durationNs[1]]).toEqual([nowMs, nowMs + 2, 2_000_000]);
});

test('leaves exactly the dropped spans out', () => {
  const table = scan(traces);
  const rest = withoutSpans(traces, new Set([table.recordAt[1] ?? 0]));
  const kept = scan(rest);
  expect([...kept.durationNs.subarray(0, kept.length)]).toEqual([1_000_000, 3_000_000]);
});
