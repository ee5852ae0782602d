/** The figures behind the charts of an objective. Pure. */
import type { ObjectivePoint } from '../../contract/index.ts';

/** A stretch of simulated data, Unix seconds, half-open. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Parallel columns for a chart: Unix seconds and values; null is a gap. */
export interface Line {
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
  readonly simulated: readonly Stretch[];
}

/** Share of good events per point (0..1). */
export function shareLine(points: readonly ObjectivePoint[]): Line {
  return line(points, (point) =>
    point.good === null || point.total === null || point.total === 0 ? null : point.good / point.total,
  );
}

/**
 * Budget left over the window: 1 at its start, less with every bad event, as a share of what all events of the window allow.
 * The last value is the budget remaining of the window. Gaps stay gaps.
 */
export function burnDownLine(points: readonly ObjectivePoint[], target: number): Line {
  const total = points.reduce((sum, point) => sum + (point.total ?? 0), 0);
  const allowed = (1 - target) * total;
  let bad = 0;
  return line(points, (point) => {
    if (point.good === null || point.total === null || allowed <= 0) return null;
    bad += point.total - point.good;
    return 1 - bad / allowed;
  });
}

function line(points: readonly ObjectivePoint[], figureOf: (point: ObjectivePoint) => number | null): Line {
  const at = points.map((point) => Date.parse(point.at) / 1000);
  return { at, values: points.map(figureOf), simulated: stretches(points, at) };
}

/** Neighbouring simulated points joined; a stretch ends where the next measured point begins. */
function stretches(points: readonly ObjectivePoint[], at: readonly number[]): readonly Stretch[] {
  const found: { from: number; to: number }[] = [];
  points.forEach((point, index) => {
    if (!point.synthetic) return;
    const from = at[index] ?? 0;
    const to = at[index + 1] ?? from;
    const last = found.at(-1);
    if (last && last.to >= from) last.to = to;
    else found.push({ from, to });
  });
  return found;
}

/** Bounds that hold all values and the threshold, with room; shares never pass 1. */
export function rangeOf(
  values: readonly (number | null)[],
  threshold: number,
  ceiling: number | null,
): readonly [number, number] {
  const known = values.filter((value): value is number => value !== null);
  const low = Math.min(threshold, ...known);
  const high = Math.max(threshold, ...known);
  const room = (high - low || 0.01) * 0.12;
  const top = high + room;
  return [low - room, ceiling === null ? top : Math.min(ceiling, top)];
}
