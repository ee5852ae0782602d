import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../collector/index.ts';
import { buildProfile } from '../app/index.ts';
import { checkConfig } from '../config.ts';
import { fakeClock } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { dayMs } from '../kernel/duration.ts';
import type { StoredContrast } from './contrast-days.ts';
import { Engine } from './engine.ts';
import { type IntakeFixture, metricsRequest, openIntake, type Point } from './intake-fixture.ts';
import { Views } from './views.ts';

const startMs = Date.UTC(2026, 9, 20, 12);
const clock = fakeClock(startMs);
let intake: IntakeFixture;
const kept: StoredContrast[] = [];

beforeEach(async () => {
  clock.set(startMs);
  intake = await openIntake(clock, fetch);
});
afterEach(() => intake.close());

const search = (outcome: string, seconds: readonly number[]): Point => ({
  metric: metric.requestDuration,
  attributes: { 'seam.domain': 'search', 'seam.operation': 'GET /api/search', entry: 'true', outcome },
  seconds,
});

function newEngine(reader = intake.collector.reader): Engine {
  const profile = buildProfile(checkConfig({}, 'test', {}), []);
  const declared = () => ({ facts: [], exceptions: [], decisions: [] });
  const contrasts = { read: () => [], save: (one: StoredContrast) => void kept.push(one) };
  return new Engine({ profile, reader, declared, contrasts, clock, timezone: 'UTC' });
}

/** Exports every 10 s for `count` slices, the clock moving along. */
async function exportSlices(count: number, points: readonly Point[]): Promise<void> {
  for (let slice = 0; slice < count; slice += 1) {
    clock.advance(10_000);
    expect(await intake.send('metrics', metricsRequest(points, clock.nowMs() - 1))).toBe(200);
  }
}

const stateOf = (engine: Engine, id: string) => engine.state.evaluations.get(id);

describe('engine', () => {
  it('counts every event once and turns a fault into a breach and back', async () => {
    const engine = newEngine();
    engine.tick();
    intake.collector.onCommit((notice) => engine.apply(notice));
    await exportSlices(60, [search('ok', new Array(50).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')).toMatchObject({
      state: 'met',
      windows: [
        { good: 3000, total: 3000 },
        { good: 600, total: 600 },
      ],
    });

    await exportSlices(6, [search('error', new Array(20).fill(0.001)), search('ok', new Array(30).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')).toMatchObject({ state: 'breached', page: { state: 'firing' } });
    expect(stateOf(engine, 'search-latency')?.windows[0]).toMatchObject({ good: 3180, total: 3300 });
    expect(stateOf(engine, 'search-latency')?.reason).toContain('2m');

    await exportSlices(40, [search('ok', new Array(50).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')).toMatchObject({ state: 'met', page: { state: 'ok' } });
    expect(engine.counterOf('search-latency')).toEqual({ good: 5180, events: 5300 });
  });

  it('says the same when it is rebuilt from the store as when it heard every commit', async () => {
    const engine = newEngine();
    intake.collector.onCommit((notice) => engine.apply(notice));
    await intake.send('metrics', metricsRequest([search('ok', [0.02, 0.3])], startMs - 20 * dayMs, true));
    await exportSlices(30, [search('ok', [0.02, 0.05, 0.2]), search('error', [0.4])]);
    clock.advance(25_000);
    engine.tick();
    const reader = openHistory(intake.file);
    const rebuilt = newEngine(reader);
    rebuilt.tick();
    expect([...rebuilt.state.evaluations]).toEqual([...engine.state.evaluations]);
    expect(rebuilt.state.triggers).toEqual(engine.state.triggers);
    expect(stateOf(rebuilt, 'search-latency')?.windows[0]).toMatchObject({
      good: 61,
      total: 122,
      synthetic: { good: 1, total: 2 },
    });
    reader.close();
  });

  it('is behind exactly when a slice has become complete since the last tick, not when the clock went back', () => {
    const engine = newEngine();
    expect(engine.isBehind()).toBe(true);
    engine.tick();
    clock.advance(9_999);
    expect(engine.isBehind()).toBe(false);
    clock.advance(1);
    expect(engine.isBehind()).toBe(true);
    engine.tick();
    expect(engine.isBehind()).toBe(false);
    clock.set(startMs - 60_000);
    expect(engine.isBehind()).toBe(false);
  });

  it('gives the rate of an app that started a minute ago over that minute, not over a quarter of an hour', async () => {
    const engine = newEngine();
    intake.collector.onCommit((notice) => engine.apply(notice));
    await exportSlices(6, [search('ok', new Array(10).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    const row = new Views(engine, { tool: 'test', commit: null }).domains().find((domain) => domain.id === 'search');
    expect(row).toMatchObject({ requestsPerMinute: 60, errorRatio: 0 });
  });

  it('knows nothing without data, and says so for every measured objective', () => {
    const engine = newEngine();
    engine.tick();
    const states = [...engine.state.evaluations.values()].map((one) => one.state);
    expect(states.length).toBeGreaterThan(15);
    expect(states.filter((state) => state === 'met' || state === 'breached')).toEqual([]);
    expect(engine.state.triggers.map((trigger) => [trigger.id, trigger.state])).toEqual(
      ['P0', 'P1', 'P2', 'P3', 'P4', 'P5'].map((id) => [id, 'unknown']),
    );
    expect(new Views(engine, { tool: 'test', commit: null }).readiness().exit.code).toBe(3);
  });

  it('becomes unknown, not better, when a second app sends buckets without the threshold', async () => {
    const engine = newEngine();
    intake.collector.onCommit((notice) => engine.apply(notice));
    await exportSlices(30, [search('ok', new Array(10).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')?.state).toBe('met');
    const foreign = {
      ...search('ok', [0.3, 0.4]),
      bounds: [0.05, 0.25, 0.5, 1],
      attributes: { ...search('ok', []).attributes, app: 'two' },
    };
    await exportSlices(3, [search('ok', new Array(10).fill(0.02)), foreign]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')?.state).toBe('unknown');
    expect(stateOf(engine, 'search-latency')?.reason).toMatch(/100 ms is no bucket bound/);
    const rebuilt = newEngine(openHistory(intake.file));
    rebuilt.tick();
    expect(stateOf(rebuilt, 'search-latency')).toEqual(stateOf(engine, 'search-latency'));
  });

  it('becomes unknown when exports stop, however good the past was', async () => {
    const engine = newEngine();
    intake.collector.onCommit((notice) => engine.apply(notice));
    await exportSlices(30, [search('ok', new Array(10).fill(0.02))]);
    clock.advance(20_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')?.state).toBe('met');
    clock.advance(300_000);
    engine.tick();
    expect(stateOf(engine, 'search-latency')).toMatchObject({ state: 'unknown' });
    expect(stateOf(engine, 'search-latency')?.reason).toMatch(/stale/);
  });

  it('fires a trigger on 10 of 14 simulated days, marks it so, and re-judges a day that is corrected later', async () => {
    const engine = newEngine();
    intake.collector.onCommit((notice) => engine.apply(notice));
    const slow = (seconds: number): Point => ({
      metric: metric.notificationDelivery,
      attributes: { 'seam.domain': 'notifications', channel: 'in_app', type: 'post.created' },
      seconds: new Array(100).fill(seconds),
    });
    for (let age = 14; age >= 1; age -= 1) {
      await intake.send('metrics', metricsRequest([slow(age > 10 ? 1 : 6.5)], startMs - age * dayMs, true));
    }
    clock.advance(30_000);
    engine.tick();
    const fired = () => engine.state.triggers.find((trigger) => trigger.id === 'P1');
    expect(fired()).toMatchObject({ state: 'fired', synthetic: true, days: { exceeding: 10, evaluable: 14, of: 14 } });
    for (let add = 0; add < 25; add += 1) {
      await intake.send('metrics', metricsRequest([slow(0.5), slow(0.4)], startMs - 2 * dayMs + add * 10_000, true));
    }
    engine.tick();
    expect(fired()).toMatchObject({ days: { exceeding: 9 } });
    expect(fired()?.state).not.toBe('fired');
  });
});
