/** A timer that rings when a fake clock is told to move; for tests. */
import { setImmediate } from 'node:timers/promises';
import type { FakeClock } from '../src/kernel/clock.ts';
import type { Timer } from './scheduler.ts';

/** `advance` moves the clock from ring to ring and lets the work that was set off get as far as it can. */
export interface TestTimer {
  readonly timer: Timer;
  readonly advance: (ms: number) => Promise<void>;
  /** Rings that are planned, ms of the monotonic clock. */
  readonly planned: () => readonly number[];
}

/** Nothing is planned at first. */
export function createTestTimer(clock: FakeClock): TestTimer {
  const rings = new Set<{ readonly atMs: number; readonly work: () => void }>();
  const next = () => [...rings].sort((left, right) => left.atMs - right.atMs)[0];
  return {
    timer: (delayMs, work) => {
      const ring = { atMs: clock.monotonicMs() + delayMs, work };
      rings.add(ring);
      return () => rings.delete(ring);
    },
    advance: async (ms) => {
      await setImmediate();
      const endMs = clock.monotonicMs() + ms;
      for (let ring = next(); ring !== undefined && ring.atMs <= endMs; ring = next()) {
        clock.advance(Math.max(0, ring.atMs - clock.monotonicMs()));
        rings.delete(ring);
        ring.work();
        await setImmediate();
      }
      clock.advance(Math.max(0, endMs - clock.monotonicMs()));
      await setImmediate();
    },
    planned: () => [...rings].map(({ atMs }) => atMs).sort((left, right) => left - right),
  };
}
