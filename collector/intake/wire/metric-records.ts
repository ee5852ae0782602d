/** What both encodings of OTLP metrics are decoded to, before anything is counted. */
import type { Attributes } from './attributes.ts';

/** The buckets of an exponential histogram as sent: bucket i of `positive` holds (b^(offset+i), b^(offset+i+1)], b = 2^(2^−scale). */
export interface ExponentialBuckets {
  readonly scale: number;
  /** Events in [−zeroThreshold, zeroThreshold]. */
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: { readonly offset: number; readonly counts: readonly number[] };
  /** Events below zero. */
  readonly negativeCount: number;
}

/**
 * Times are Unix ms, `startMs` 0 when not given. `counts` has one more entry than `bounds`. Attributes and bounds are interned: equal ones
 * are one object.
 */
export interface MetricPoint {
  readonly attributes: Attributes;
  readonly startMs: number;
  readonly timeMs: number;
  /** False for a number point without a number. */
  readonly hasValue: boolean;
  /** False for a point which says only that there is none: its series has ended. */
  readonly isRecorded: boolean;
  /** The value of a number; the sum of a histogram. */
  readonly value: number;
  readonly count: number;
  readonly counts: readonly number[];
  readonly bounds: readonly number[];
  readonly max: number | null;
  /** Null unless the shape is `exponentialHistogram`. */
  readonly exponential: ExponentialBuckets | null;
  /** The trace (32 hexadecimal digits) of the exemplar with the highest value; null when none names one. */
  readonly exemplar: string | null;
}

/** `shape` is how the metric was sent; the last two are not stored, their points are counted as rejected. */
export interface MetricRecord {
  readonly name: string;
  /** In UCUM's words (`s`, `ms`, `By`); empty when not given. */
  readonly unit: string;
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

/** No counts, no bounds; one list for all. */
export const noNumbers: readonly number[] = [];

/** A point before its fields are read. */
export const emptyPoint: MetricPoint = {
  attributes: new Map(),
  startMs: 0,
  timeMs: 0,
  hasValue: true,
  isRecorded: true,
  value: 0,
  count: 0,
  counts: noNumbers,
  bounds: noNumbers,
  max: null,
  exponential: null,
  exemplar: null,
};

/** False when the flags of a point say that it holds no value. */
export function isRecorded(flags: number): boolean {
  return (flags & noRecordedValue) === 0;
}

/** Nanoseconds as Unix ms; exact to a quarter of a microsecond. */
export function nanosToMs(nanos: bigint): number {
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}
