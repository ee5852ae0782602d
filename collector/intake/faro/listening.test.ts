/** A stretch in which the intake listened and no page reported is known, not a hole. */
import { expect, onTestFinished, test } from 'vitest';
import { minuteMs } from '../../../src/kernel/duration.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import { eventsIn, slicesOf, startTestCollector, testStartMs } from '../test-collector.ts';
import type { TimingPoint } from './convert-timings.ts';
import { emptyPoint } from './convert-timings.ts';
import { createListening } from './listening.ts';

const signal = 'browser.page_load.duration';

test('nobody came for a minute: every slice is covered, nothing was counted, and after an hour it is unknown again', async () => {
  const running = await startTestCollector();
  const { collector, clock } = running;
  onTestFinished(() => running.remove());
  const listening = createListening(collector.receive, clock, silentLog);
  onTestFinished(() => listening.close());
  const presence = () => collector.reader.presence(signal, 'metrics', 0, testStartMs + 120 * minuteMs);
  await listening.report();
  expect(presence()).toEqual([]);
  const heard: TimingPoint = emptyPoint(signal, { page: '/', 'seam.domain': 'feed' }, testStartMs);
  listening.hear('campus-web', [heard]);
  for (let tick = 0; tick < 6; tick += 1) {
    clock.advance(10_000);
    await listening.report();
  }
  expect(presence()).toEqual([{ startMs: testStartMs, durationMs: 70_000 }]);
  expect(eventsIn(slicesOf(collector, signal, {}))).toBe(0);
  expect(collector.reader.freshness(signal, 'metrics')).toMatchObject({ lastPointMs: testStartMs + minuteMs });
  clock.advance(60 * minuteMs);
  await listening.report();
  expect(presence()).toEqual([{ startMs: testStartMs, durationMs: 70_000 }]);
});
