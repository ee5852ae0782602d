/** Randomness as a parameter, so that a seed repeats a run. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** The machine's randomness. */
export const systemRandom: Random = () => Math.random();

/** The same sequence for the same seed: a Weyl sequence whose 32 bits are mixed (splitmix, after G. Steele et al., 2014). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
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
