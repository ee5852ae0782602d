/** What a search needs to know of the traces of one frame, read without decoding whole spans. */
import { attribute } from '../../src/kernel/conventions.ts';
import { textOf } from './span-attributes.ts';
import type { SpanRanges } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';

/** The part of a trace that is in one frame. Times are Unix ms with a fraction. */
export interface FrameTrace {
  readonly traceId: string;
  /** Indexes into the frame's ranges. */
  readonly spans: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly error: boolean;
}

/** What one span says of its place in the modular monolith. */
export interface SpanNames {
  readonly name: string;
  readonly domain: string | null;
  readonly operation: string | null;
}

interface Draft extends FrameTrace {
  readonly spans: number[];
  startMs: number;
  endMs: number;
  error: boolean;
}

interface Fact {
  traceBytes: Buffer;
  traceId: string;
  startMs: number;
  endMs: number;
  error: boolean;
}

const domainKey = Buffer.from(attribute.domain);
const operationKey = Buffer.from(attribute.operation);
/** The intake takes no other trace id; a damaged frame may hold one. */
const idDigits = 32;

/** By trace id. @throws OTLP_MALFORMED */
export function groupByTrace(bytes: Buffer, ranges: SpanRanges): ReadonlyMap<string, FrameTrace> {
  const groups = new Map<string, Draft>();
  const reader = new ProtoReader(bytes, 0, 0);
  const fact: Fact = { traceBytes: Buffer.alloc(0), traceId: '', startMs: 0, endMs: 0, error: false };
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    readFact(reader, fact);
    const { traceId, startMs, error } = fact;
    if (traceId.length !== idDigits) continue;
    const endMs = Math.max(startMs, fact.endMs);
    const group = groups.get(traceId);
    if (group === undefined) groups.set(traceId, { traceId, spans: [index], startMs, endMs, error });
    else {
      group.spans.push(index);
      group.startMs = Math.min(group.startMs, startMs);
      group.endMs = Math.max(group.endMs, endMs);
      group.error ||= error;
    }
  }
  return groups;
}

/** False when the parent of one of these spans is not among them, so that more of the trace must be elsewhere. @throws OTLP_MALFORMED */
export function isClosed(bytes: Buffer, ranges: SpanRanges, spans: readonly number[]): boolean {
  const ids: number[] = [];
  const parents: number[] = [];
  const reader = new ProtoReader(bytes, 0, 0);
  for (const index of spans) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    for (let left = 2; left > 0 && reader.next(); ) {
      if (reader.field !== 2 && reader.field !== 4) continue;
      left -= 1;
      const length = reader.to - reader.from;
      if (length === idBytes) (reader.field === 2 ? ids : parents).push(reader.from);
      else if (length > 0) return false;
    }
  }
  const isKnown = ids.length > fewIds ? knownByText(bytes, ids) : knownByBytes(bytes, ids);
  return parents.every((parent) => isZero(bytes, parent) || isKnown(parent));
}

/** Texts of ids cost more than comparing each with each while there are few. */
const fewIds = 32;
const idBytes = 8;

function knownByText(bytes: Buffer, ids: readonly number[]): (parent: number) => boolean {
  const textAt = (at: number): string => bytes.toString('latin1', at, at + idBytes);
  const known = new Set(ids.map(textAt));
  return (parent) => known.has(textAt(parent));
}

function knownByBytes(bytes: Buffer, ids: readonly number[]): (parent: number) => boolean {
  return (parent) => {
    const [low, high] = [bytes.readUInt32LE(parent), bytes.readUInt32LE(parent + 4)];
    return ids.some((id) => bytes.readUInt32LE(id) === low && bytes.readUInt32LE(id + 4) === high);
  };
}

function isZero(bytes: Buffer, at: number): boolean {
  return bytes.readUInt32LE(at) === 0 && bytes.readUInt32LE(at + 4) === 0;
}

/** The span's name, and the domain and operation that it names itself. @throws OTLP_MALFORMED */
export function namesOf(bytes: Buffer, ranges: SpanRanges, index: number): SpanNames {
  let name = '';
  let domain: string | null = null;
  let operation: string | null = null;
  const reader = new ProtoReader(bytes, ranges.from[index] ?? 0, ranges.to[index] ?? 0);
  while (reader.next()) {
    if (reader.field === 5) name = reader.text();
    if (reader.field !== 9) continue;
    domain = textOf(reader.message(), domainKey) ?? domain;
    operation = textOf(reader.message(), operationKey) ?? operation;
  }
  return { name, domain, operation };
}

/** Indexes of the spans of `traceId` (16 bytes). @throws OTLP_MALFORMED */
export function spansWithTraceId(bytes: Buffer, ranges: SpanRanges, traceId: Buffer): number[] {
  const found: number[] = [];
  const reader = new ProtoReader(bytes, 0, 0);
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    while (reader.next()) {
      if (reader.field !== 1) continue;
      if (reader.holds(traceId)) found.push(index);
      break;
    }
  }
  return found;
}

/** Overwrites `fact`: one object for a whole frame. */
function readFact(reader: ProtoReader, fact: Fact): void {
  fact.error = false;
  fact.startMs = 0;
  fact.endMs = 0;
  while (reader.next()) {
    if (reader.field === 1) {
      // Spans of one trace often stand together: the text is made once for all of them.
      if (!reader.holds(fact.traceBytes)) {
        fact.traceBytes = reader.bytes.subarray(reader.from, reader.to);
        fact.traceId = reader.hex();
      }
    } else if (reader.field === 7) fact.startMs = reader.timeMs();
    else if (reader.field === 8) fact.endMs = reader.timeMs();
    else if (reader.field === 15) fact.error = isError(reader.message());
  }
}

function isError(status: ProtoReader): boolean {
  let code = 0;
  while (status.next()) if (status.field === 3) code = status.uint32();
  return code === 2;
}
