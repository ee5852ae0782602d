/** Stretches of time in ms, and the axis below them. Pure. */

/** Half-open, from ≤ to. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** What is left of `whole` when every stretch of `taken` is cut out, in order. */
export function freeOf(whole: Interval, taken: readonly Interval[]): readonly Interval[] {
  const free: Interval[] = [];
  let at = whole.from;
  for (const one of [...taken].sort((a, b) => a.from - b.from)) {
    if (one.to <= at) continue;
    if (one.from >= whole.to) break;
    if (one.from > at) free.push({ from: at, to: one.from });
    at = one.to;
  }
  if (at < whole.to) free.push({ from: at, to: whole.to });
  return free;
}

/** A round step (1, 2 or 5 times a power of ten) that gives at most `most` ticks over `total` ms. */
export function tickStep(total: number, most: number): number {
  if (total <= 0) return 1;
  const raw = total / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw - 1e-12) ?? 10 * power;
}
