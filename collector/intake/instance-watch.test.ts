/** Instances that fall silent beside others of their service are told. */
import { expect, test, vi } from 'vitest';
import { minuteMs } from '../../src/kernel/duration.ts';
import { InstanceWatch } from './instance-watch.ts';
import { sampleMetrics } from './otlp-samples.ts';
import { startTestCollector, testStartMs } from './test-collector.ts';

const sender = (instance: string, serviceName = 'shop') => ({
  ...{ key: `${serviceName} ${instance} false`, serviceName, instance },
  ...{ domain: null, synthetic: false, scope: '' },
});

test('an instance is silent after three of its own intervals, while another is heard, for a quarter of an hour', () => {
  const watch = new InstanceWatch();
  for (let atMs = 0; atMs <= 60_000; atMs += 10_000) {
    watch.hear(sender('a'), atMs);
    watch.hear(sender('b'), atMs);
  }
  const at = (nowMs: number) => {
    watch.hear(sender('a'), nowMs);
    return watch.silent(nowMs);
  };
  expect(at(90_000)).toEqual([]);
  expect(at(95_000)).toEqual([{ service: 'shop', instance: 'b', silentMs: 35_000, of: 2 }]);
  expect(at(60_000 + 14 * minuteMs)).toHaveLength(1);
  expect(at(60_000 + 16 * minuteMs)).toEqual([]);
});

test('nobody is silent beside nobody, after one export alone, or beside another service', () => {
  const watch = new InstanceWatch();
  for (const atMs of [0, 10_000, 20_000]) {
    watch.hear(sender('a'), atMs);
    watch.hear(sender('z', 'other'), atMs);
  }
  watch.hear(sender('b'), 20_000);
  watch.hear(sender('z', 'other'), 100_000);
  expect(watch.silent(100_000)).toEqual([]);
  watch.hear(sender('c'), 100_000);
  expect(watch.silent(100_000).map(({ instance }) => instance)).toEqual(['a']);
});

test('the collector says which of the instances that sent to it are silent', async () => {
  const running = await startTestCollector({ housekeepingMs: 10 });
  const send = (instance: string) => {
    const point = { name: 'x', shape: 'sum', startMs: testStartMs, timeMs: running.clock.nowMs(), value: 1 } as const;
    const resource = { 'service.name': 'shop', 'service.instance.id': instance };
    return running.post('/v1/metrics', sampleMetrics(resource, [point]));
  };
  for (let round = 0; round < 8; round += 1) {
    running.clock.advance(10_000);
    await send('one');
    if (round < 3) await send('two');
  }
  await vi.waitFor(() =>
    expect(running.collector.silentInstances()).toEqual([
      { service: 'shop', instance: 'two', silentMs: 50_000, of: 2 },
    ]),
  );
  await send('two');
  await vi.waitFor(() => expect(running.collector.silentInstances()).toEqual([]));
  await running.remove();
});
