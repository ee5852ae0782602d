/** Noisy neighbour: is the victim slower in the minutes in which the aggressor takes its largest share? An association, never a proof. */
import { type Interval, median, quantileOf } from '../kernel/statistics.ts';

/** One minute in which both domains were observed. */
export interface NeighbourMinute {
  /** Unix ms of its start; blocks of the bootstrap are cut by it. */
  readonly startMs: number;
  /** The aggressor's share of a resource (database time, CPU), 0..1. */
  readonly aggressorShare: number;
  /** The victim's own load, such as its requests in that minute. */
  readonly victimLoad: number;
  /** The victim's p95 in ms. */
  readonly victimP95Ms: number;
}

/** How the contrast is taken. */
export interface ContrastOptions {
  /** The victim's limit in ms, to say whether it was broken in the aggressor's busiest quarter. */
  readonly victimLimitMs: number;
  /** Minutes below which the answer is unknown. */
  readonly minimumMinutes: number;
  /** Strata of the victim's load; 10 = deciles. */
  readonly strata?: number;
  /** Length of a bootstrap block in ms: neighbouring minutes resemble each other. An hour, or a day over many days. */
  readonly blockMs?: number;
  readonly resamples?: number;
  /** In [0, 1), seeded by the caller, so that the same minutes give the same interval. */
  readonly random: () => number;
}

/** `effectMs` > 0: slower beside the busy aggressor. Null values carry the reason. */
export interface NeighbourContrast {
  readonly effectMs: number | null;
  readonly interval: Interval | null;
  readonly minutes: number;
  /** The victim's median p95 in the busiest quarter is above its limit. */
  readonly victimBreached: boolean | null;
  readonly reason: string | null;
}

const defaultBlockMs = 3_600_000;
const minimumBlocks = 4;

/**
 * Minutes in the top quarter of the aggressor's share against those in the bottom quarter, compared within strata of the
 * victim's own load; the effect is the median of the strata's differences, its 95 % interval comes from a block bootstrap.
 */
export function noisyNeighbour(minutes: readonly NeighbourMinute[], options: ContrastOptions): NeighbourContrast {
  const unknown = (reason: string): NeighbourContrast => ({
    ...{ effectMs: null, interval: null, victimBreached: null },
    minutes: minutes.length,
    reason,
  });
  if (minutes.length < options.minimumMinutes) {
    return unknown(`${minutes.length} minutes with both domains, ${options.minimumMinutes} are needed`);
  }
  const cuts = cutsOf(minutes, options.strata ?? 10);
  if (cuts.low >= cuts.high)
    return unknown("the aggressor's share hardly varies, so its quarters can not be told apart");
  const blocks = blocksOf(minutes, options.blockMs ?? defaultBlockMs);
  if (blocks.length < minimumBlocks) return unknown(`${blocks.length} blocks of time, ${minimumBlocks} are needed`);
  const effectMs = effectOf(minutes, cuts);
  const interval = bootstrap(blocks, cuts, options);
  if (effectMs === null || interval === null) return unknown('no load of the victim occurs in both quarters');
  const busiest = median(
    minutes.filter(({ aggressorShare }) => aggressorShare >= cuts.high).map(({ victimP95Ms }) => victimP95Ms),
  );
  return {
    effectMs,
    interval,
    minutes: minutes.length,
    victimBreached: busiest === null ? null : busiest > options.victimLimitMs,
    reason: null,
  };
}

/** Quarters of the share and bounds of the load strata; fixed once, so that resamples are compared alike. */
interface Cuts {
  readonly low: number;
  readonly high: number;
  readonly loads: readonly number[];
}

function cutsOf(minutes: readonly NeighbourMinute[], strata: number): Cuts {
  const shares = minutes.map(({ aggressorShare }) => aggressorShare);
  const loads = minutes.map(({ victimLoad }) => victimLoad);
  return {
    low: quantileOf(shares, 0.25) ?? 0,
    high: quantileOf(shares, 0.75) ?? 0,
    loads: Array.from({ length: strata - 1 }, (_, index) => quantileOf(loads, (index + 1) / strata) ?? 0),
  };
}

/** Median over the strata of (median p95 beside the busy − beside the quiet aggressor); null when no stratum has both. */
function effectOf(minutes: readonly NeighbourMinute[], cuts: Cuts): number | null {
  const strata = new Map<number, { busy: number[]; quiet: number[] }>();
  for (const minute of minutes) {
    const stratum = cuts.loads.filter((bound) => minute.victimLoad > bound).length;
    const cell = strata.get(stratum) ?? { busy: [], quiet: [] };
    if (minute.aggressorShare >= cuts.high) cell.busy.push(minute.victimP95Ms);
    else if (minute.aggressorShare <= cuts.low) cell.quiet.push(minute.victimP95Ms);
    strata.set(stratum, cell);
  }
  const differences = [...strata.values()].flatMap(({ busy, quiet }) => {
    const [top, bottom] = [median(busy), median(quiet)];
    return top === null || bottom === null ? [] : [top - bottom];
  });
  return median(differences);
}

function bootstrap(
  blocks: readonly (readonly NeighbourMinute[])[],
  cuts: Cuts,
  options: ContrastOptions,
): Interval | null {
  const effects = Array.from({ length: options.resamples ?? 400 }, () => {
    const drawn = blocks.flatMap(() => blocks[Math.floor(options.random() * blocks.length)] ?? []);
    return effectOf(drawn, cuts);
  }).filter((effect) => effect !== null);
  const low = quantileOf(effects, 0.025);
  const high = quantileOf(effects, 0.975);
  return low === null || high === null ? null : { low, high, level: 0.95 };
}

function blocksOf(minutes: readonly NeighbourMinute[], blockMs: number): readonly (readonly NeighbourMinute[])[] {
  const blocks = new Map<number, NeighbourMinute[]>();
  for (const minute of minutes) {
    const key = Math.floor(minute.startMs / blockMs);
    blocks.set(key, [...(blocks.get(key) ?? []), minute]);
  }
  return [...blocks.values()];
}
