/** What the search benchmarks share: which traces are asked for, and how their times are summed up. */
import { seededRandom } from '../src/kernel/ids.ts';
import { quantileOf } from '../src/kernel/statistics.ts';

/** Milliseconds; the median and the slowest in a hundred. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function latencyOf(times: readonly number[]): Latency {
  return { p50Ms: quantileOf(times, 0.5) ?? 0, p99Ms: quantileOf(times, 0.99) ?? 0 };
}

/** For people. */
export function latencyText({ p50Ms, p99Ms }: Latency): string {
  return `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
}

/** `count` of them, in a random order that is the same in every run, with repeats where there are fewer. */
export function pick<Item>(from: readonly Item[], count: number): Item[] {
  const random = seededRandom(3);
  return Array.from({ length: count }, () => from[Math.floor(random() * from.length)]).filter(
    (item): item is Item => item !== undefined,
  );
}
