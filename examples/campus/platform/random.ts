/** Randomness as a parameter, so that a seed repeats a run. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** The machine's randomness. */
export const systemRandom: Random = () => Math.random();

/** The same sequence for the same seed (a 32-bit xorshift after G. Marsaglia, 2003). */
export function seededRandom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** A whole number in [low, high], both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/**
 * One of the items.
 * @throws RangeError for an empty list
 */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from: the list is empty');
  return item;
}
