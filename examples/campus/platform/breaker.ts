/** A deadline and a small circuit breaker around a call that the caller can do without. */
import type { Clock } from './clock.ts';

/** Opens after `failures` failures in a row and lets one trial through after `openMs`; a call may take `deadlineMs`. */
export interface BreakerOptions {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly failures: number;
  readonly openMs: number;
}

/** `call` resolves to the answer, or to null when the circuit is open, the call fails or the deadline passes. */
export interface Breaker {
  readonly call: <T>(work: () => Promise<T>) => Promise<T | null>;
  readonly state: () => 'closed' | 'open';
}

/** A closed breaker. */
export function createBreaker(options: BreakerOptions): Breaker {
  let failedInARow = 0;
  let openUntilMs = Number.NEGATIVE_INFINITY;
  const fail = (): null => {
    failedInARow += 1;
    if (failedInARow >= options.failures) openUntilMs = options.clock.monotonicMs() + options.openMs;
    return null;
  };
  const isOpen = (): boolean => options.clock.monotonicMs() < openUntilMs;
  return {
    state: () => (isOpen() ? 'open' : 'closed'),
    call: async (work) => {
      if (isOpen()) return null;
      const late = Symbol('late');
      try {
        const answer = await beforeDeadline(work(), options.deadlineMs, late);
        if (answer === late) return fail();
        failedInARow = 0;
        return answer;
      } catch {
        return fail();
      }
    },
  };
}

async function beforeDeadline<T, L extends symbol>(work: Promise<T>, deadlineMs: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), deadlineMs);
  });
  // A loser that fails later has been answered for already.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
