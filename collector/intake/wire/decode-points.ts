/** Decodes metric points in protobuf. Field numbers: opentelemetry/proto/metrics/v1/metrics.proto. */
import { type Attributes, readKeyValue, type Scalar } from './attributes.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { exponentialAttributes, readExponentialPoint } from './decode-exponential.ts';
import { type Exemplar, readExemplar } from './exemplar.ts';
import { FieldRun } from './field-run.ts';
import type { MetricInterner } from './metric-interner.ts';
import { emptyPoint, isRecorded, type MetricPoint, type MetricRecord, noNumbers } from './metric-records.ts';
import { bytesField, malformed, type WireReader } from './wire-reader.ts';

/** The field of the attributes in a point of each shape. */
const attributesField = { number: 7, histogram: 9, exponentialHistogram: exponentialAttributes } as const;

/** One per body. All reads @throws OTLP_MALFORMED */
export class PointReader {
  readonly #reader: WireReader;
  readonly #budget: DecodeBudget;
  readonly #interner: MetricInterner;
  readonly #attributes = new FieldRun();
  /** The counts of the point that is read, of which so many are read. */
  #counts: number[] = [];
  #filled = 0;
  #bounds: readonly number[] = noNumbers;
  /** Bounds that did not come as one packed list. */
  #scattered: number[] | null = null;

  constructor(reader: WireReader, budget: DecodeBudget, interner: MetricInterner) {
    this.#reader = reader;
    this.#budget = budget;
    this.#interner = interner;
  }

  /** The point from the reader's place to `end`; the reader ends there. */
  read(end: number, shape: MetricRecord['shape']): MetricPoint {
    this.#budget.takeRecord();
    this.#attributes.clear();
    switch (shape) {
      case 'histogram':
        return this.#histogram(end);
      case 'exponentialHistogram':
        return {
          ...readExponentialPoint(this.#reader, end, this.#budget, this.#attributes),
          attributes: this.#readAttributes(attributesField.exponentialHistogram),
        };
      case 'sum':
      case 'gauge':
        return this.#number(end);
      case 'summary':
      case 'none':
        this.#reader.at = end;
        return emptyPoint;
      default:
        return shape satisfies never;
    }
  }

  #number(end: number): MetricPoint {
    const reader = this.#reader;
    const point = this.#interner.points.take();
    let exemplar: Exemplar | null = null;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag(end);
      if (tag === 0x11) point.startMs = reader.nanosAsMs(end);
      else if (tag === 0x19) point.timeMs = reader.nanosAsMs(end);
      else if (tag === 0x21 || tag === 0x31) {
        point.value = tag === 0x21 ? reader.double(end) : Number(reader.signedFixed64(end));
        point.hasValue = true;
      } else if (tag === bytesField(attributesField.number)) this.#attributes.add(from, this.#skipMessage(end));
      else if (tag === bytesField(5)) exemplar = readExemplar(reader, reader.fieldEnd(end), exemplar);
      else if (tag === 0x40) point.isRecorded = isRecorded(reader.varint(end));
      else reader.skip(tag, end);
    }
    point.attributes = this.#readAttributes(attributesField.number);
    if (exemplar !== null) point.exemplar = exemplar.traceId;
    return point;
  }

  #histogram(end: number): MetricPoint {
    const reader = this.#reader;
    const point = this.#interner.points.take();
    let exemplar: Exemplar | null = null;
    point.hasValue = true;
    this.#counts = point.ownCounts;
    this.#filled = 0;
    this.#bounds = noNumbers;
    this.#scattered = null;
    while (reader.at < end) {
      const from = reader.at;
      const tag = reader.tag(end);
      if (tag === 0x11) point.startMs = reader.nanosAsMs(end);
      else if (tag === 0x19) point.timeMs = reader.nanosAsMs(end);
      else if (tag === 0x21) point.count = reader.count64(end);
      else if (tag === 0x29) point.value = reader.double(end);
      else if (tag === bytesField(6)) this.#addCounts(reader.fieldEnd(end));
      else if (tag === 0x31) this.#counts[this.#filled++] = reader.count64(end);
      else if (tag === bytesField(7)) this.#addBounds(reader.fieldEnd(end));
      else if (tag === 0x39) this.#scatter().push(reader.double(end));
      else if (tag === bytesField(attributesField.histogram)) this.#attributes.add(from, this.#skipMessage(end));
      else if (tag === bytesField(8)) exemplar = readExemplar(reader, reader.fieldEnd(end), exemplar);
      else if (tag === 0x50) point.isRecorded = isRecorded(reader.varint(end));
      else if (tag === 0x61) point.max = reader.double(end);
      else reader.skip(tag, end);
    }
    if (this.#counts.length !== this.#filled) this.#counts.length = this.#filled;
    point.attributes = this.#readAttributes(attributesField.histogram);
    point.counts = this.#counts;
    point.bounds = this.#scattered === null ? this.#bounds : this.#interner.boundsOf(this.#scattered);
    if (exemplar !== null) point.exemplar = exemplar.traceId;
    return point;
  }

  /** Where the message ends that begins here; the reader goes there. */
  #skipMessage(end: number): number {
    const messageEnd = this.#reader.fieldEnd(end);
    this.#reader.at = messageEnd;
    return messageEnd;
  }

  #readAttributes(field: number): Attributes {
    const reader = this.#reader;
    const { from, to, rest } = this.#attributes;
    const end = reader.at;
    let attributes = this.#interner.attributes(reader, from, to, field, this.#budget);
    if (rest.length > 0) {
      const all = new Map<string, Scalar>(attributes);
      for (let index = 0; index < rest.length; index += 2) {
        reader.at = rest[index] ?? 0;
        const fieldEnd = rest[index + 1] ?? 0;
        reader.tag(fieldEnd);
        readKeyValue(reader, reader.fieldEnd(fieldEnd), all, this.#budget);
      }
      attributes = this.#interner.attributesOf(all);
    }
    reader.at = end;
    return attributes;
  }

  #addCounts(end: number): void {
    const reader = this.#reader;
    this.#checkPacked(end);
    let at = this.#filled;
    for (const counts = this.#counts; reader.at < end; at += 1) counts[at] = reader.count64(end);
    this.#filled = at;
  }

  #addBounds(end: number): void {
    const reader = this.#reader;
    this.#checkPacked(end);
    if (this.#bounds.length === 0 && this.#scattered === null) {
      this.#bounds = this.#interner.bounds(reader, reader.at, end);
      reader.at = end;
    } else for (const bounds = this.#scatter(); reader.at < end; ) bounds.push(reader.double(end));
  }

  /** The bounds so far, as a list of this point's own. */
  #scatter(): number[] {
    this.#scattered ??= [...this.#bounds];
    return this.#scattered;
  }

  /** A packed list of numbers of eight bytes is whole. */
  #checkPacked(end: number): void {
    const bytes = end - this.#reader.at;
    if (bytes % 8 !== 0) throw malformed(this.#reader.at, 'a packed list is cut off');
    this.#budget.takeNumbers(bytes / 8);
  }
}
