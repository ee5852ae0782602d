/** Decides per metric point whether it can be counted. Pure. */
import type { MetricPoint, MetricRecord, TimeLimits } from './wire/index.ts';

/** The reason of the rejection, else null. */
export function rejectionOf(metric: MetricRecord, point: MetricPoint, limits: TimeLimits): string | null {
  switch (metric.shape) {
    case 'exponentialHistogram':
      return 'exponential_histogram';
    case 'summary':
      return 'summary';
    case 'none':
      return 'no_data';
    case 'gauge':
    case 'sum':
    case 'histogram':
      break;
    default:
      metric.shape satisfies never;
  }
  if (metric.name === '') return 'no_name';
  if (metric.shape !== 'gauge' && metric.temporality === 'unspecified') return 'temporality';
  if (point.timeMs === 0) return 'missing_time';
  if (point.timeMs > limits.maxMs) return 'in_future';
  if (point.timeMs < limits.minMs) return 'too_old';
  if (point.startMs > point.timeMs) return 'end_before_start';
  if (!Number.isFinite(point.value)) return 'not_finite';
  if (metric.shape === 'sum' && metric.isMonotonic && point.value < 0) return 'negative_count';
  return metric.shape === 'histogram' && !isConsistent(point) ? 'inconsistent_histogram' : null;
}

/** Buckets may be left out altogether; else there is one more than bounds, bounds rise, and the buckets add up to the count. */
function isConsistent(point: MetricPoint): boolean {
  if (point.counts.length === 0) return point.bounds.length === 0;
  if (point.counts.length !== point.bounds.length + 1) return false;
  let total = 0;
  for (const count of point.counts) total += count;
  if (total !== point.count || !Number.isSafeInteger(total)) return false;
  return point.bounds.every((bound, index) => bound > (point.bounds[index - 1] ?? Number.NEGATIVE_INFINITY));
}
