/** Decides per metric point whether it can be counted. Pure. */
import type { Attributes, ExponentialBuckets, MetricPoint, MetricRecord, TimeLimits } from './wire/index.ts';

/** OpenTelemetry SDKs keep to at most 128 attributes, and to scales from −10 to 20 (specification, metrics SDK). */
const mostAttributes = 128;
const lowestScale = -10;
const highestScale = 20;
/** Of one attribute: key and value together, UTF-16 units. */
const longestAttribute = 4_096;
/** SDKs make 160 buckets of an exponential histogram and 16 of an explicit one unless told otherwise. */
const mostBuckets = 2_048;

/** The reason of the rejection, else null. */
export function rejectionOf(metric: MetricRecord, point: MetricPoint, limits: TimeLimits): string | null {
  if (metric.shape === 'summary') return 'summary';
  if (metric.shape === 'none') return 'no_data';
  if (metric.name === '') return 'no_name';
  if (metric.shape !== 'gauge' && metric.temporality === 'unspecified') return 'temporality';
  if (point.timeMs === 0) return 'missing_time';
  if (point.timeMs > limits.maxMs) return 'in_future';
  if (point.timeMs < limits.minMs) return 'too_old';
  if (point.startMs > point.timeMs) return 'end_before_start';
  const attributes = attributeRejection(point.attributes);
  if (attributes !== null || !point.isRecorded) return attributes;
  if (!point.hasValue) return 'no_value';
  if (!Number.isFinite(point.value)) return 'not_finite';
  if (metric.shape === 'sum' && metric.isMonotonic && point.value < 0) return 'negative_count';
  if (metric.shape === 'histogram') return histogramRejection(point);
  return point.exponential === null ? null : exponentialRejection(point, point.exponential);
}

/** Equal attributes and bounds are one object (the decoder interns them): each is looked at once. */
const attributeReasons = new WeakMap<Attributes, string | null>();
const risingBounds = new WeakMap<readonly number[], boolean>();

function attributeRejection(attributes: Attributes): string | null {
  const known = attributeReasons.get(attributes);
  if (known !== undefined) return known;
  const reason = attributeReason(attributes);
  attributeReasons.set(attributes, reason);
  return reason;
}

function attributeReason(attributes: Attributes): string | null {
  if (attributes.size > mostAttributes) return 'too_many_attributes';
  for (const [key, value] of attributes) {
    if (key.length + (typeof value === 'string' ? value.length : 0) > longestAttribute) return 'attribute_too_long';
  }
  return null;
}

/** Buckets may be left out altogether; else there is one more than bounds, bounds rise, and the buckets add up to the count. */
function histogramRejection({ counts, bounds, count }: MetricPoint): string | null {
  if (counts.length > mostBuckets) return 'too_many_buckets';
  if (counts.length === 0) return bounds.length === 0 && isCount(count) ? null : 'inconsistent_histogram';
  const isFitting = counts.length === bounds.length + 1 && isRising(bounds) && addsUp(counts, 0, count);
  return isFitting ? null : 'inconsistent_histogram';
}

function isRising(bounds: readonly number[]): boolean {
  let rises = risingBounds.get(bounds);
  if (rises === undefined) {
    rises = bounds.every((bound, index) => bound > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY));
    risingBounds.set(bounds, rises);
  }
  return rises;
}

/** Values below zero have no place on the bounds that are kept. */
function exponentialRejection({ count }: MetricPoint, exponential: ExponentialBuckets): string | null {
  const { scale, zeroCount, zeroThreshold, positive, negativeCount } = exponential;
  if (negativeCount !== 0) return 'negative_values';
  if (scale < lowestScale || scale > highestScale) return 'scale';
  if (positive.counts.length > mostBuckets) return 'too_many_buckets';
  const isThreshold = zeroThreshold >= 0 && Number.isFinite(zeroThreshold);
  return isThreshold && isCount(zeroCount) && addsUp(positive.counts, zeroCount, count)
    ? null
    : 'inconsistent_histogram';
}

function addsUp(counts: readonly number[], more: number, count: number): boolean {
  let total = more;
  for (let index = 0; index < counts.length; index += 1) {
    const one = counts[index] ?? 0;
    if (!isCount(one)) return false;
    total += one;
  }
  return total === count && isCount(total);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
