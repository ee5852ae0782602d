/** How long to wait before trying again: exponential with full jitter. */

/**
 * A delay in ms in [0, min(maxMs, baseMs × 2^attempt)); `attempt` counts from 0 and `random` is in [0, 1).
 * Full jitter, after "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
 */
export function backoffMs(attempt: number, baseMs: number, maxMs: number, random: () => number): number {
  return random() * Math.min(maxMs, baseMs * 2 ** attempt);
}
