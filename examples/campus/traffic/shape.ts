/** When simulated users arrive: an open model, so a slow answer never delays the next arrival. Pure. */
import type { Random } from '../platform/index.ts';

/** A demo's day, in ms: busy and quiet hours pass in twelve minutes. */
export const demoDayMs = 720_000;

/** How far busy and quiet hours are from the mean. */
const amplitude = 0.2;

/** Factor on the rate (0.8 to 1.2) at a moment of the demo's day; 1 on average. */
export function dayFactor(sinceStartMs: number): number {
  return 1 + amplitude * Math.sin((2 * Math.PI * sinceStartMs) / demoDayMs);
}

/** Ms until the next arrival of a Poisson process with this rate, which must be above zero. */
export function arrivalGapMs(ratePerSecond: number, random: Random): number {
  return (-Math.log(1 - random()) / ratePerSecond) * 1_000;
}
