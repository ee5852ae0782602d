/** How long to wait before trying again. */

/**
 * Full jitter: a random wait in [0, min(capMs, baseMs × 2^attempt)), so that those who failed together do not come back together.
 * @param attempt 0 before the first repetition
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, baseMs: number, capMs: number, random: () => number): number {
  return random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
}
