/** Bodies of many megabytes: stored whole, and their memory is free again at once, not at some later collection. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleTraces } from './otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

const mebibyte = 1_048_576;
let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

test('a body of 20 MB is stored whole, plain and gzipped', async () => {
  const bodyFrom = (first: number): Buffer => {
    const spans = Array.from({ length: 10_000 }, (_, index) => ({
      traceId: (first + index).toString(16).padStart(32, '0'),
      spanId: (first + index).toString(16).padStart(16, '0'),
      startMs: testStartMs,
      durationMs: 1,
      attributes: { note: `${index} `.repeat(400) },
    }));
    return sampleTraces({ 'service.name': 'api' }, spans);
  };
  const plain = bodyFrom(1);
  expect(plain.length).toBeGreaterThan(18 * mebibyte);
  expect((await running.post('/v1/traces', plain)).status).toBe(200);
  const packed = gzipSync(bodyFrom(20_000), { level: 1 });
  expect((await running.post('/v1/traces', packed, { 'content-encoding': 'gzip' })).status).toBe(200);
  expect(running.collector.reader.storage().spans).toBe(20_000);
});

test('eighteen bodies of 50 MB, stored or refused, plain or compressed, leave no more than a few of them in memory', async () => {
  const broken = Buffer.alloc(50_000_000, 0x0f);
  const packed = gzipSync(broken, { level: 1 });
  const before = process.memoryUsage.rss();
  for (let round = 0; round < 3; round += 1) {
    const plain = Array.from({ length: 3 }, () => running.post('/v1/traces', broken));
    const zipped = Array.from({ length: 3 }, () => running.post('/v1/traces', packed, { 'content-encoding': 'gzip' }));
    const statuses = (await Promise.all([...plain, ...zipped])).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 400 && status !== 429)).toEqual([]);
    expect(statuses).toContain(400);
  }
  expect(running.collector.stats().queueBytes).toBe(0);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400 * mebibyte);
}, 60_000);
