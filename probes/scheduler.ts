/** When probes run: each at its own beat from a random start, never two runs of one at once, few at once altogether. */
import type { Clock } from '../src/kernel/clock.ts';
import { after, type Scheduled } from '../src/kernel/schedule.ts';

/** Calls back once after some ms; the returned function cancels. The kernel's `after`, or a test's own. */
export type Timer = (delayMs: number, work: () => void) => () => void;

/** The first run comes within this time, so that a new start shows something soon. */
export const longestFirstWaitMs = 10_000;

/** Probes that run at the same time, at most. */
export const mostAtOnce = 4;

/** Ms until the first run: random in [0, min(period, 10 s)), so that probes do not start together. */
export function firstWaitMs(everyMs: number, random: () => number): number {
  return random() * Math.min(everyMs, longestFirstWaitMs);
}

/**
 * Ms from `nowMs` to the next beat of `firstMs + k × everyMs` that is still to come; beats that were missed are not made up for.
 * Never 0.
 */
export function nextWaitMs(firstMs: number, everyMs: number, nowMs: number): number {
  const beats = Math.floor((nowMs - firstMs) / everyMs) + 1;
  return firstMs + beats * everyMs - nowMs;
}

/** What a beat needs. */
export interface BeatOptions {
  readonly everyMs: number;
  readonly firstWaitMs: number;
  readonly clock: Clock;
  readonly timer?: Timer;
  /** Never throws. */
  readonly work: () => Promise<void>;
}

/** Starts the beat; `close` waits for the work in progress. */
export function startBeat({ everyMs, firstWaitMs: waitMs, clock, timer = after, work }: BeatOptions): Scheduled {
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  const firstMs = clock.monotonicMs() + waitMs;
  const beat = async (): Promise<void> => {
    await work();
    if (!closed) cancel = plan(nextWaitMs(firstMs, everyMs, clock.monotonicMs()));
  };
  const plan = (delayMs: number): (() => void) =>
    timer(delayMs, () => {
      running = beat();
    });
  let cancel = plan(waitMs);
  return {
    close: async () => {
      closed = true;
      cancel();
      await running;
    },
  };
}

/** Lets `most` run at the same time; the others wait in the order they came. */
export function createGate(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else inside += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    }
  };
}
