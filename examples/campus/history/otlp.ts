/** Turns simulated series into OTLP metric bodies: delta temporality, one body per stretch of time. */
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { fillBuckets, poisson } from './distribution.ts';
import { loadFactor, type Moment, type SimulatedHistogram, type SimulatedSeries } from './plan.ts';

type MetricData = ResourceMetrics['scopeMetrics'][number]['metrics'][number];
type Time = [number, number];

const minuteMs = 60_000;

/** One stretch of simulated time, [startMs, endMs), Unix ms. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

const resource = resourceFromAttributes({
  'service.name': 'campus',
  'service.instance.id': 'simulated-history',
  'seam.synthetic': true,
});

/** The protobuf body that reports what happened in `stretch`; its points end 1 ms before the stretch does. */
export function metricsBody(
  series: readonly SimulatedSeries[],
  stretch: Stretch,
  context: { readonly slowSinceMs: number; readonly bounds: readonly number[]; readonly random: () => number },
): Uint8Array {
  const moment = { atMs: stretch.startMs, slowSinceMs: context.slowSinceMs };
  const times = { start: hrTime(stretch.startMs), end: hrTime(stretch.endMs - 1) };
  const metrics = [...Map.groupBy(series, (one) => one.name).values()].map((family) =>
    family[0]?.kind === 'gauge'
      ? gaugeMetric(family, stretch, context.slowSinceMs)
      : histogramMetric(family, moment, times, { ...context, minutes: (stretch.endMs - stretch.startMs) / 60_000 }),
  );
  const request: ResourceMetrics = { resource, scopeMetrics: [{ scope: { name: 'campus.history' }, metrics }] };
  return ProtobufMetricsSerializer.serializeRequest(request) ?? new Uint8Array();
}

function histogramMetric(
  family: readonly SimulatedSeries[],
  moment: Moment,
  times: { readonly start: Time; readonly end: Time },
  context: { readonly bounds: readonly number[]; readonly random: () => number; readonly minutes: number },
): MetricData {
  const histograms = family.filter((one): one is SimulatedHistogram => one.kind === 'histogram');
  return {
    descriptor: descriptor(family, 's'),
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: histograms.map((one) => {
      const events = poisson(one.perMinute * context.minutes * loadFactor(moment.atMs), context.random);
      const { counts, sum } = fillBuckets(one.shape(moment), context.bounds, events, context.random);
      const buckets = { boundaries: [...context.bounds], counts: [...counts] };
      return {
        startTime: times.start,
        endTime: times.end,
        attributes: one.labels,
        value: { buckets, sum, count: events },
      };
    }),
  };
}

/** A level every minute, as an exporter would send it. */
function gaugeMetric(family: readonly SimulatedSeries[], stretch: Stretch, slowSinceMs: number): MetricData {
  const minutes = Math.max(1, Math.floor((stretch.endMs - stretch.startMs) / minuteMs));
  const moments = Array.from({ length: minutes }, (_, index) => stretch.startMs + index * minuteMs);
  return {
    descriptor: descriptor(family, '1'),
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: family.flatMap((one) =>
      one.kind === 'gauge'
        ? moments.map((atMs) => ({
            startTime: hrTime(stretch.startMs),
            endTime: hrTime(atMs),
            attributes: one.labels,
            value: one.value({ atMs, slowSinceMs }),
          }))
        : [],
    ),
  };
}

function descriptor(
  family: readonly SimulatedSeries[],
  unit: string,
): { name: string; description: string; unit: string; valueType: 1; advice: object } {
  return { name: family[0]?.name ?? '', description: 'simulated', unit, valueType: 1, advice: {} };
}

function hrTime(unixMs: number): Time {
  return [Math.floor(unixMs / 1_000), (unixMs % 1_000) * 1_000_000];
}
