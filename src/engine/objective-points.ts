/** The past of an objective as points for a picture. */
import type { ObjectivePoint } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import type { BookEntry } from './objective-book.ts';

/** [fromMs, toMs), Unix ms. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `count` stretches of `stepMs` that end at `untilMs`, oldest first. */
export function stepsBack(untilMs: number, stepMs: number, count: number): readonly Stretch[] {
  return Array.from({ length: count }, (_, index) => {
    const fromMs = untilMs - (count - index) * stepMs;
    return { fromMs, toMs: fromMs + stepMs };
  });
}

/** One point a stretch; null counts where the source was not seen. */
export function pointsOf(entry: BookEntry, stretches: readonly Stretch[]): ObjectivePoint[] {
  return stretches.map(({ fromMs, toMs }) => {
    const { good, total, synthetic, coveredMs } = entry.timeline.countsIn(fromMs, toMs);
    const isKnown = coveredMs > 0 || total > 0;
    return {
      at: isoTime(fromMs),
      good: isKnown ? good : null,
      total: isKnown ? total : null,
      synthetic: synthetic.total > 0,
    };
  });
}
