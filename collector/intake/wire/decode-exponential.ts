/** Decodes a point of an exponential histogram in protobuf. */
import type { DecodeBudget } from './decode-budget.ts';
import { type Exemplar, readExemplar } from './exemplar.ts';
import type { FieldRun } from './field-run.ts';
import { emptyPoint, isRecorded, type MetricPoint } from './metric-records.ts';
import { bytesField, type WireReader } from './wire-reader.ts';

interface Buckets {
  offset: number;
  readonly counts: number[];
}

/** The number of the field that holds the attributes. */
export const exponentialAttributes = 1;

/**
 * Field numbers: opentelemetry/proto/metrics/v1/metrics.proto, ExponentialHistogramDataPoint. Of the attributes it notes where they stand.
 * @throws OTLP_MALFORMED
 */
export function readExponentialPoint(
  reader: WireReader,
  end: number,
  budget: DecodeBudget,
  attributes: FieldRun,
): MetricPoint {
  const point = { startMs: 0, timeMs: 0, value: 0, count: 0 };
  const shape = { scale: 0, zeroCount: 0, zeroThreshold: 0 };
  const positive: Buckets = { offset: 0, counts: [] };
  const negative: Buckets = { offset: 0, counts: [] };
  let max: number | null = null;
  let flags = 0;
  let exemplar: Exemplar | null = null;
  while (reader.at < end) {
    const from = reader.at;
    const tag = reader.tag(end);
    if (tag === bytesField(exponentialAttributes)) {
      reader.at = reader.fieldEnd(end);
      attributes.add(from, reader.at);
    } else if (tag === 0x11) point.startMs = reader.nanosAsMs(end);
    else if (tag === 0x19) point.timeMs = reader.nanosAsMs(end);
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
    ...{ ...emptyPoint, ...point, max, exponential },
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
