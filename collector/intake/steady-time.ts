/** What the clock would say without its jumps of the last day, so that a jump of ours refuses nobody's points. */
import type { Clock } from '../../src/kernel/clock.ts';
import { dayMs, minuteMs } from '../../src/kernel/duration.ts';

/** Less is no jump: the clock is being corrected little by little. */
const evenMs = minuteMs;
/** So long after a jump the clock alone counts again. */
const rememberMs = dayMs;

/** Unix ms at each call; to be called often. */
export function createSteadyTime(clock: Clock): () => number {
  let aheadMs = clock.nowMs() - clock.monotonicMs();
  let jumpedMs: number | null = null;
  return () => {
    const wallMs = clock.nowMs();
    const monotonicMs = clock.monotonicMs();
    const isEven = Math.abs(wallMs - monotonicMs - aheadMs) <= evenMs;
    jumpedMs = isEven ? null : (jumpedMs ?? monotonicMs);
    if (isEven || monotonicMs - (jumpedMs ?? monotonicMs) >= rememberMs) {
      aheadMs = wallMs - monotonicMs;
      jumpedMs = null;
    }
    return aheadMs + monotonicMs;
  };
}
