/**
 * Metric points the naive way: the body decoded to objects as protobufjs does it, each point's difference to the last of its stream (a
 * text of resource, metric, attributes and start finds it), and a row per point in the table of 10 s slices, written for every point:
 * the slice's counts so far as JSON. What it leaves out: limits and checks, repeats, gauges, changed bounds, one series for all
 * instances, and the streams' state, which a restart loses.
 */
import type { Database, Statement } from 'better-sqlite3';

/** A repeated or nested field is a list, a number of 64 bits a bigint, as generated code has them. */
interface Attribute {
  readonly key: string;
  readonly value: string | number | boolean;
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly count: bigint;
  readonly sum: number;
  readonly bucketCounts: readonly bigint[];
  readonly explicitBounds: readonly number[];
}

interface Metric {
  readonly name: string;
  readonly points: readonly Point[];
}

interface Stream {
  counts: number[];
  sum: number;
  sliceStartMs: number;
  sliceCounts: number[];
  sliceSum: number;
}

const sliceMs = 10_000;

export class NaiveMetrics {
  readonly #replace: Statement;
  readonly #streams = new Map<string, Stream>();

  constructor(db: Database) {
    db.exec(`CREATE TABLE slices (metric TEXT, instance TEXT, attributes TEXT, start_ms INTEGER, bounds TEXT, counts TEXT, sum REAL,
      PRIMARY KEY (metric, instance, attributes, start_ms))`);
    this.#replace = db.prepare('INSERT OR REPLACE INTO slices VALUES (?, ?, ?, ?, ?, ?, ?)');
  }

  /** One body, inside the caller's transaction. */
  take(body: Uint8Array): void {
    for (const { resource, metrics } of decode(new Reader(body))) {
      const instance = String(resource.find(({ key }) => key === 'service.instance.id')?.value ?? '');
      for (const { name, points } of metrics) for (const point of points) this.#count(instance, name, point);
    }
  }

  #count(instance: string, metric: string, point: Point): void {
    const attributes = JSON.stringify(Object.fromEntries(point.attributes.map(({ key, value }) => [key, value])));
    const key = `${instance} ${metric} ${attributes} ${point.startTimeUnixNano}`;
    const counts = point.bucketCounts.map(Number);
    const last = this.#streams.get(key);
    const isReset = last === undefined || counts.some((count, at) => count < (last.counts[at] ?? 0));
    const added = isReset ? counts : counts.map((count, at) => count - (last.counts[at] ?? 0));
    const addedSum = isReset ? point.sum : point.sum - last.sum;
    const startMs = Math.floor(Number(point.timeUnixNano / 1_000_000n) / sliceMs) * sliceMs;
    const isSame = last !== undefined && last.sliceStartMs === startMs;
    const sliceCounts = isSame ? added.map((count, at) => count + (last.sliceCounts[at] ?? 0)) : added;
    const sliceSum = isSame ? addedSum + last.sliceSum : addedSum;
    this.#streams.set(key, { counts, sum: point.sum, sliceStartMs: startMs, sliceCounts, sliceSum });
    const bounds = JSON.stringify(point.explicitBounds);
    this.#replace.run(metric, instance, attributes, startMs, bounds, JSON.stringify(sliceCounts), sliceSum);
  }
}

/** As in generated code: a cursor, a loop over tags for each message, an object for each. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  end(): number {
    const length = this.varint();
    return this.at + length;
  }

  text(): string {
    const end = this.end();
    const text = Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.at, end - this.at).toString();
    this.at = end;
    return text;
  }

  fixed64(): bigint {
    this.at += 8;
    return this.#view.getBigUint64(this.at - 8, true);
  }

  double(): number {
    this.at += 8;
    return this.#view.getFloat64(this.at - 8, true);
  }

  skip(tag: number): void {
    if ((tag & 7) === 0) this.varint();
    else if ((tag & 7) === 1) this.at += 8;
    else if ((tag & 7) === 5) this.at += 4;
    else this.at = this.end();
  }
}

/** Calls `read` with each tag up to `end`; what it does not take is skipped. */
function eachTag(reader: Reader, end: number, read: (tag: number) => boolean): void {
  while (reader.at < end) {
    const tag = reader.varint();
    if (!read(tag)) reader.skip(tag);
  }
}

interface Group {
  readonly resource: readonly Attribute[];
  readonly metrics: readonly Metric[];
}

function decode(reader: Reader): readonly Group[] {
  const groups: Group[] = [];
  eachTag(reader, reader.length, (tag) => tag === 0x0a && groups.push(readGroup(reader, reader.end())) > 0);
  return groups;
}

function readGroup(reader: Reader, end: number): Group {
  const resource: Attribute[] = [];
  const metrics: Metric[] = [];
  eachTag(reader, end, (tag) => {
    if (tag !== 0x0a && tag !== 0x12) return false;
    const inner = reader.end();
    if (tag === 0x0a)
      eachTag(reader, inner, (field) => field === 0x0a && resource.push(readAttribute(reader, reader.end())) > 0);
    else eachTag(reader, inner, (field) => field === 0x12 && metrics.push(readMetric(reader, reader.end())) > 0);
    return true;
  });
  return { resource, metrics };
}

function readMetric(reader: Reader, end: number): Metric {
  let name = '';
  const points: Point[] = [];
  eachTag(reader, end, (tag) => {
    if (tag === 0x0a) name = reader.text();
    else if (tag === 0x4a)
      eachTag(reader, reader.end(), (field) => field === 0x0a && points.push(readPoint(reader, reader.end())) > 0);
    else return false;
    return true;
  });
  return { name, points };
}

function readPoint(reader: Reader, end: number): Point {
  const attributes: Attribute[] = [];
  const bucketCounts: bigint[] = [];
  const explicitBounds: number[] = [];
  const point = { startTimeUnixNano: 0n, timeUnixNano: 0n, count: 0n, sum: 0 };
  eachTag(reader, end, (tag) => {
    if (tag === 0x11) point.startTimeUnixNano = reader.fixed64();
    else if (tag === 0x19) point.timeUnixNano = reader.fixed64();
    else if (tag === 0x21) point.count = reader.fixed64();
    else if (tag === 0x29) point.sum = reader.double();
    else if (tag === 0x32) for (const inner = reader.end(); reader.at < inner; ) bucketCounts.push(reader.fixed64());
    else if (tag === 0x3a) for (const inner = reader.end(); reader.at < inner; ) explicitBounds.push(reader.double());
    else if (tag === 0x4a) attributes.push(readAttribute(reader, reader.end()));
    else return false;
    return true;
  });
  return { ...point, attributes, bucketCounts, explicitBounds };
}

function readAttribute(reader: Reader, end: number): Attribute {
  let key = '';
  let value: Attribute['value'] = '';
  eachTag(reader, end, (tag) => {
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) {
      eachTag(reader, reader.end(), (field) => {
        if (field === 0x0a) value = reader.text();
        else if (field === 0x10) value = reader.varint() !== 0;
        else if (field === 0x18) value = reader.varint();
        else if (field === 0x21) value = reader.double();
        else return false;
        return true;
      });
    } else return false;
    return true;
  });
  return { key, value };
}
