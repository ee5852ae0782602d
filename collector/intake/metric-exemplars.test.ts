/** A trace that an exemplar of a metric points to outlives the ordinary ones of its age, in every shape and encoding. */
import SqliteDatabase from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { hourMs, minuteMs } from '../../src/kernel/duration.ts';
import { type Message, toJson, toProtobuf } from '../fuzz/encode.ts';
import { sampleTraces } from './otlp-samples.ts';
import { parsePage } from './scrape/index.ts';
import { pointsOf } from './scrape/page-points.ts';
import { toOtlpBodies } from './scrape/points-to-otlp.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

/** Ordinary spans end after this. */
const retention = { spansMs: 20 * hourMs, slicesMs: 400 * 24 * hourMs };
let running: TestCollector;

afterEach(async () => {
  await running.remove();
});

function traceId(number: number): string {
  return number.toString(16).padStart(32, '0');
}

async function postTraces(numbers: readonly number[]): Promise<void> {
  const spans = numbers.map((number) => ({
    ...{ traceId: traceId(number), spanId: '00000000000000a1', startMs: testStartMs - 1_000 },
    // The same for all: none is the slowest of its kind by more than the others.
    durationMs: 5,
  }));
  expect((await running.post('/v1/traces', sampleTraces({ 'service.name': 'api' }, spans))).status).toBe(200);
}

/** Lets the spans of the start grow old, in steps that housekeeping believes; returns the numbers of those that are still there. */
async function survivors(numbers: readonly number[]): Promise<number[]> {
  const db = new SqliteDatabase(running.file, { readonly: true });
  const trustedMs = db.prepare('SELECT trusted_ms FROM upkeep_clock').pluck();
  for (let passedMs = 0; passedMs < 21.5 * hourMs; passedMs += 45 * minuteMs) {
    running.clock.advance(45 * minuteMs);
    await vi.waitFor(() => expect(trustedMs.get()).toBe(running.clock.nowMs()), { timeout: 10_000, interval: 5 });
  }
  db.close();
  await vi.waitFor(() => expect(running.collector.stats().expiredSpans).toBeGreaterThan(0), 10_000);
  return numbers.filter((number) => running.collector.reader.trace(traceId(number)) !== null);
}

const nanos = BigInt(testStartMs) * 1_000_000n;
const times = { startTimeUnixNano: nanos - 60_000_000_000n, timeUnixNano: nanos };
const exemplar = (number: number, asDouble: number): Message => ({
  ...{ traceId: Buffer.from(traceId(number), 'hex'), spanId: Buffer.from('00000000000000a1', 'hex') },
  ...{ timeUnixNano: nanos, asDouble },
});
const key = (value: string): Message => ({ attributes: [{ key: 'k', value: { stringValue: value } }] });
const shapes: Readonly<Record<string, (exemplars: readonly Message[]) => Message>> = {
  gauge: (exemplars) => ({ gauge: { dataPoints: [{ ...times, ...key('g'), asDouble: 1, exemplars }] } }),
  sum: (exemplars) => ({
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [{ ...times, asInt: 2n, exemplars }] },
  }),
  histogram: (exemplars) => ({
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [{ ...times, count: 1n, sum: 1, bucketCounts: [0n, 1n], explicitBounds: [0.5], exemplars }],
    },
  }),
  exponentialHistogram: (exemplars) => ({
    exponentialHistogram: {
      aggregationTemporality: 2,
      dataPoints: [{ ...times, count: 1n, sum: 1, scale: 1, positive: { offset: 0, bucketCounts: [1n] }, exemplars }],
    },
  }),
};

function request(metrics: readonly Message[]): Message {
  const resource = { attributes: [{ key: 'service.instance.id', value: { stringValue: 'a1' } }] };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
}

async function postMetrics(encoding: string, message: Message): Promise<void> {
  const type = 'ExportMetricsServiceRequest';
  const body = encoding === 'json' ? toJson(type, message) : toProtobuf(type, message);
  const answer = await running.post('/v1/metrics', body, { 'content-type': `application/${encoding}` });
  expect([answer.status, answer.body.toString()]).toEqual([200, encoding === 'json' ? '{}' : '']);
}

const cases = Object.keys(shapes).flatMap((shape) => [
  [shape, 'x-protobuf'],
  [shape, 'json'],
]);

test.each(cases)('the highest exemplar of a %s in %s keeps its trace', async (shape, encoding) => {
  running = await startTestCollector({ retention, housekeepingMs: 10 });
  await postTraces([1, 2, 3, 4, 5, 6, 7, 8]);
  const metric = { name: 'm', ...shapes[shape]?.([exemplar(3, 0.2), exemplar(5, 0.9), exemplar(6, 0.7)]) };
  await postMetrics(encoding, request([metric]));
  expect(await survivors([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([5]);
});

test('the exemplar of a scraped page keeps its trace', async () => {
  running = await startTestCollector({ retention, housekeepingMs: 10 });
  await postTraces([1, 2, 3, 4, 5, 6, 7, 8]);
  const text = `# TYPE work counter\nwork_total 3.0 # {trace_id="${traceId(4)}"} 1.0\n# EOF\n`;
  const resource = { serviceName: 'api', instance: 'a1', domain: null, labels: {} };
  const { points } = pointsOf(parsePage(text, 'openMetrics', { maxSamples: 10 }), testStartMs);
  for (const body of toOtlpBodies(points, resource)) {
    await running.collector.receive({ telemetry: 'metrics', body, encoding: 'protobuf', source: 'scrape' });
  }
  expect(await survivors([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([4]);
});

test('at most ten traces a minute are kept, one of a series in ten minutes, and a restart forgets none', async () => {
  running = await startTestCollector({ retention, housekeepingMs: 10 });
  const numbers = Array.from({ length: 60 }, (_, index) => index + 1);
  await postTraces(numbers);
  const counter = (series: number, number: number, value: number): Message => ({
    name: `m${series}`,
    sum: {
      ...{ aggregationTemporality: 1, isMonotonic: true },
      dataPoints: [{ ...times, asInt: BigInt(value), exemplars: [exemplar(number, 1)] }],
    },
  });
  // Fifteen series at once and the first of them again, then that one and two that found no place a minute later.
  await postMetrics('x-protobuf', request(numbers.slice(0, 15).map((number) => counter(number, number, 1))));
  await postMetrics('x-protobuf', request([counter(1, 50, 2)]));
  running.clock.advance(60_000);
  await postMetrics('x-protobuf', request([counter(1, 51, 3), counter(11, 52, 3), counter(12, 53, 3)]));
  running = await running.reopen();
  expect(await survivors(numbers)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 52, 53]);
});
