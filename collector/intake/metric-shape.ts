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

/** Some senders write the open bucket's bound; nothing can lie above it. */
function withoutInfiniteBound(point: MetricPoint): MetricPoint {
  const { bounds, counts } = point;
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY) return point;
  const open = (counts.at(-2) ?? 0) + (counts.at(-1) ?? 0);
  return { ...point, bounds: bounds.slice(0, -1), counts: [...counts.slice(0, -2), open] };
}

function inUnit(point: MetricPoint, { divisor }: StoredUnit): MetricPoint {
  if (divisor === 1) return point;
  const bounds = point.bounds.map((bound) => bound / divisor);
  return { ...point, bounds, value: point.value / divisor, max: point.max === null ? null : point.max / divisor };
}

function exponentialPoint(point: MetricPoint, { divisor, grid }: StoredUnit): MetricPoint {
  if (point.exponential === null) return point;
  const max = point.max === null ? null : point.max / divisor;
  return { ...point, ...onGrid(point.exponential, grid), value: point.value / divisor, max };
}
