/** How many requests may come: a steady rate, and a burst above it. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { secondMs } from '../../../src/kernel/duration.ts';

/** Takes one token and returns 0, or takes none and returns the ms until there is one. */
export type TokenBucket = () => number;

/** Starts full. Follows the monotonic clock. */
export function createTokenBucket(clock: Clock, perSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let filledMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + ((nowMs - filledMs) / secondMs) * perSecond);
    filledMs = nowMs;
    if (tokens >= 1) {
      tokens -= 1;
      return 0;
    }
    return ((1 - tokens) / perSecond) * secondMs;
  };
}
