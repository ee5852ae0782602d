/** Where the parts of a staircase picture stand. Pure; pixels, the origin at the top left. */
import type { RehearsalAnswer } from '../../contract/index.ts';
import { rateText } from '../format/rehearsal-sentence.ts';
import { linearTicks } from './plot-scale.ts';

/** The box inside the axes. */
export const stairBox = { left: 52, top: 22, bottom: 34, right: 8, height: 260 } as const;

export interface StairColumn {
  readonly x: number;
  readonly width: number;
  readonly offeredY: number;
  /** Null when it is not known what was achieved. */
  readonly achievedY: number | null;
}

export interface Staircase {
  readonly floor: number;
  readonly ticks: readonly { readonly y: number; readonly label: string }[];
  readonly columns: readonly StairColumn[];
  /** The interval in which the first objective breaks; from the floor when already the first step broke. */
  readonly band: { readonly y: number; readonly height: number; readonly label: string } | null;
  readonly peak: { readonly y: number; readonly label: string } | null;
}

type Drawn = Pick<RehearsalAnswer, 'steps' | 'breaking' | 'todayPeakPerSecond'>;

/** The picture at a width; at least one step is needed for columns. */
export function layOutStairs(rehearsal: Drawn, width: number): Staircase {
  const { left, top, bottom, right, height } = stairBox;
  const floor = height - bottom;
  const ticks = linearTicks(highest(rehearsal), 5);
  const end = ticks.at(-1) ?? 1;
  const y = (rate: number) => floor - (rate / end) * (floor - top);
  const each = (width - left - right) / Math.max(1, rehearsal.steps.length);
  const first = rehearsal.breaking[0];
  const peak = rehearsal.todayPeakPerSecond;
  return {
    floor,
    ticks: ticks.map((tick) => ({ y: y(tick), label: rateText(tick) })),
    columns: rehearsal.steps.map((step, at) => ({
      x: left + at * each,
      width: each,
      offeredY: y(step.offeredPerSecond),
      achievedY: step.achievedPerSecond === null ? null : y(step.achievedPerSecond),
    })),
    band: first
      ? {
          y: y(first.firstBadPerSecond),
          height: y(first.lastGoodPerSecond ?? 0) - y(first.firstBadPerSecond),
          label: `${first.objective} breaks in here`,
        }
      : null,
    peak: peak === null ? null : { y: y(peak), label: `today's peak ${rateText(peak)}` },
  };
}

function highest({ steps, todayPeakPerSecond }: Drawn): number {
  return Math.max(
    todayPeakPerSecond ?? 0,
    ...steps.flatMap((one) => [one.offeredPerSecond, one.achievedPerSecond ?? 0]),
    0.001,
  );
}
