/** Decodes a point of an exponential histogram in protobuf. */
import { readKeyValue, type Scalar } from './attributes.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { type Exemplar, readExemplar } from './exemplar.ts';
import { emptyPoint, isRecorded, type MetricPoint, nanosToMs } from './metric-records.ts';
import { bytesField, type WireReader } from './wire-reader.ts';

interface Buckets {
  offset: number;
  readonly counts: number[];
}

/** Field numbers: opentelemetry/proto/metrics/v1/metrics.proto, ExponentialHistogramDataPoint. @throws OTLP_MALFORMED */
export function readExponentialPoint(reader: WireReader, end: number, budget: DecodeBudget): MetricPoint {
  const attributes = new Map<string, Scalar>();
  const point = { startMs: 0, timeMs: 0, value: 0, count: 0 };
  const shape = { scale: 0, zeroCount: 0, zeroThreshold: 0 };
  const positive: Buckets = { offset: 0, counts: [] };
  const negative: Buckets = { offset: 0, counts: [] };
  let max: number | null = null;
  let flags = 0;
  let exemplar: Exemplar | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) readKeyValue(reader, reader.fieldEnd(end), attributes, budget);
    else if (tag === 0x11) point.startMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x19) point.timeMs = nanosToMs(reader.fixed64(end));
    else if (tag === 0x21) point.count = reader.count64(end);
    else if (tag === 0x29) point.value = reader.double(end);
    else if (tag === 0x30) shape.scale = zigzag(reader.varint(end));
    else if (tag === 0x39) shape.zeroCount = reader.count64(end);
    else if (tag === bytesField(8)) readBuckets(reader, reader.fieldEnd(end), positive, budget);
    else if (tag === bytesField(9)) readBuckets(reader, reader.fieldEnd(end), negative, budget);
    else if (tag === bytesField(11)) exemplar = readExemplar(reader, reader.fieldEnd(end), exemplar);
    else if (tag === 0x50) flags = reader.varint(end);
    else if (tag === 0x69) max = reader.double(end);
    else if (tag === 0x71) shape.zeroThreshold = reader.double(end);
    else reader.skip(tag, end);
  }
  const negativeCount = negative.counts.reduce((total, count) => total + count, 0);
  const exponential = { ...shape, positive, negativeCount };
  return {
    ...{ ...emptyPoint, ...point, attributes, max, exponential },
    ...{ isRecorded: isRecorded(flags), exemplar: exemplar?.traceId ?? null },
  };
}

function readBuckets(reader: WireReader, end: number, target: Buckets, budget: DecodeBudget): void {
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x08) target.offset = zigzag(reader.varint(end));
    else if (tag === 0x10) addCount(reader, end, target, budget);
    else if (tag === bytesField(2)) {
      const listEnd = reader.fieldEnd(end);
      while (reader.at < listEnd) addCount(reader, listEnd, target, budget);
    } else reader.skip(tag, end);
  }
}

function addCount(reader: WireReader, end: number, target: Buckets, budget: DecodeBudget): void {
  budget.takeNumbers(1);
  target.counts.push(reader.varint(end));
}

/** A sint32 from its unsigned form. */
function zigzag(value: number): number {
  const low = value % 2 ** 32;
  return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
}
