/** How far the axis of durations must reach. */
import type { DomainDetail } from '../../contract/index.ts';

/**
 * [low, high] in ms, low > 0: from the lowest bucket with something in it to the highest, and to the thresholds. The first
 * bucket has no lower bound and the open one no upper: they are drawn half and twice as long as their bound.
 */
export function latencyRange({
  latency,
  thresholds,
}: Pick<DomainDetail, 'latency' | 'thresholds'>): readonly [number, number] {
  const { boundsMs, columns } = latency;
  const isFirstUsed = columns.some(({ counts }) => (counts[0] ?? 0) > 0);
  const isOpenUsed = columns.some(({ counts }) => (counts.at(-1) ?? 0) > 0);
  const first = boundsMs[0] ?? 1;
  const last = boundsMs.at(-1) ?? 1000;
  const marks = thresholds.map(({ ms }) => ms);
  return [
    Math.min(isFirstUsed ? first / 2 : first, ...marks.map((ms) => ms * 0.8)),
    Math.max(isOpenUsed ? last * 2 : last, ...marks.map((ms) => ms * 1.25)),
  ];
}
