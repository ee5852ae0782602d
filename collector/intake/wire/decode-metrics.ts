/** Decodes an ExportMetricsServiceRequest in protobuf. */
import type { Attributes, Scalar } from './attributes.ts';
import { DecodeBudget } from './decode-budget.ts';
import { PointReader } from './decode-points.ts';
import { MetricInterner } from './metric-interner.ts';
import { type MetricGroup, type MetricPoint, type MetricRecord, temporalityOf } from './metric-records.ts';
import { bytesField, WireReader } from './wire-reader.ts';

/** Everything that reading one body needs. */
interface Reading {
  readonly reader: WireReader;
  readonly budget: DecodeBudget;
  readonly interner: MetricInterner;
  readonly points: PointReader;
}

/**
 * One group per scope; what repeats is one object for as long as the interner lives, and points are good until it is used again.
 * @throws OTLP_MALFORMED naming the byte
 */
export function decodeMetrics(body: Uint8Array, interner: MetricInterner = new MetricInterner()): MetricGroup[] {
  const reader = new WireReader(body);
  const budget = new DecodeBudget();
  const reading = { reader, budget, interner, points: new PointReader(reader, budget, interner) };
  const groups: MetricGroup[] = [];
  interner.points.clear();
  eachField(reader, body.length, bytesField(1), (end) => {
    const start = reader.at;
    const resource = readResourceOf(reading, end);
    reader.at = start;
    eachField(reader, end, bytesField(2), (scopeEnd) => {
      budget.takeRecord();
      let scope = '';
      const metrics: MetricRecord[] = [];
      while (reader.at < scopeEnd) {
        const tag = reader.tag(scopeEnd);
        if (tag === bytesField(1)) scope = readScope(reader, reader.fieldEnd(scopeEnd));
        else if (tag === bytesField(2)) metrics.push(readMetric(reading, reader.fieldEnd(scopeEnd)));
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

/** The resource may stand behind its metrics, and in several parts. */
function readResourceOf({ reader, budget, interner }: Reading, end: number): Attributes {
  const found: Attributes[] = [];
  budget.takeRecord();
  eachField(reader, end, bytesField(1), (resourceEnd) => {
    found.push(interner.attributes(reader, reader.at, resourceEnd, 1, budget));
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const all = new Map<string, Scalar>();
  for (const part of found) for (const [key, value] of part) all.set(key, value);
  return interner.attributesOf(all);
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

function readMetric(reading: Reading, end: number): MetricRecord {
  const { reader, interner } = reading;
  reading.budget.takeRecord();
  let name = '';
  let unit = '';
  let data: MetricData = nothing;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) name = interner.name(reader, reader.fieldEnd(end));
    else if (tag === bytesField(3)) unit = interner.name(reader, reader.fieldEnd(end));
    else {
      const shape = shapeOf(tag);
      if (shape === null) reader.skip(tag, end);
      else data = readData(reading, reader.fieldEnd(end), shape);
    }
  }
  const { shape, temporality, isMonotonic, points } = data;
  return { name, unit, shape, temporality, isMonotonic, points };
}

/** Field numbers of Metric (opentelemetry-proto metrics.proto). */
function shapeOf(tag: number): MetricRecord['shape'] | null {
  switch (tag) {
    case bytesField(5):
      return 'gauge';
    case bytesField(7):
      return 'sum';
    case bytesField(9):
      return 'histogram';
    case bytesField(10):
      return 'exponentialHistogram';
    case bytesField(11):
      return 'summary';
    default:
      return null;
  }
}

type MetricData = Omit<MetricRecord, 'name' | 'unit'>;

const nothing: MetricData = { shape: 'none', temporality: 'unspecified', isMonotonic: false, points: [] };

function readData({ reader, points: source }: Reading, end: number, shape: MetricRecord['shape']): MetricData {
  let temporality = 0;
  let isMonotonic = false;
  let points: MetricPoint[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) {
      const point = source.read(reader.fieldEnd(end), shape);
      // Many senders give each point a metric of its own: a list of one is small.
      if (points.length === 0) points = [point];
      else points.push(point);
    } else if (tag === 0x10) temporality = reader.varint(end);
    else if (tag === 0x18) isMonotonic = reader.varint(end) !== 0;
    else reader.skip(tag, end);
  }
  return { shape, temporality: temporalityOf(temporality), isMonotonic, points };
}
