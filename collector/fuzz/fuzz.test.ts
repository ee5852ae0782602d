/** Mutated bodies through every decoder, bodies made to exhaust memory, and mutated bodies through the whole intake. */
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { startTestCollector, type TestCollector } from '../intake/test-collector.ts';
import {
  decodeLogs,
  decodeMetrics,
  decodeMetricsJson,
  SpanTable,
  scanSpans,
  TextTable,
  timeLimits,
  transcodeTraces,
} from '../intake/wire/index.ts';
import { varint } from './encode.ts';
import { cpuMs, heapBytes } from './heap.ts';
import { drawFrom } from './random.ts';
import { runFuzz } from './run.ts';
import { type FuzzTarget, fuzzTargets } from './targets.ts';
import { sampleNowMs } from './valid-otlp.ts';

const tools = { now: cpuMs, heapBytes };
const mebibyte = 1_048_576;

test('50,000 mutated bodies are read or refused, each at once, and leave no memory behind', () => {
  const report = runFuzz(fuzzTargets(3), 50_000, 3, tools);
  expect(report.faults).toEqual([]);
  expect(report.bodies).toBe(50_000);
  for (const { bodies, read } of Object.values(report.byTarget)) {
    expect(read).toBeGreaterThan(bodies / 50);
    expect(bodies - read).toBeGreaterThan(bodies / 50);
  }
  expect(report.slowest.ms).toBeLessThan(250);
  expect(report.heapGrowthBytes).toBeLessThan(16 * mebibyte);
}, 120_000);

test('a decoder that trips over a body is told with the body', () => {
  const fragile: FuzzTarget = {
    name: 'fragile',
    samples: [Buffer.from('valid')],
    mutate: (body, _other, draw) => Buffer.concat([body, Buffer.from([draw(256)])]),
    read: (body) => {
      if (body.at(-1) === 0x80) throw new RangeError('out of range');
    },
  };
  const [fault] = runFuzz([fragile], 5_000, 1, tools).faults;
  expect(fault).toMatchObject({ target: 'fragile', message: 'RangeError: out of range' });
  expect(fault?.body.at(-1)).toBe(0x80);
});

/** A message of a field that holds `inner` `times` times. */
function repeated(field: number, inner: Uint8Array, times: number): Buffer {
  const one = Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(inner.length)), inner]);
  return Buffer.alloc(one.length * times, one);
}

const nothing = new Uint8Array(0);
const limits = timeLimits(sampleNowMs, false);
const size = 16 * mebibyte;
const sized = (unit: string): Buffer => Buffer.alloc(size, unit);
const hostile: readonly (readonly [string, () => unknown])[] = [
  [
    'spans of two bytes',
    () => {
      const body = repeated(1, repeated(2, repeated(2, nothing, size / 2), 1), 1);
      scanSpans(body, new TextTable(), new SpanTable(), limits);
    },
  ],
  [
    'points of two bytes',
    () => decodeMetrics(repeated(1, repeated(2, repeated(2, repeated(5, repeated(1, nothing, size / 2), 1), 1), 1), 1)),
  ],
  ['metrics of two bytes', () => decodeMetrics(repeated(1, repeated(2, repeated(2, nothing, size / 2), 1), 1))],
  ['brackets without end', () => transcodeTraces(sized('['))],
  [
    'lists in lists in JSON',
    () => decodeMetricsJson(Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)),
  ],
  [
    'empty objects in JSON',
    () => decodeMetricsJson(Buffer.concat([Buffer.from('{"a":['), sized('{},'), Buffer.from('0]}')])),
  ],
];

test.each(hostile)('%s in a large body are refused before they fill the memory', (_name, read) => {
  const before = process.memoryUsage().rss;
  const startMs = cpuMs();
  expect(read).toThrow(/more than|too many|nested deeper/);
  expect(cpuMs() - startMs).toBeLessThan(5_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(900 * mebibyte);
});

test('attribute values nested two thousand deep are read without exhausting the stack', () => {
  let value: Buffer = Buffer.from([0x0a, 0x00]);
  for (let level = 0; level < 2_000; level += 1) value = repeated(5, repeated(1, value, 1), 1);
  const pair = Buffer.concat([repeated(1, Buffer.from('k'), 1), repeated(2, value, 1)]);
  const metrics = repeated(1, repeated(1, repeated(1, pair, 1), 1), 1);
  expect(decodeMetrics(metrics)).toEqual([]);
  const logs = repeated(1, repeated(2, repeated(2, repeated(6, pair, 1), 1), 1), 1);
  expect(JSON.stringify(decodeLogs(logs)[0]?.records[0]?.attributes)).toContain('nested too deeply');
});

let running: TestCollector | undefined;

afterEach(async () => {
  await running?.remove();
  running = undefined;
});

test('mutated bodies over HTTP, compressed and broken in every way, are each answered with 200 or 400', async () => {
  running = await startTestCollector({}, undefined, fakeClock(sampleNowMs));
  const draw = drawFrom(9);
  const targets = fuzzTargets(9).filter(({ name }) => /^(traces|metrics|logs)/.test(name));
  const codings = [
    ['identity', (body: Buffer) => body],
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateSync],
  ] as const;
  const statuses = new Map<number, number>();
  for (let number = 0; number < 600; number += 1) {
    const target = targets[number % targets.length];
    const [coding, compress] = codings[draw(codings.length)] ?? codings[0];
    if (target === undefined) break;
    const pick = (): Uint8Array => target.samples[draw(target.samples.length)] ?? nothing;
    const compressed = compress(target.mutate(pick(), pick(), draw));
    const at = draw(compressed.length + 1);
    const broken =
      draw(3) === 0
        ? Buffer.concat([compressed.subarray(0, at), Buffer.from([draw(256)]), compressed.subarray(at + 1)])
        : compressed;
    const [telemetry, encoding] = target.name.split(' ');
    const { status, body } = await running.post(`/v1/${telemetry}`, broken, {
      'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
      'content-encoding': coding,
    });
    expect([200, 400], `${target.name} ${coding} ${body.toString()}`).toContain(status);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect([...statuses.keys()].sort()).toEqual([200, 400]);
  expect(running.collector.failure()).toBeNull();
  const { reader } = running.collector;
  for (const { traceId } of reader.searchTraces({ limit: 200 }).traces)
    expect(reader.trace(traceId)?.traceId).toBe(traceId);
  expect(reader.searchLogs({ limit: 500 }).logs.length).toBeGreaterThan(10);
}, 60_000);

test.each(['constructor', '__proto__', 'gzip, gzip', 'br'])(
  'a body coded as %s is refused with 415',
  async (coding) => {
    running = await startTestCollector({}, undefined, fakeClock(sampleNowMs));
    const { status } = await running.post('/v1/traces', 'abc', { 'content-encoding': coding });
    expect(status).toBe(415);
    expect((await running.post('/v1/traces', nothing)).status).toBe(200);
  },
);

test('words that every object knows are no severities', async () => {
  running = await startTestCollector({}, undefined, fakeClock(sampleNowMs));
  const logRecords = ['__proto__', 'constructor', 'WARN'].map((severityText) => ({
    severityText,
    body: { stringValue: 'x' },
  }));
  const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const { status } = await running.post('/v1/logs', body, { 'content-type': 'application/json' });
  expect(status).toBe(200);
  const severities = running.collector.reader.searchLogs({}).logs.map(({ severity }) => severity);
  expect(severities.sort()).toEqual(['unset', 'unset', 'warn']);
});
