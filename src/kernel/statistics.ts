/** The statistics that verdicts stand on: Wilson intervals, medians, quantile intervals, a seeded block bootstrap. Pure. */

/** A two-sided interval; `level` is its confidence, 0..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/** z for the usual confidence levels of a two-sided interval. */
const zOf: Readonly<Record<string, number>> = {
  '0.9': 1.6448536269514722,
  '0.95': 1.959963984540054,
  '0.99': 2.5758293035489004,
};

/**
 * Wilson score interval of a proportion (E. B. Wilson 1927). `n` > 0 trials, 0 ≤ successes ≤ n.
 * `level` is 0.9, 0.95 or 0.99; the lower end of the 0.9 interval is the one-sided 95 % bound.
 */
export function wilsonInterval(successes: number, n: number, level: 0.9 | 0.95 | 0.99 = 0.95): Interval {
  const z = zOf[String(level)] ?? 1.959963984540054;
  const p = successes / n;
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), level };
}

/** The middle value; the mean of the two middle ones for an even count; null when empty. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * Ranks (1-based) of the order statistics that enclose the q-quantile of n independent values with about `level` confidence,
 * by the normal approximation of the binomial; clamped to 1..n.
 */
export function quantileRanks(
  n: number,
  q: number,
  level: 0.9 | 0.95 | 0.99 = 0.95,
): { readonly low: number; readonly high: number } {
  const z = zOf[String(level)] ?? 1.959963984540054;
  const half = z * Math.sqrt(n * q * (1 - q));
  return { low: Math.max(1, Math.floor(n * q - half)), high: Math.min(n, Math.ceil(n * q + half) + 1) };
}

/** The p-quantile (0..1) of unsorted values by linear interpolation (R type 7); null when empty. */
export function quantileOf(values: readonly number[], p: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((left, right) => left - right);
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
