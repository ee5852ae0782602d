/** Brings every histogram point into the one form that is counted: explicit buckets, in the stored unit. Pure. */
import { onGrid } from './exponential-grid.ts';
import { type StoredUnit, storedUnit } from './metric-units.ts';
import type { MetricPoint, MetricRecord } from './wire/index.ts';

/** Of a point that has passed the checks; points of other shapes stay as they are. */
export function countablePoint(metric: MetricRecord, point: MetricPoint): MetricPoint {
  switch (metric.shape) {
    case 'histogram':
      return inUnit(withoutInfiniteBound(point), storedUnit(metric));
    case 'exponentialHistogram':
      return exponentialPoint(point, storedUnit(metric));
    case 'gauge':
    case 'sum':
    case 'summary':
    case 'none':
      return point;
    default:
      return metric.shape satisfies never;
  }
}

/** Equal bounds are one list (the decoder interns them): what is made of them is one list too. */
const finiteBounds = new WeakMap<readonly number[], readonly number[]>();
const storedBounds = new Map<number, WeakMap<readonly number[], readonly number[]>>();

/** Some senders write the open bucket's bound; nothing can lie above it. */
function withoutInfiniteBound(point: MetricPoint): MetricPoint {
  const { bounds, counts } = point;
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) return point;
  const open = (counts.at(-2) ?? 0) + (counts.at(-1) ?? 0);
  const finite = madeOnce(finiteBounds, bounds, () => bounds.slice(0, -1));
  return { ...point, bounds: finite, counts: [...counts.slice(0, -2), open] };
}

function inUnit(point: MetricPoint, { divisor }: StoredUnit): MetricPoint {
  if (divisor === 1) return point;
  const ofDivisor = storedBounds.get(divisor) ?? new WeakMap<readonly number[], readonly number[]>();
  storedBounds.set(divisor, ofDivisor);
  const bounds = madeOnce(ofDivisor, point.bounds, () => point.bounds.map((bound) => bound / divisor));
  return { ...point, bounds, value: point.value / divisor, max: point.max === null ? null : point.max / divisor };
}

function madeOnce(
  made: WeakMap<readonly number[], readonly number[]>,
  from: readonly number[],
  make: () => readonly number[],
): readonly number[] {
  const before = made.get(from);
  if (before !== undefined) return before;
  const now = make();
  made.set(from, now);
  return now;
}

function exponentialPoint(point: MetricPoint, { divisor, grid }: StoredUnit): MetricPoint {
  if (point.exponential === null) return point;
  const max = point.max === null ? null : point.max / divisor;
  return { ...point, ...onGrid(point.exponential, grid), value: point.value / divisor, max };
}
