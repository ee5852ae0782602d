/** Timings as OTLP delta histograms: one point for each series and slice. */
import { attribute, label, sliceMs } from '../../../src/kernel/conventions.ts';
import { bucketIndexOf } from '../../../src/kernel/histogram.ts';
import { labelKey } from '../../../src/kernel/series.ts';
import { attributesOf, nanosOf } from './otlp-json.ts';
import { type PageContext, telemetrySource } from './page-context.ts';
import { boundsOfTiming, type Timing } from './read-timings.ts';

/** What was counted in one series during one slice; times are Unix ms. */
export interface TimingPoint {
  readonly signal: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  sum: number;
  startMs: number;
  timeMs: number;
}

/** Points in the order of their first timing. */
export function gatherTimings(timings: readonly Timing[], context: PageContext): TimingPoint[] {
  const points = new Map<string, TimingPoint>();
  for (const timing of timings) {
    const labels = {
      ...timing.labels,
      [label.page]: context.page,
      ...(context.domain === null ? {} : { [attribute.domain]: context.domain }),
    };
    const key = `${timing.signal} ${Math.floor(timing.timeMs / sliceMs.fine)} ${labelKey(labels)}`;
    const point = points.get(key) ?? emptyPoint(timing.signal, labels, timing.timeMs);
    points.set(key, point);
    const bucket = bucketIndexOf(boundsOfTiming(timing.signal), timing.value);
    point.counts[bucket] = (point.counts[bucket] ?? 0) + 1;
    point.sum += timing.value;
    point.startMs = Math.min(point.startMs, timing.timeMs);
    point.timeMs = Math.max(point.timeMs, timing.timeMs);
  }
  return [...points.values()];
}

/** Nothing counted at `timeMs` (Unix ms). */
export function emptyPoint(signal: string, labels: Readonly<Record<string, string>>, timeMs: number): TimingPoint {
  const counts = new Array<number>(boundsOfTiming(signal).length + 1).fill(0);
  return { signal, labels, counts, sum: 0, startMs: timeMs, timeMs };
}

/**
 * The export request. `origin` tells apart bodies of different senders that hold the same figures, so that they are no repeats of each
 * other; it makes no series.
 */
export function timingsBody(serviceName: string, points: readonly TimingPoint[], origin: string): string {
  const resource = attributesOf({
    [attribute.serviceName]: serviceName,
    [attribute.telemetrySource]: telemetrySource,
    [attribute.serviceInstanceId]: `${telemetrySource} ${serviceName}`,
  });
  const scope = { name: telemetrySource, attributes: attributesOf({ origin }) };
  const metrics = points.map((point) => ({
    name: point.signal,
    histogram: { aggregationTemporality: 1, dataPoints: [dataPoint(point)] },
  }));
  return JSON.stringify({
    resourceMetrics: [{ resource: { attributes: resource }, scopeMetrics: [{ scope, metrics }] }],
  });
}

function dataPoint(point: TimingPoint): object {
  const bounds = boundsOfTiming(point.signal);
  return {
    attributes: attributesOf(point.labels),
    startTimeUnixNano: nanosOf(point.startMs),
    timeUnixNano: nanosOf(point.timeMs),
    count: String(point.counts.reduce((total, count) => total + count, 0)),
    sum: point.sum,
    bucketCounts: point.counts.map(String),
    explicitBounds: bounds,
  };
}
