/** Places moments on a line of characters; long stretches in which nothing ran are shortened, so that short work stays visible. */

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimeScale {
  /** Column of a moment, 0..width, never decreasing. */
  readonly column: (ms: number) => number;
  /** Stretches that are drawn shorter than they were. */
  readonly shortened: readonly Interval[];
}

/** A quiet stretch gets at most this share of all the work's length. */
const quietShare = 0.2;

/** `width` in characters. Without intervals everything is in column 0. */
export function timeScale(intervals: readonly Interval[], width: number): TimeScale {
  const busy = joined(intervals);
  const workMs = busy.reduce((sum, one) => sum + one.toMs - one.fromMs, 0);
  const longest = Math.max(workMs * quietShare, 0.001);
  const pieces: { readonly fromMs: number; readonly toMs: number; readonly at: number; readonly length: number }[] = [];
  const shortened: Interval[] = [];
  let at = 0;
  const add = (fromMs: number, toMs: number, length: number): void => {
    pieces.push({ fromMs, toMs, at, length });
    at += length;
  };
  busy.forEach((one, index) => {
    const before = busy[index - 1];
    if (before !== undefined) {
      const gapMs = one.fromMs - before.toMs;
      if (gapMs > longest) shortened.push({ fromMs: before.toMs, toMs: one.fromMs });
      add(before.toMs, one.fromMs, Math.min(gapMs, longest));
    }
    add(one.fromMs, one.toMs, one.toMs - one.fromMs);
  });
  const place = (ms: number): number => {
    const piece = pieces.findLast((one) => one.fromMs <= ms);
    if (piece === undefined) return 0;
    const share = piece.toMs === piece.fromMs ? 1 : Math.min(1, (ms - piece.fromMs) / (piece.toMs - piece.fromMs));
    return piece.at + share * piece.length;
  };
  return { column: (ms) => (at === 0 ? 0 : Math.min(width, Math.round((place(ms) / at) * width))), shortened };
}

function joined(intervals: readonly Interval[]): Interval[] {
  const found: Interval[] = [];
  for (const one of [...intervals].sort((left, right) => left.fromMs - right.fromMs)) {
    const last = found.at(-1);
    if (last === undefined || one.fromMs > last.toMs) found.push(one);
    else found[found.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, one.toMs) };
  }
  return found;
}
