/** Which rate comes next: up until something breaks, then between the last that held and the first that did not. Pure. */
import type { RehearsalStep } from '../src/contract/index.ts';

/** Arrivals per second; steps of 0.1. */
export interface StaircasePlan {
  /** Ascending; climbing ends with the first step that broke. */
  readonly rates: readonly number[];
  /** Steps that narrow the interval afterwards. */
  readonly bisections: number;
}

/** A step that is over. */
export type Tried = Pick<RehearsalStep, 'offeredPerSecond' | 'verdict'>;

/** `start`, `start × factor`, …: `steps` of them. */
export function staircaseRates(start: number, factor: number, steps: number): readonly number[] {
  return Array.from({ length: steps }, (_, nth) => rounded(start * factor ** nth));
}

/** Null when there is nothing left to try. `tried` in the order in which they were. */
export function nextRate(plan: StaircasePlan, tried: readonly Tried[]): number | null {
  const firstBroken = tried.findIndex(({ verdict }) => verdict === 'broke');
  if (firstBroken < 0) return plan.rates[tried.length] ?? null;
  if (tried.length - firstBroken - 1 >= plan.bisections) return null;
  const bad = Math.min(...ratesOf(tried, ({ verdict }) => verdict === 'broke'));
  const good = Math.max(0, ...ratesOf(tried, (step) => step.verdict === 'held' && step.offeredPerSecond < bad));
  // What could not be judged is not tried again: the search goes on below it.
  const ceiling = Math.min(
    bad,
    ...ratesOf(tried, (step) => step.verdict === 'unknown' && step.offeredPerSecond > good),
  );
  const middle = (good + ceiling) / 2;
  const next = ceiling - good >= 4 ? Math.round(middle) : rounded(middle);
  return next > good && next < ceiling ? next : null;
}

function ratesOf(tried: readonly Tried[], wanted: (step: Tried) => boolean): readonly number[] {
  return tried.filter(wanted).map(({ offeredPerSecond }) => offeredPerSecond);
}

function rounded(rate: number): number {
  return Math.max(0.1, Math.round(rate * 10) / 10);
}
