/** A limit of size that slices alone reach is said on the log and by the collector, with what to do. */
import { expect, test } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { CrowdWatch } from './crowd-watch.ts';
import { startTestCollector } from './test-collector.ts';

test('is said once with both sizes and the keys to change, and is over when there is room', () => {
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void lines.push(message) };
  const watch = new CrowdWatch();
  const crowding = { usedBytes: 20_401_094_656, maxBytes: 21_474_836_480 };
  const sentence =
    'slices alone need 19.0 of 20.0 GiB, so spans and log records are dropped as they come; raise retention.maxDiskGiB or shorten retention.slices';
  watch.note(crowding, log);
  watch.note({ ...crowding, usedBytes: 20_401_094_657 }, log);
  expect(watch.sentence).toBe(sentence);
  expect(lines).toEqual([sentence]);
  watch.note(null, log);
  expect(watch.sentence).toBeNull();
});

test('reaches the collector from its writer', async () => {
  const limits = { spansMs: 86_400_000, slicesMs: 86_400_000 };
  const world = await startTestCollector({ housekeepingMs: 5, retention: { ...limits, maxBytes: 1 } });
  await expect.poll(() => world.collector.crowded()).toContain('raise retention.maxDiskGiB');
  await world.remove();
  const roomy = await startTestCollector({ housekeepingMs: 5, retention: { ...limits, maxBytes: 1e12 } });
  expect(roomy.collector.crowded()).toBeNull();
  await roomy.remove();
});
