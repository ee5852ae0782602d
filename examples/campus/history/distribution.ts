/** Latency distributions of the simulated past, and how many of n events fall into each bucket. Pure; randomness is passed in. */

/** A mixture of parts; weights sum to 1. Values are in seconds. */
export type Part =
  | { readonly kind: 'lognormal'; readonly weight: number; readonly median: number; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly weight: number; readonly from: number; readonly to: number };

export type Distribution = readonly Part[];

/** Events per bucket; one more than bounds. `sum` is the sum of values, estimated by bucket middles. */
export interface Buckets {
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Share of values ≤ x seconds, 0..1. */
export function shareAtMost(distribution: Distribution, x: number): number {
  return distribution.reduce((share, part) => share + part.weight * partShare(part, x), 0);
}

/** Spreads `events` (an integer ≥ 0) over the buckets; expected counts are rounded at random so that they sum exactly. */
export function fillBuckets(
  distribution: Distribution,
  bounds: readonly number[],
  events: number,
  random: () => number,
): Buckets {
  const counts: number[] = [];
  let below = 0;
  let placed = 0;
  let sum = 0;
  for (let index = 0; index <= bounds.length; index += 1) {
    const bound = bounds[index];
    const upTo = bound === undefined ? 1 : shareAtMost(distribution, bound);
    const wanted = events * upTo - placed;
    const last = index === bounds.length;
    const count = last ? events - placed : Math.max(0, Math.min(events - placed, Math.floor(wanted + random())));
    counts.push(count);
    placed += count;
    sum += (count * (below + (bound ?? below * 1.5))) / 2;
    below = bound ?? below;
  }
  return { counts, sum };
}

/** An integer around `expected`: Poisson by its normal approximation above 30, exact below. */
export function poisson(expected: number, random: () => number): number {
  if (expected <= 0) return 0;
  if (expected > 30) return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal(random)));
  const limit = Math.exp(-expected);
  let events = 0;
  for (let product = random(); product > limit && events < 200; product *= random()) events += 1;
  return events;
}

function partShare(part: Part, x: number): number {
  if (part.kind === 'uniform') return Math.min(1, Math.max(0, (x - part.from) / (part.to - part.from)));
  return x <= 0 ? 0 : normalCdf(Math.log(x / part.median) / part.sigma);
}

/** Standard normal by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Abramowitz and Stegun 26.2.17, |error| < 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const density = 0.3989422804014327 * Math.exp((-z * z) / 2);
  const tail =
    density * t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}
