/** Decodes an ExportMetricsServiceRequest in JSON. */
import { type Scalar, wholeNumber } from './attributes.ts';
import { nanosToMs } from './decode-metrics.ts';
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
import {
  type MetricGroup,
  type MetricPoint,
  type MetricRecord,
  noRecordedValue,
  temporalityOf,
} from './metric-records.ts';

const shapes = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'] as const;

/** One group per scope. @throws OTLP_MALFORMED naming the member */
export function decodeMetricsJson(body: Uint8Array): MetricGroup[] {
  const request = parseJsonBody(body);
  return objectsOf(request.resourceMetrics, 'resourceMetrics').flatMap((resourceMetrics, index) => {
    const path = `resourceMetrics[${index}]`;
    const { attributes } = objectOf(resourceMetrics.resource, `${path}.resource`);
    const resource = readAttributes(attributes, `${path}.resource.attributes`);
    return objectsOf(resourceMetrics.scopeMetrics, `${path}.scopeMetrics`).map((scopeMetrics, scopeIndex) => {
      const scopePath = `${path}.scopeMetrics[${scopeIndex}]`;
      const scope = objectOf(scopeMetrics.scope, `${scopePath}.scope`);
      const metrics = objectsOf(scopeMetrics.metrics, `${scopePath}.metrics`);
      return {
        resource,
        scope: `${textOf(scope.name)}@${textOf(scope.version)}`,
        metrics: metrics.map((metric, at) => readMetric(metric, `${scopePath}.metrics[${at}]`)),
      };
    });
  });
}

function readMetric(metric: JsonObject, path: string): MetricRecord {
  const shape = shapes.find((candidate) => metric[candidate] !== undefined) ?? 'none';
  const data = shape === 'none' ? {} : objectOf(metric[shape], `${path}.${shape}`);
  const points = objectsOf(data.dataPoints, `${path}.${shape}.dataPoints`);
  return {
    name: textOf(metric.name),
    shape,
    temporality: temporalityOf(smallIntegerOf(data.aggregationTemporality)),
    isMonotonic: data.isMonotonic === true,
    points: points.map((point, index) => readPoint(point, shape, `${path}.${shape}.dataPoints[${index}]`)),
  };
}

function readPoint(point: JsonObject, shape: MetricRecord['shape'], path: string): MetricPoint {
  const isNumber = shape === 'gauge' || shape === 'sum';
  const integer = integerOf(point.asInt);
  const number = integer === null ? doubleOf(point.asDouble) : Number(integer);
  const isRecorded = (smallIntegerOf(point.flags) & noRecordedValue) === 0;
  return {
    attributes: readAttributes(point.attributes, `${path}.attributes`),
    startMs: nanosToMs(integerOf(point.startTimeUnixNano) ?? 0n),
    timeMs: nanosToMs(integerOf(point.timeUnixNano) ?? 0n),
    hasValue: isRecorded && (!isNumber || number !== null),
    value: isNumber ? (number ?? 0) : (doubleOf(point.sum) ?? 0),
    count: Number(integerOf(point.count) ?? 0n),
    counts: numbersOf(point.bucketCounts, `${path}.bucketCounts`),
    bounds: numbersOf(point.explicitBounds, `${path}.explicitBounds`),
    max: doubleOf(point.max),
  };
}

function numbersOf(value: unknown, path: string): number[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformedJson(path, 'must be a list');
  return value.map((entry) => doubleOf(entry) ?? Number.NaN);
}

function readAttributes(value: unknown, path: string): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  for (const entry of objectsOf(value, path)) {
    const scalar = scalarOf(objectOf(entry.value, `${path}.value`));
    if (scalar !== null) found.set(textOf(entry.key), scalar);
  }
  return found;
}

function scalarOf(value: JsonObject): Scalar | null {
  if (typeof value.stringValue === 'string') return value.stringValue;
  if (typeof value.boolValue === 'boolean') return value.boolValue;
  const integer = integerOf(value.intValue);
  return integer === null ? doubleOf(value.doubleValue) : wholeNumber(integer);
}
