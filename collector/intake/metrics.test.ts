/** Metric points through a real server: differences, resets, gauges, notices, refusals. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleMetrics } from './otlp-samples.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

const resource = { 'service.name': 'api', 'service.instance.id': 'a1' };
const bounds = [0.1, 1];
const feed = { domain: 'feed', operation: 'load' };
const requests = 'domain.request.duration';
let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

function histogram(
  timeMs: number,
  counts: number[],
  more: { startMs?: number; sum?: number; temporality?: 1 | 2 } = {},
) {
  return sampleMetrics(resource, [
    {
      name: 'domain.request.duration',
      shape: 'histogram',
      startMs: more.startMs ?? testStartMs - 60_000,
      timeMs,
      value: more.sum ?? 1,
      counts,
      bounds,
      temporality: more.temporality ?? 2,
      attributes: { 'seam.domain': 'feed', 'seam.operation': 'load', entry: true, outcome: 'ok' },
    },
  ]);
}

test('a repeat is recognised after a restart', async () => {
  const body = histogram(testStartMs, [1, 0, 0], { temporality: 1 });
  await running.post('/v1/metrics', body);
  running = await running.reopen();
  await running.post('/v1/metrics', body);
  expect(eventsIn(slicesOf(running.collector, requests, feed))).toBe(1);
  expect(running.collector.stats().repeatedBodies).toBe(1);
});

test('cumulative points add their difference, and the next one repairs a lost export', async () => {
  await running.post('/v1/metrics', histogram(testStartMs, [1, 0, 0], { sum: 0.05 }));
  await running.post('/v1/metrics', histogram(testStartMs + 30_000, [3, 2, 0], { sum: 1.15 }));
  const slices = slicesOf(running.collector, requests, feed);
  expect(slices.map(({ startMs, counts }) => [startMs - testStartMs, ...counts])).toEqual([
    [0, 1, 0, 0],
    [30_000, 2, 2, 0],
  ]);
  expect(slices[1]?.sum).toBeCloseTo(1.1, 12);
});

test('a cumulative stream continues over a restart, ignores what is earlier, and starts anew after a reset', async () => {
  await running.post('/v1/metrics', histogram(testStartMs, [5, 0, 0]));
  running = await running.reopen();
  await running.post('/v1/metrics', histogram(testStartMs - 10_000, [4, 0, 0]));
  await running.post('/v1/metrics', histogram(testStartMs + 10_000, [7, 0, 0]));
  await running.post('/v1/metrics', histogram(testStartMs + 20_000, [2, 0, 0], { startMs: testStartMs + 15_000 }));
  await running.post('/v1/metrics', histogram(testStartMs + 30_000, [1, 0, 0], { startMs: testStartMs + 15_000 }));
  expect(slicesOf(running.collector, requests, feed).map((slice) => slice.counts[0])).toEqual([5, 2, 2, 1]);
});

test('what a long-running process counted before it was first heard of is no event of today', async () => {
  const startMs = testStartMs - 48 * 3_600_000;
  await running.post('/v1/metrics', histogram(testStartMs, [1_000_000, 0, 0], { startMs }));
  running.clock.advance(10_000);
  await running.post('/v1/metrics', histogram(testStartMs + 10_000, [1_000_003, 0, 0], { startMs }));
  expect(eventsIn(slicesOf(running.collector, requests, feed))).toBe(3);
});

test('sums a gauge over instances and keeps its highest value', async () => {
  const gauge = (instance: string, timeMs: number, value: number) =>
    sampleMetrics({ 'service.name': 'api', 'service.instance.id': instance }, [
      {
        name: 'ws.connections',
        shape: 'upDown',
        startMs: testStartMs - 1_000,
        timeMs,
        value,
        attributes: { 'seam.domain': 'chat' },
      },
    ]);
  await running.post('/v1/metrics', gauge('a', testStartMs, 10));
  await running.post('/v1/metrics', gauge('b', testStartMs + 1_000, 5));
  await running.post('/v1/metrics', gauge('a', testStartMs + 2_000, 2));
  expect(slicesOf(running.collector, 'ws.connections', {})).toMatchObject([{ sum: 7, max: 15, counts: [] }]);
});

test('tells the commit: what was added, where an export was seen, which series are new', async () => {
  await running.post('/v1/metrics', histogram(testStartMs, [1, 0, 0], { startMs: testStartMs - 10_000 }));
  await running.post('/v1/metrics', histogram(testStartMs + 10_000, [1, 0, 0], { startMs: testStartMs - 10_000 }));
  expect(running.notices.map((notice) => notice.revision)).toEqual([1, 2]);
  expect(running.notices[0]).toMatchObject({
    newSeries: [{ id: 1, labels: { ...feed, entry: 'true', outcome: 'ok' } }],
  });
  expect(running.notices[1]?.slices).toEqual([]);
  expect(running.notices[1]?.presence).toEqual([
    { signal: requests, source: 'metrics', startMs: testStartMs + 10_000 },
  ]);
  expect(running.collector.reader.presence(requests, 'metrics', 0, 1e14)).toEqual([
    { startMs: testStartMs - 10_000, durationMs: 30_000 },
  ]);
  expect(running.collector.reader.freshness(requests, 'metrics')).toEqual({
    lastPointMs: testStartMs + 10_000,
    intervalMs: 10_000,
  });
});

test('rejects points that cannot be counted and names why', async () => {
  const body = sampleMetrics(resource, [
    { name: 'b', shape: 'histogram', startMs: testStartMs, timeMs: testStartMs, value: 1, counts: [1], bounds: [1, 2] },
    { name: 'c', shape: 'gauge', startMs: testStartMs, timeMs: testStartMs, value: Number.NaN },
    { name: 'd', shape: 'gauge', startMs: testStartMs, timeMs: testStartMs, value: 1 },
  ]);
  const answer = await running.post('/v1/metrics', body);
  expect(answer.status).toBe(200);
  expect(answer.body.toString('latin1')).toContain('rejected 1 inconsistent_histogram, 1 not_finite');
  expect(running.collector.stats()).toMatchObject({
    points: 1,
    rejected: { inconsistent_histogram: 1, not_finite: 1 },
  });
});

test('an old point of a back-fill covers the whole slice that stores it', async () => {
  const timeMs = testStartMs - 100 * 3_600_000 + 450_000;
  const body = histogram(timeMs, [4, 0, 0], { startMs: timeMs - 450_000, temporality: 1 });
  expect((await running.post('/v1/metrics', body)).body.toString('latin1')).toContain('too_old');
  await running.post('/v1/metrics', body, { 'x-backfill': '1' });
  const [slice] = slicesOf(running.collector, requests, feed);
  expect(slice).toMatchObject({ startMs: timeMs - 450_000, durationMs: 900_000, counts: [4, 0, 0] });
  expect(running.collector.reader.presence(requests, 'metrics', 0, 1e14)).toEqual([
    { startMs: timeMs - 450_000, durationMs: 900_000 },
  ]);
  expect(running.notices.at(-1)?.presence).toHaveLength(90);
});
