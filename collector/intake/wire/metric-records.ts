/** What both encodings of OTLP metrics are decoded to, before anything is counted. */
import type { Attributes } from './attributes.ts';

/** Times are Unix ms, `startMs` 0 when not given. `counts` has one more entry than `bounds`. */
export interface MetricPoint {
  readonly attributes: Attributes;
  readonly startMs: number;
  readonly timeMs: number;
  readonly hasValue: boolean;
  /** The value of a number; the sum of a histogram. */
  readonly value: number;
  readonly count: number;
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly max: number | null;
}

/** `shape` is how the metric was sent; the last two are not stored, their points are counted as rejected. */
export interface MetricRecord {
  readonly name: string;
  readonly shape: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram' | 'summary' | 'none';
  readonly temporality: 'delta' | 'cumulative' | 'unspecified';
  readonly isMonotonic: boolean;
  readonly points: readonly MetricPoint[];
}

/** Metrics of one resource and scope. */
export interface MetricGroup {
  readonly resource: Attributes;
  readonly scope: string;
  readonly metrics: readonly MetricRecord[];
}

/** OTLP's AggregationTemporality as sent. */
export function temporalityOf(value: number): MetricRecord['temporality'] {
  if (value === 1) return 'delta';
  return value === 2 ? 'cumulative' : 'unspecified';
}

/** `NO_RECORDED_VALUE` of DataPointFlags: the point says only that there is none. */
export const noRecordedValue = 1;
