/** The past of an objective as points for a picture. */
import type { ObjectivePoint } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import type { BookEntry } from './objective-book.ts';

/** Oldest first; null counts where the source was not seen. */
export function pointsBack(entry: BookEntry, watermarkMs: number, stepMs: number, count: number): ObjectivePoint[] {
  return Array.from({ length: count }, (_, index) => {
    const fromMs = watermarkMs - (count - index) * stepMs;
    const { good, total, synthetic, coveredMs } = entry.timeline.countsIn(fromMs, fromMs + stepMs);
    const isKnown = coveredMs > 0 || total > 0;
    return {
      at: isoTime(fromMs),
      good: isKnown ? good : null,
      total: isKnown ? total : null,
      synthetic: synthetic.total > 0,
    };
  });
}
