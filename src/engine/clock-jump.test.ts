/** The clock jumps under a running engine: nothing is judged twice, no state changes because of it, nobody is woken. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildProfile } from '../app/index.ts';
import { checkConfig } from '../config.ts';
import { fakeClock } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { dayMs, hourMs, minuteMs } from '../kernel/duration.ts';
import { Engine } from './engine.ts';
import { type IntakeFixture, metricsRequest, openIntake } from './intake-fixture.ts';

const startMs = Date.UTC(2026, 9, 20, 12);
const clock = fakeClock(startMs);
let intake: IntakeFixture;
let engine: Engine;
let unsubscribe = (): void => {};

vi.setConfig({ testTimeout: 180_000 });

beforeEach(async () => {
  clock.set(startMs);
  intake = await openIntake(clock, fetch);
  start();
});
afterEach(() => {
  unsubscribe();
  return intake.close();
});

function start(): void {
  unsubscribe();
  const profile = buildProfile(checkConfig({}, 'test', {}), []);
  const declared = () => ({ facts: [], exceptions: [], decisions: [] });
  const contrasts = { read: () => [], save: () => {} };
  engine = new Engine({ profile, reader: intake.collector.reader, declared, contrasts, clock, timezone: 'UTC' });
  unsubscribe = intake.collector.onCommit((notice) => engine.apply(notice));
  engine.tick();
}

/** What was judged at each tick of a stretch. */
interface Judged {
  readonly watermarks: readonly number[];
  readonly states: readonly unknown[];
}

/** Exports every 10 s by a clock that is `skewMs` from ours; null = nobody exports. All requests take `seconds`. */
async function pass(minutes: number, skewMs: number | null, seconds = 0.02): Promise<Judged> {
  const watermarks: number[] = [];
  const states: unknown[] = [];
  for (let slice = 0; slice < minutes * 6; slice += 1) {
    clock.advance(10_000);
    if (skewMs !== null) await send(clock.nowMs() + skewMs - 1, seconds);
    if (engine.isBehind()) engine.tick();
    watermarks.push(engine.state.watermarkMs);
    const evaluation = engine.state.evaluations.get('search-latency');
    states.push(`${evaluation?.state} ${evaluation?.page?.state}`);
  }
  return { watermarks, states: [...new Set(states)] };
}

async function send(endMs: number, seconds: number): Promise<void> {
  const attributes = { 'seam.domain': 'search', 'seam.operation': 'GET /api/search', entry: 'true', outcome: 'ok' };
  const point = { metric: metric.requestDuration, attributes, seconds: new Array(50).fill(seconds) };
  expect(await intake.send('metrics', metricsRequest([point], endMs))).toBe(200);
}

function expectRising(watermarks: readonly number[]): void {
  for (const [index, watermark] of watermarks.entries())
    expect(watermark).toBeGreaterThanOrEqual(watermarks[index - 1] ?? 0);
}

it('an hour back while running changes no state, judges nothing twice, and judging goes on when the clock is there again', async () => {
  await pass(10, 0);
  const before = engine.state.watermarkMs;
  clock.set(clock.nowMs() - hourMs);
  const during = await pass(30, 0);
  expect(during.states).toEqual(['met ok']);
  expect(new Set(during.watermarks)).toEqual(new Set([before]));
  expect(engine.clockProblem()).toContain('the clock was set back');
  const counted = engine.counterOf('search-latency').events;
  expect(counted).toBeGreaterThan(0);
  const after = await pass(33, 0);
  expectRising([before, ...after.watermarks]);
  expect(after.states).toEqual(['met ok']);
  expect(engine.state.watermarkMs).toBe(before + 3 * minuteMs);
  // Three minutes, and the two slices at whose end the clock went back: they are lived through twice.
  expect(engine.counterOf('search-latency').events).toBe(counted + (3 * 6 + 2) * 50);
  const slow = await pass(5, 0, 3);
  expect(slow.states).toContain('breached firing');
});

it('an hour back of the own clock alone holds up nothing: a fault is seen as ever', async () => {
  await pass(10, 0);
  clock.set(clock.nowMs() - hourMs);
  const during = await pass(10, hourMs);
  expectRising(during.watermarks);
  expect(during.states).toEqual(['met ok']);
  expect((await pass(5, hourMs, 3)).states).toContain('breached firing');
});

it('a day ahead and back, with and without telemetry of the wrong time, changes no state', async () => {
  for (const skewMs of [-dayMs, null]) {
    await pass(10, 0);
    clock.set(clock.nowMs() + dayMs);
    const ahead = await pass(skewMs === null ? 0.5 : 5, skewMs);
    expect(ahead.states).toEqual(['met ok']);
    expectRising(ahead.watermarks);
    clock.set(clock.nowMs() - dayMs);
    const back = await pass(5, 0);
    expect(back.states).toEqual(['met ok']);
    expectRising([...ahead.watermarks, ...back.watermarks]);
  }
});

it('a signal whose points are of a time to come is not taken for fresh once nothing comes any more', async () => {
  await pass(10, 0);
  clock.set(clock.nowMs() + dayMs);
  await pass(5, 0);
  clock.set(clock.nowMs() - dayMs);
  await pass(12, null);
  expect(engine.state.watermarkMs).toBeLessThan(clock.nowMs());
  expect(engine.state.evaluations.get('search-latency')).toMatchObject({ state: 'unknown' });
});

it('a restart that finds the clock an hour back judges no more than the last slice of that hour again', async () => {
  await pass(10, 0);
  const before = engine.state.watermarkMs;
  clock.set(clock.nowMs() - hourMs);
  start();
  const during = await pass(5, 0);
  expect(during.states).toEqual(['met ok']);
  expect(Math.min(...during.watermarks)).toBeGreaterThanOrEqual(before - 10_000);
});
