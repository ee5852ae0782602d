/** Decodes an ExportMetricsServiceRequest in JSON. */
import { highestExemplarIn } from './exemplar.ts';
import { readJsonAttributes } from './json-attributes.ts';
import {
  doubleOf,
  integerOf,
  type JsonObject,
  malformedJson,
  objectOf,
  objectsOf,
  parseJsonBody,
  smallIntegerOf,
  textOf,
} from './json-values.ts';
import { MetricInterner } from './metric-interner.ts';
import {
  type ExponentialBuckets,
  emptyPoint,
  isRecorded,
  type MetricGroup,
  type MetricPoint,
  type MetricRecord,
  nanosToMs,
  noNumbers,
  temporalityOf,
} from './metric-records.ts';

const shapes = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/** One group per scope; what repeats is one object for as long as the interner lives. @throws OTLP_MALFORMED naming the member */
export function decodeMetricsJson(body: Uint8Array, interner: MetricInterner = new MetricInterner()): MetricGroup[] {
  const request = parseJsonBody(body);
  return objectsOf(request.resourceMetrics, 'resourceMetrics').flatMap((resourceMetrics, index) => {
    const path = `resourceMetrics[${index}]`;
    const { attributes } = objectOf(resourceMetrics.resource, `${path}.resource`);
    const resource = interner.attributesOf(readJsonAttributes(attributes, `${path}.resource.attributes`));
    return objectsOf(resourceMetrics.scopeMetrics, `${path}.scopeMetrics`).map((scopeMetrics, scopeIndex) => {
      const scopePath = `${path}.scopeMetrics[${scopeIndex}]`;
      const scope = objectOf(scopeMetrics.scope, `${scopePath}.scope`);
      const metrics = objectsOf(scopeMetrics.metrics, `${scopePath}.metrics`);
      return {
        resource,
        scope: `${textOf(scope.name)}@${textOf(scope.version)}`,
        metrics: metrics.map((metric, at) => readMetric(metric, `${scopePath}.metrics[${at}]`, interner)),
      };
    });
  });
}

function readMetric(metric: JsonObject, path: string, interner: MetricInterner): MetricRecord {
  const shape = shapes.find((candidate) => isGiven(metric[candidate])) ?? 'none';
  const data = shape === 'none' ? {} : objectOf(metric[shape], `${path}.${shape}`);
  const points = objectsOf(data.dataPoints, `${path}.${shape}.dataPoints`);
  return {
    name: textOf(metric.name),
    unit: textOf(metric.unit),
    shape,
    temporality: temporalityOf(smallIntegerOf(data.aggregationTemporality)),
    isMonotonic: data.isMonotonic === true,
    points: points.map((point, at) => readPoint(point, shape, `${path}.${shape}.dataPoints[${at}]`, interner)),
  };
}

function readPoint(
  point: JsonObject,
  shape: MetricRecord['shape'],
  path: string,
  interner: MetricInterner,
): MetricPoint {
  if (shape === 'summary' || shape === 'none') return emptyPoint;
  const isNumber = shape === 'gauge' || shape === 'sum';
  const integer = integerOf(point.asInt);
  const number = integer === null ? doubleOf(point.asDouble) : Number(integer);
  return {
    attributes: interner.attributesOf(readJsonAttributes(point.attributes, `${path}.attributes`)),
    startMs: nanosToMs(integerOf(point.startTimeUnixNano) ?? 0n),
    timeMs: nanosToMs(integerOf(point.timeUnixNano) ?? 0n),
    hasValue: !isNumber || number !== null,
    isRecorded: isRecorded(smallIntegerOf(point.flags)),
    value: isNumber ? (number ?? 0) : (doubleOf(point.sum) ?? 0),
    count: Number(integerOf(point.count) ?? 0n),
    counts: shape === 'histogram' ? numbersOf(point.bucketCounts, `${path}.bucketCounts`) : noNumbers,
    bounds:
      shape === 'histogram' ? interner.boundsOf(numbersOf(point.explicitBounds, `${path}.explicitBounds`)) : noNumbers,
    max: doubleOf(point.max),
    exponential: shape === 'exponentialHistogram' ? readExponential(point, path) : null,
    exemplar: highestExemplarIn(point.exemplars, `${path}.exemplars`),
  };
}

function readExponential(point: JsonObject, path: string): ExponentialBuckets {
  const positive = objectOf(point.positive, `${path}.positive`);
  const negative = objectOf(point.negative, `${path}.negative`);
  const negativeCounts = numbersOf(negative.bucketCounts, `${path}.negative.bucketCounts`);
  return {
    scale: Number(integerOf(point.scale) ?? 0n),
    zeroCount: Number(integerOf(point.zeroCount) ?? 0n),
    zeroThreshold: doubleOf(point.zeroThreshold) ?? 0,
    positive: {
      offset: Number(integerOf(positive.offset) ?? 0n),
      counts: numbersOf(positive.bucketCounts, `${path}.positive.bucketCounts`),
    },
    negativeCount: negativeCounts.reduce((total, count) => total + count, 0),
  };
}

function numbersOf(value: unknown, path: string): number[] {
  if (!isGiven(value)) return [];
  if (!Array.isArray(value)) throw malformedJson(path, 'must be a list');
  return value.map((entry) => doubleOf(entry) ?? Number.NaN);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
