/** Foreign telemetry: mapping rules, unmapped rows, bounded series, a writer that dies. */
import { afterEach, expect, test } from 'vitest';
import type { Log } from '../../src/kernel/log.ts';
import { sampleMetrics, sampleTraces } from './otlp-samples.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

afterEach(async () => {
  await running.remove();
});

const requests = 'domain.request.duration';
const resource = { 'service.name': 'api', 'service.instance.id': 'a' };

function serverSpan(number: number, attributes: Record<string, string | number>) {
  const id = number.toString(16);
  return {
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    kind: 2,
    startMs: testStartMs,
    durationMs: 10,
    attributes,
  };
}

test('the first rule that holds names the domain of spans and points; the rest is the unmapped row', async () => {
  running = await startTestCollector({
    mapping: [
      { match: { serviceName: 'api', route: '/api/search/*' }, domain: 'search' },
      { match: { attributes: { team: 'blue' } }, domain: 'feed' },
    ],
  });
  const spans = [
    serverSpan(1, { 'http.route': '/api/search/users' }),
    serverSpan(2, { team: 'blue', 'http.response.status_code': 503 }),
    serverSpan(3, { 'http.route': '/api/searching', 'http.response.status_code': 404 }),
    { ...serverSpan(4, { team: 'blue' }), kind: 3 },
  ];
  await running.post('/v1/traces', sampleTraces(resource, spans));
  const count = (labels: Record<string, string>) => eventsIn(slicesOf(running.collector, requests, labels));
  expect(count({ domain: 'search', operation: '/api/search/users', entry: 'true', outcome: 'ok' })).toBe(1);
  expect(count({ domain: 'feed', outcome: 'error' })).toBe(1);
  expect(count({ domain: 'unmapped', outcome: 'rejected' })).toBe(1);
  expect(count({})).toBe(3);
  expect(running.collector.stats()).toMatchObject({ mapped: 2, unmapped: 1 });
  expect(running.collector.reader.searchTraces({ domain: 'search' }).traces).toHaveLength(1);

  const point = { name: 'queue.size', shape: 'gauge', startMs: testStartMs, timeMs: testStartMs, value: 1 } as const;
  await running.post('/v1/metrics', sampleMetrics(resource, [{ ...point, attributes: { team: 'blue' } }, point]));
  const domains = running.collector.reader.series().filter((series) => series.signal === 'queue.size');
  expect(domains.map((series) => series.labels.domain).sort()).toEqual(['feed', 'unmapped']);
});

test('beyond maxSeries points are counted in an overflow series, and one warning says so', async () => {
  const warnings: string[] = [];
  const log: Log = { debug: () => {}, info: () => {}, warn: (_, message) => warnings.push(message), error: () => {} };
  running = await startTestCollector({ limits: { maxSeries: 3 }, log });
  const points = Array.from({ length: 10 }, (_, index) => ({
    name: 'event.published',
    shape: 'sum' as const,
    startMs: testStartMs - 1_000,
    timeMs: testStartMs,
    value: 1,
    attributes: { user: `u${index}` },
  }));
  await running.post('/v1/metrics', sampleMetrics(resource, points));
  const moved = points.map((point) => ({ ...point, timeMs: testStartMs + 10_000, value: 3 }));
  await running.post('/v1/metrics', sampleMetrics(resource, moved));
  expect(running.collector.reader.series()).toHaveLength(4);
  const slices = slicesOf(running.collector, 'event.published', { overflow: 'true' });
  expect(slices.map((slice) => slice.sum)).toEqual([7, 14]);
  expect(warnings).toHaveLength(1);
  expect(running.collector.stats().rejected).toEqual({ series_overflow: 14 });
  const { overflow } = running.collector.stats();
  expect(overflow).toHaveLength(7);
  expect(overflow.at(-1)?.signal).toBe('event.published');
  expect(overflow.at(-1)?.labels).toContain('user="u9"');
});

test('rows of others that cannot be written leave the rest of the group alone', async () => {
  running = await startTestCollector();
  const failing = running.collector.write([{ sql: 'DELETE FROM nowhere', params: [] }]);
  const body = running.post('/v1/traces', sampleTraces(resource, [serverSpan(1, {})]));
  await expect(failing).rejects.toThrow('no such table');
  expect((await body).status).toBe(200);
});
