/** Metrics as other SDKs send them, in OTLP/JSON: exponential buckets, units, changing bounds, ends, refusals. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Slice } from '../../src/kernel/series.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

const nanos = (ms: number): string => `${ms}000000`;

/** One metric of one point; `data` names the shape, `more` are the fields of the point. */
async function send(metric: object, shape: string, data: object, more: Record<string, unknown>): Promise<string> {
  const { timeMs = testStartMs, startMs = testStartMs - 60_000, ...point } = more;
  const dataPoints = [{ timeUnixNano: nanos(Number(timeMs)), startTimeUnixNano: nanos(Number(startMs)), ...point }];
  const attributes = [{ key: 'service.instance.id', value: { stringValue: 'a1' } }];
  const metrics = [{ name: 'm', ...metric, [shape]: { ...data, dataPoints } }];
  const body = JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] });
  const answer = await running.post('/v1/metrics', body, { 'content-type': 'application/json' });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString()).partialSuccess?.errorMessage ?? '';
}

const exponential = (more: Record<string, unknown>, metric: object = { unit: 's' }): Promise<string> =>
  send(metric, 'exponentialHistogram', { aggregationTemporality: 2 }, more);

/** Events up to a bound, over all series of the signal. */
function atMost(bound: number): number {
  const bounds = new Map(running.collector.reader.series().map((series) => [series.id, series.bounds ?? []]));
  const upTo = ({ seriesId, counts }: Slice): number =>
    counts.slice(0, (bounds.get(seriesId)?.indexOf(bound) ?? -1) + 1).reduce((sum, count) => sum + count, 0);
  return slicesOf(running.collector, 'm', {}).reduce((total, slice) => total + upTo(slice), 0);
}

test('an exponential histogram is counted on the fixed bounds, and its stream goes on', async () => {
  const positive = { offset: -16, bucketCounts: ['1', '2', '0', '3'] };
  expect(await exponential({ count: '7', sum: 2, scale: 3, zeroCount: '1', positive })).toBe('');
  const later = { timeMs: testStartMs + 10_000, count: '9', sum: 3.5, scale: 3, zeroCount: '1' };
  await exponential({ ...later, positive: { offset: -16, bucketCounts: ['1', '2', '0', '5'] } });
  const slices = slicesOf(running.collector, 'm', {});
  expect(slices.map(({ counts, sum }) => [counts.length, sum, counts.reduce((a, b) => a + b)])).toEqual([
    [146, 2, 7],
    [146, 1.5, 2],
  ]);
  expect([atMost(2 ** (-15 / 8)), atMost(2 ** (-14 / 8)), atMost(2 ** (-12 / 8))]).toEqual([2, 4, 9]);
});

test('a stream that goes over to a coarser scale is not counted again, not even after a restart or back', async () => {
  const at = (seconds: number) => ({ timeMs: testStartMs + seconds * 1_000 });
  await exponential({ count: 4, sum: 4, scale: 3, positive: { offset: -8, bucketCounts: [4] } });
  await exponential({ ...at(10), count: 6, sum: 6, scale: 0, positive: { offset: -1, bucketCounts: [5, 1] } });
  running = await running.reopen();
  await exponential({ ...at(20), count: 7, sum: 7, scale: 0, positive: { offset: -1, bucketCounts: [6, 1] } });
  await exponential({ ...at(30), count: 9, sum: 9, scale: 5, positive: { offset: -1, bucketCounts: [8, 1] } });
  expect(eventsIn(slicesOf(running.collector, 'm', {}))).toBe(9);
  expect(slicesOf(running.collector, 'm', {}).map((slice) => eventsIn([slice]))).toEqual([4, 2, 1, 2]);
  expect([atMost(1), atMost(2)]).toEqual([8, 9]);
});

test('explicit bounds that change are counted on those that both have', async () => {
  const send2 = (more: Record<string, unknown>) => send({}, 'histogram', { aggregationTemporality: 2 }, more);
  await send2({ count: 6, sum: 1, explicitBounds: [1, 2, 4], bucketCounts: [1, 2, 3, 0] });
  const next = { timeMs: testStartMs + 10_000, count: 10, sum: 2 };
  await send2({ ...next, explicitBounds: [1, 3, 4], bucketCounts: [2, 4, 3, 1] });
  const [, second] = slicesOf(running.collector, 'm', {});
  expect(second?.counts).toEqual([1, 2, 1]);
  expect(running.collector.reader.series().map((series) => series.bounds)).toEqual([
    [1, 2, 4],
    [1, 3, 4],
    [1, 4],
  ]);
});

test('histograms of milliseconds become seconds, exponential ones on bounds of their own', async () => {
  const old = { name: 'http.server.duration', unit: 'ms' };
  const point = { count: 3, sum: 300, max: 250, explicitBounds: [5, 100], bucketCounts: [1, 1, 1] };
  await send(old, 'histogram', { aggregationTemporality: 1 }, point);
  await exponential({ count: 1, sum: 1_000, scale: 3, positive: { offset: 79, bucketCounts: [1] } }, { unit: 'ms' });
  const [series] = running.collector.reader.series();
  expect(series?.bounds).toEqual([0.005, 0.1]);
  expect(slicesOf(running.collector, 'http.server.duration', {})).toMatchObject([{ sum: 0.3, max: 0.25 }]);
  expect([atMost(2 ** (79 / 8) / 1_000), atMost(1.024)]).toEqual([0, 1]);
});

test('an unknown unit changes nothing, and neither does the unit of a counter', async () => {
  const point = { count: 1, sum: 9, explicitBounds: [10], bucketCounts: [1, 0] };
  await send({ unit: 'furlong' }, 'histogram', { aggregationTemporality: 1 }, point);
  await send({ name: 'busy', unit: 'ms' }, 'sum', { aggregationTemporality: 1, isMonotonic: true }, { asInt: '40' });
  expect(slicesOf(running.collector, 'm', {})).toMatchObject([{ sum: 9 }]);
  expect(slicesOf(running.collector, 'busy', {})).toMatchObject([{ sum: 40 }]);
});

test('the bound of the open bucket may be spelled out', async () => {
  const point = { count: 3, sum: 1, explicitBounds: [1, 'Infinity'], bucketCounts: [2, 1, 0] };
  expect(await send({}, 'histogram', { aggregationTemporality: 1 }, point)).toBe('');
  running = await running.reopen();
  expect(running.collector.reader.series()[0]?.bounds).toEqual([1]);
  expect(slicesOf(running.collector, 'm', {})[0]?.counts).toEqual([2, 1]);
});

test('a level whose sender says that it has ended no longer counts', async () => {
  const level = (instance: string, value: object) =>
    send({}, 'gauge', {}, { ...value, attributes: [{ key: 'n', value: { doubleValue: Number(instance) } }] });
  await level('0.5', { asInt: '10' });
  await level('1.5', { asDouble: 2.5 });
  await level('0.5', { timeMs: testStartMs + 10_000, flags: 1 });
  expect(slicesOf(running.collector, 'm', {}).map(({ sum }) => sum)).toEqual([12.5, 2.5]);
  expect(running.collector.stats().rejected).toEqual({});
});

test('a monotonic sum that falls has begun anew; one that may fall is a level', async () => {
  const count = (timeMs: number, asInt: number) =>
    send({}, 'sum', { aggregationTemporality: 2, isMonotonic: true }, { timeMs, asInt });
  await count(testStartMs, 10);
  await count(testStartMs + 10_000, 4);
  const change = (timeMs: number, asInt: number) =>
    send({ name: 'level' }, 'sum', { aggregationTemporality: 1 }, { timeMs, asInt });
  await change(testStartMs, 5);
  await change(testStartMs + 10_000, -2);
  expect(slicesOf(running.collector, 'm', {}).map(({ sum }) => sum)).toEqual([10, 4]);
  expect(slicesOf(running.collector, 'level', {}).map(({ sum }) => sum)).toEqual([5, 3]);
});

test('attributes that are lists, maps or bytes are labels of their own', async () => {
  const point = (value: object) =>
    send({}, 'sum', { aggregationTemporality: 2, isMonotonic: true }, { asInt: 1, attributes: [{ key: 'k', value }] });
  await point({ arrayValue: { values: [{ intValue: '1' }, { doubleValue: 'NaN' }, {}] } });
  await point({ kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }] } });
  await point({ bytesValue: 'AAEC' });
  await point({ intValue: '9223372036854775807' });
  expect(running.collector.reader.series().map((series) => series.labels.k)).toEqual([
    '[1,"NaN",null]',
    '{"a":true}',
    'AAEC',
    '9223372036854775807',
  ]);
});

test('what cannot be counted is refused point by point, with its reason', async () => {
  const positive = { offset: 0, bucketCounts: [1] };
  const reasons = [
    await exponential({ count: 1, scale: 3, negative: positive }),
    await exponential({ count: 1, scale: 21, positive }),
    await exponential({ count: 2, scale: 3, positive }),
    await exponential({ count: 1, scale: 3, positive: { offset: 0, bucketCounts: ['-1', 2] } }),
    await send({}, 'summary', {}, { count: 1, quantileValues: [] }),
    await send({}, 'gauge', {}, {}),
    await send(
      {},
      'histogram',
      { aggregationTemporality: 2 },
      { count: 1, explicitBounds: [], bucketCounts: [1.5, -0.5] },
    ),
    await send({}, 'gauge', {}, { asInt: 1, attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(5_000) } }] }),
    await send({}, 'sum', { aggregationTemporality: 0 }, { asInt: 1 }),
    await send({}, 'sum', { aggregationTemporality: 2 }, { asInt: 1, startMs: testStartMs + 1 }),
  ];
  expect(reasons.map((reason) => /^rejected 1 (\w+)/.exec(reason)?.[1])).toEqual([
    'negative_values',
    'scale',
    'inconsistent_histogram',
    'inconsistent_histogram',
    'summary',
    'no_value',
    'inconsistent_histogram',
    'attribute_too_long',
    'temporality',
    'end_before_start',
  ]);
  expect(running.collector.stats().points).toBe(0);
});
