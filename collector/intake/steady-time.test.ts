/** Points are taken by the clock before its jump and by the clock after it. */
import { afterEach, expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { dayMs, hourMs, minuteMs } from '../../src/kernel/duration.ts';
import { spansPerBody, traceBody } from './counting-client.ts';
import { createSteadyTime } from './steady-time.ts';
import { startTestCollector, type TestCollector } from './test-collector.ts';

const t0 = Date.UTC(2026, 2, 2, 10);
let running: TestCollector | null = null;
afterEach(async () => {
  await running?.remove();
  running = null;
});

test('the time without jumps follows small corrections, remembers a jump for a day, and follows the clock after that', () => {
  const clock = fakeClock(t0);
  const steadyMs = createSteadyTime(clock);
  for (let step = 0; step < 10; step += 1) {
    clock.set(clock.nowMs() + 50_000);
    expect(steadyMs()).toBe(clock.nowMs());
  }
  const evenMs = clock.nowMs();
  clock.set(evenMs - hourMs);
  for (let minutes = 1; minutes < 24 * 60; minutes += 1) {
    clock.advance(minuteMs);
    expect(steadyMs()).toBe(evenMs + minutes * minuteMs);
  }
  clock.advance(2 * minuteMs);
  expect(steadyMs()).toBe(clock.nowMs());
});

test.each([
  ['an hour back', -hourMs],
  ['a day ahead', dayMs],
])('when only our clock jumps %s, nobody is refused for it', async (_, jumpMs) => {
  running = await startTestCollector();
  const { clock } = running;
  await running.post('/v1/traces', traceBody(1, clock.nowMs()));
  const theirsMs = clock.nowMs() + minuteMs;
  clock.advance(minuteMs);
  clock.set(clock.nowMs() + jumpMs);
  const theirs = await running.post('/v1/traces', traceBody(2, theirsMs));
  const ours = await running.post('/v1/traces', traceBody(3, clock.nowMs()));
  expect([theirs.status, theirs.body.length, ours.status, ours.body.length]).toEqual([200, 0, 200, 0]);
  expect(running.collector.reader.storage().spans).toBe(3 * spansPerBody);
  const wrong = await running.post('/v1/traces', traceBody(4, theirsMs + 30 * dayMs));
  expect(wrong.body.toString('latin1')).toContain('in_future');
});
