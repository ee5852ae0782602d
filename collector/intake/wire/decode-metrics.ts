/** Decodes an ExportMetricsServiceRequest in protobuf. */
import { readKeyValue, type Scalar } from './attributes.ts';
import {
  type MetricGroup,
  type MetricPoint,
  type MetricRecord,
  noRecordedValue,
  temporalityOf,
} from './metric-records.ts';
import { readResourceAttributes } from './scan-resource.ts';
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
  const groups: MetricGroup[] = [];
  eachField(reader, body.length, bytesField(1), (end) => {
    const start = reader.at;
    const resource = readResourceAttributes(reader, end);
    reader.at = start;
    eachField(reader, end, bytesField(2), (scopeEnd) => {
      let scope = '';
      const metrics: MetricRecord[] = [];
      while (reader.at < scopeEnd) {
        const tag = reader.tag(scopeEnd);
        if (tag === bytesField(1)) scope = readScope(reader, reader.fieldEnd(scopeEnd));
        else if (tag === bytesField(2)) metrics.push(readMetric(reader, reader.fieldEnd(scopeEnd)));
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

function readMetric(reader: WireReader, end: number): MetricRecord {
  let name = '';
  let data: Omit<MetricRecord, 'name'> = {
    shape: 'none',
    temporality: 'unspecified',
    isMonotonic: false,
    points: [],
  };
  while (reader.at < end) {
    const tag = reader.tag(end);
    const shape = shapeOfField.get(tag);
    if (tag === bytesField(1)) name = reader.text(reader.fieldEnd(end));
    else if (shape !== undefined) data = readData(reader, reader.fieldEnd(end), shape);
    else reader.skip(tag, end);
  }
  return { name, ...data };
}

function readData(reader: WireReader, end: number, shape: MetricRecord['shape']): Omit<MetricRecord, 'name'> {
  let temporality = 0;
  let isMonotonic = false;
  const points: MetricPoint[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) points.push(readPoint(reader, reader.fieldEnd(end), shape));
    else if (tag === 0x10) temporality = reader.varint(end);
    else if (tag === 0x18) isMonotonic = reader.varint(end) !== 0;
    else reader.skip(tag, end);
  }
  return { shape, temporality: temporalityOf(temporality), isMonotonic, points };
}

function readPoint(reader: WireReader, end: number, shape: MetricRecord['shape']): MetricPoint {
  if (shape === 'histogram') return readHistogramPoint(reader, end);
  if (shape === 'sum' || shape === 'gauge') return readNumberPoint(reader, end);
  reader.at = end;
  return { ...emptyPoint, attributes: new Map() };
}

const emptyPoint = { startMs: 0, timeMs: 0, hasValue: true, value: 0, count: 0, counts: [], bounds: [], max: null };

function readNumberPoint(reader: WireReader, end: number): MetricPoint {
  const attributes = new Map<string, Scalar>();
  const point = { ...emptyPoint, attributes, hasValue: false };
  let flags = 0;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x11) point.startMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x19) point.timeMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x21 || tag === 0x31) {
      point.value = tag === 0x21 ? reader.double(end) : Number(reader.signedFixed64(end));
      point.hasValue = true;
    } else if (tag === bytesField(7)) readKeyValue(reader, reader.fieldEnd(end), attributes);
    else if (tag === 0x40) flags = reader.varint(end);
    else reader.skip(tag, end);
  }
  return { ...point, hasValue: point.hasValue && (flags & noRecordedValue) === 0 };
}

function readHistogramPoint(reader: WireReader, end: number): MetricPoint {
  const attributes = new Map<string, Scalar>();
  const counts: number[] = [];
  const bounds: number[] = [];
  const point = { startMs: 0, timeMs: 0, value: 0, count: 0 };
  let max: number | null = null;
  let flags = 0;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x11) point.startMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x19) point.timeMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x21) point.count = Number(reader.fixed64(end));
    else if (tag === 0x29) point.value = reader.double(end);
    else if (tag === bytesField(6)) readPacked(reader, reader.fieldEnd(end), counts, false);
    else if (tag === 0x31) counts.push(Number(reader.fixed64(end)));
    else if (tag === bytesField(7)) readPacked(reader, reader.fieldEnd(end), bounds, true);
    else if (tag === 0x39) bounds.push(reader.double(end));
    else if (tag === bytesField(9)) readKeyValue(reader, reader.fieldEnd(end), attributes);
    else if (tag === 0x50) flags = reader.varint(end);
    else if (tag === 0x61) max = reader.double(end);
    else reader.skip(tag, end);
  }
  return { ...point, attributes, counts, bounds, max, hasValue: (flags & noRecordedValue) === 0 };
}

function readPacked(reader: WireReader, end: number, target: number[], isDouble: boolean): void {
  if ((end - reader.at) % 8 !== 0) throw malformed(reader.at, 'a packed list is cut off');
  while (reader.at < end) target.push(isDouble ? reader.double(end) : Number(reader.fixed64(end)));
}

/** Nanoseconds as Unix ms; exact to a quarter of a microsecond. */
export function nanosToMs(nanos: bigint): number {
  return Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1e6;
}
