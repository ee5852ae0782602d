/** When probes run, under a clock and a timer that stand still until they are told. */
import { describe, expect, it } from 'vitest';
import { fakeClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { createGate, firstWaitMs, nextWaitMs, startBeat } from './scheduler.ts';
import { createTestTimer } from './timer-fixture.ts';

describe('the beat of a probe', () => {
  it('begins after its offset and keeps its phase, however long the runs take', async () => {
    const clock = fakeClock(0);
    const { timer, advance } = createTestTimer(clock);
    const starts: number[] = [];
    const beat = startBeat({
      everyMs: 1_000,
      firstWaitMs: 300,
      clock,
      timer,
      work: async () => {
        starts.push(clock.monotonicMs());
        clock.advance(40);
      },
    });
    await advance(3_500);
    expect(starts).toEqual([300, 1_300, 2_300, 3_300]);
    await beat.close();
    await advance(5_000);
    expect(starts).toHaveLength(4);
  });

  it('never overlaps itself: beats that pass during a run are left out', async () => {
    const clock = fakeClock(0);
    const { timer, advance } = createTestTimer(clock);
    const starts: number[] = [];
    let finish = (): void => {};
    const beat = startBeat({
      everyMs: 1_000,
      firstWaitMs: 0,
      clock,
      timer,
      work: () => {
        starts.push(clock.monotonicMs());
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    await advance(2_500);
    expect(starts).toEqual([0]);
    finish();
    await advance(600);
    expect(starts).toEqual([0, 3_000]);
    finish();
    await beat.close();
  });

  it('waits for the run in progress when it is closed', async () => {
    const clock = fakeClock(0);
    const { timer, advance } = createTestTimer(clock);
    let finish = (): void => {};
    const done: string[] = [];
    const beat = startBeat({
      everyMs: 1_000,
      firstWaitMs: 0,
      clock,
      timer,
      work: async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        done.push('run');
      },
    });
    await advance(0);
    const closing = beat.close().then(() => done.push('closed'));
    finish();
    await closing;
    expect(done).toEqual(['run', 'closed']);
  });
});

describe('nextWaitMs', () => {
  it.each([
    [300, 300, 1_000],
    [300, 340, 960],
    [300, 1_300, 1_000],
    [300, 4_299, 1],
  ])('from a first beat at %i, at %i, is %i ms', (first, now, wait) => {
    expect(nextWaitMs(first, 1_000, now)).toBe(wait);
  });
});

describe('the start offset', () => {
  it('is the same for the same seed, below 10 s, below the period, and different for each probe', () => {
    const offsets = (everyMs: number): number[] => {
      const random = seededRandom(7);
      return Array.from({ length: 5 }, () => firstWaitMs(everyMs, random));
    };
    expect(offsets(60_000)).toEqual(offsets(60_000));
    expect(new Set(offsets(60_000)).size).toBe(5);
    expect(Math.max(...offsets(60_000))).toBeLessThan(10_000);
    expect(Math.max(...offsets(2_000))).toBeLessThan(2_000);
  });
});

describe('the gate', () => {
  it('lets in as many as it may, the others in their order, also after a failure', async () => {
    const gate = createGate(2);
    const inside: string[] = [];
    const leave = new Map<string, (fail: boolean) => void>();
    const enter = (name: string): Promise<void> =>
      gate(() => {
        inside.push(name);
        return new Promise((resolve, reject) => {
          leave.set(name, (fail) => (fail ? reject(new RangeError(name)) : resolve()));
        });
      });
    const all = ['a', 'b', 'c', 'd'].map((name) => enter(name).catch(() => {}));
    await Promise.resolve();
    expect(inside).toEqual(['a', 'b']);
    leave.get('b')?.(true);
    await expect.poll(() => inside).toEqual(['a', 'b', 'c']);
    leave.get('a')?.(false);
    await expect.poll(() => inside).toEqual(['a', 'b', 'c', 'd']);
    for (const name of ['c', 'd']) leave.get(name)?.(false);
    await Promise.all(all);
  });
});
