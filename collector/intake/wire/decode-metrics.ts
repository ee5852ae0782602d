/** Decodes an ExportMetricsServiceRequest in protobuf. */
import { readAttributes, readKeyValue, type Scalar } from './attributes.ts';
import { DecodeBudget } from './decode-budget.ts';
import { readExponentialPoint } from './decode-exponential.ts';
import { type Exemplar, readExemplar } from './exemplar.ts';
import {
  emptyPoint,
  isRecorded,
  type MetricGroup,
  type MetricPoint,
  type MetricRecord,
  nanosToMs,
  temporalityOf,
} from './metric-records.ts';
import { bytesField, malformed, WireReader } from './wire-reader.ts';

/** Field numbers of Metric (opentelemetry-proto metrics.proto). */
const shapeOfField = new Map<number, MetricRecord['shape']>([
  [bytesField(5), 'gauge'],
  [bytesField(7), 'sum'],
  [bytesField(9), 'histogram'],
  [bytesField(10), 'exponentialHistogram'],
  [bytesField(11), 'summary'],
]);

/** One group per scope. @throws OTLP_MALFORMED naming the byte */
export function decodeMetrics(body: Uint8Array): MetricGroup[] {
  const reader = new WireReader(body);
  const budget = new DecodeBudget();
  const groups: MetricGroup[] = [];
  eachField(reader, body.length, bytesField(1), (end) => {
    const start = reader.at;
    const resource = readResourceOf(reader, end, budget);
    reader.at = start;
    eachField(reader, end, bytesField(2), (scopeEnd) => {
      budget.takeRecord();
      let scope = '';
      const metrics: MetricRecord[] = [];
      while (reader.at < scopeEnd) {
        const tag = reader.tag(scopeEnd);
        if (tag === bytesField(1)) scope = readScope(reader, reader.fieldEnd(scopeEnd));
        else if (tag === bytesField(2)) metrics.push(readMetric(reader, reader.fieldEnd(scopeEnd), budget));
        else reader.skip(tag, scopeEnd);
      }
      groups.push({ resource, scope, metrics });
    });
  });
  return groups;
}

function eachField(reader: WireReader, end: number, wanted: number, read: (end: number) => void): void {
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === wanted) read(reader.fieldEnd(end));
    else reader.skip(tag, end);
  }
}

/** The resource may stand behind its metrics. */
function readResourceOf(reader: WireReader, end: number, budget: DecodeBudget): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  budget.takeRecord();
  eachField(reader, end, bytesField(1), (resourceEnd) => {
    for (const [key, value] of readAttributes(reader, resourceEnd, 1, budget)) found.set(key, value);
  });
  return found;
}

function readScope(reader: WireReader, end: number): string {
  const parts = ['', ''];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) parts[0] = reader.text(reader.fieldEnd(end));
    else if (tag === bytesField(2)) parts[1] = reader.text(reader.fieldEnd(end));
    else reader.skip(tag, end);
  }
  return parts.join('@');
}

function readMetric(reader: WireReader, end: number, budget: DecodeBudget): MetricRecord {
  budget.takeRecord();
  let name = '';
  let unit = '';
  let data: MetricData = {
    shape: 'none',
    temporality: 'unspecified',
    isMonotonic: false,
    points: [],
  };
  while (reader.at < end) {
    const tag = reader.tag(end);
    const shape = shapeOfField.get(tag);
    if (tag === bytesField(1)) name = reader.text(reader.fieldEnd(end));
    else if (tag === bytesField(3)) unit = reader.text(reader.fieldEnd(end));
    else if (shape !== undefined) data = readData(reader, reader.fieldEnd(end), shape, budget);
    else reader.skip(tag, end);
  }
  return { name, unit, ...data };
}

type MetricData = Omit<MetricRecord, 'name' | 'unit'>;

function readData(reader: WireReader, end: number, shape: MetricRecord['shape'], budget: DecodeBudget): MetricData {
  let temporality = 0;
  let isMonotonic = false;
  const points: MetricPoint[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) points.push(readPoint(reader, reader.fieldEnd(end), shape, budget));
    else if (tag === 0x10) temporality = reader.varint(end);
    else if (tag === 0x18) isMonotonic = reader.varint(end) !== 0;
    else reader.skip(tag, end);
  }
  return { shape, temporality: temporalityOf(temporality), isMonotonic, points };
}

function readPoint(reader: WireReader, end: number, shape: MetricRecord['shape'], budget: DecodeBudget): MetricPoint {
  budget.takeRecord();
  if (shape === 'histogram') return readHistogramPoint(reader, end, budget);
  if (shape === 'exponentialHistogram') return readExponentialPoint(reader, end, budget);
  if (shape === 'sum' || shape === 'gauge') return readNumberPoint(reader, end, budget);
  reader.at = end;
  return { ...emptyPoint, attributes: new Map() };
}

function readNumberPoint(reader: WireReader, end: number, budget: DecodeBudget): MetricPoint {
  const attributes = new Map<string, Scalar>();
  const point = { startMs: 0, timeMs: 0, value: 0, hasValue: false };
  let flags = 0;
  let exemplar: Exemplar | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x11) point.startMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x19) point.timeMs = nanosToMs(reader.fixed64(end));
    else if (tag === bytesField(5)) exemplar = readExemplar(reader, reader.fieldEnd(end), exemplar);
    else if (tag === 0x21 || tag === 0x31) {
      point.value = tag === 0x21 ? reader.double(end) : Number(reader.signedFixed64(end));
      point.hasValue = true;
    } else if (tag === bytesField(7)) readKeyValue(reader, reader.fieldEnd(end), attributes, budget);
    else if (tag === 0x40) flags = reader.varint(end);
    else reader.skip(tag, end);
  }
  return {
    ...{ ...emptyPoint, ...point, attributes },
    ...{ isRecorded: isRecorded(flags), exemplar: exemplar?.traceId ?? null },
  };
}

function readHistogramPoint(reader: WireReader, end: number, budget: DecodeBudget): MetricPoint {
  const attributes = new Map<string, Scalar>();
  const counts: number[] = [];
  const bounds: number[] = [];
  const point = { startMs: 0, timeMs: 0, value: 0, count: 0 };
  let max: number | null = null;
  let flags = 0;
  let exemplar: Exemplar | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x11) point.startMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x19) point.timeMs = nanosToMs(reader.fixed64(end));
    else if (tag === bytesField(8)) exemplar = readExemplar(reader, reader.fieldEnd(end), exemplar);
    else if (tag === 0x21) point.count = reader.count64(end);
    else if (tag === 0x29) point.value = reader.double(end);
    else if (tag === bytesField(6)) readPacked(reader, reader.fieldEnd(end), counts, false, budget);
    else if (tag === 0x31) counts.push(reader.count64(end));
    else if (tag === bytesField(7)) readPacked(reader, reader.fieldEnd(end), bounds, true, budget);
    else if (tag === 0x39) bounds.push(reader.double(end));
    else if (tag === bytesField(9)) readKeyValue(reader, reader.fieldEnd(end), attributes, budget);
    else if (tag === 0x50) flags = reader.varint(end);
    else if (tag === 0x61) max = reader.double(end);
    else reader.skip(tag, end);
  }
  return {
    ...{ ...emptyPoint, ...point, attributes, counts, bounds, max },
    ...{ isRecorded: isRecorded(flags), exemplar: exemplar?.traceId ?? null },
  };
}

function readPacked(reader: WireReader, end: number, target: number[], isDouble: boolean, budget: DecodeBudget): void {
  const bytes = end - reader.at;
  if (bytes % 8 !== 0) throw malformed(reader.at, 'a packed list is cut off');
  budget.takeNumbers(bytes / 8);
  while (reader.at < end) target.push(isDouble ? reader.double(end) : reader.count64(end));
}
