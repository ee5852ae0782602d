/** Where the spans of an ExportTraceServiceRequest are, without decoding them. */
import { ProtoReader, wire } from './span-wire.ts';

/** Byte ranges; `to` is exclusive, an absent part is empty. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** What the spans of one ScopeSpans share. */
export interface SpanOrigin {
  readonly resource: ByteRange;
  readonly scope: ByteRange;
}

/** Parallel arrays, one place a span, in the order of the bytes. */
export interface SpanRanges {
  readonly count: number;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Index into `origins`. */
  readonly origin: Uint32Array;
  readonly origins: readonly SpanOrigin[];
}

const nothing: ByteRange = { from: 0, to: 0 };

/**
 * Walks the outer three levels only; [start, end) are whole fields of the outermost, by default all of them.
 * @throws OTLP_MALFORMED
 */
export function findSpans(bytes: Buffer, start = 0, end = bytes.length): SpanRanges {
  const from: number[] = [];
  const to: number[] = [];
  const origin: number[] = [];
  const origins: SpanOrigin[] = [];
  const request = new ProtoReader(bytes, start, end, 'strict');
  while (request.next()) {
    if (!isMessage(request, 1)) continue;
    const { resource, scopes } = readResourceSpans(request.message());
    for (const scopeSpans of scopes) {
      const place = origins.length;
      const reader = new ProtoReader(bytes, scopeSpans.from, scopeSpans.to, 'strict');
      let scope = nothing;
      while (reader.next()) {
        if (isMessage(reader, 1)) scope = { from: reader.from, to: reader.to };
        if (!isMessage(reader, 2)) continue;
        from.push(reader.from);
        to.push(reader.to);
        origin.push(place);
      }
      origins.push({ resource, scope });
    }
  }
  return {
    count: from.length,
    from: Uint32Array.from(from),
    to: Uint32Array.from(to),
    origin: Uint32Array.from(origin),
    origins,
  };
}

/** The spans of those ResourceSpans alone in which `wanted` stands anywhere. @throws OTLP_MALFORMED */
export function piecesHolding(bytes: Buffer, wanted: Buffer): SpanRanges[] {
  const pieces: SpanRanges[] = [];
  const request = new ProtoReader(bytes, 0, bytes.length, 'strict');
  let start = 0;
  for (let hit = bytes.indexOf(wanted); hit >= 0 && request.next(); start = request.to) {
    if (hit >= request.to) continue;
    pieces.push(findSpans(bytes, start, request.to));
    hit = bytes.indexOf(wanted, request.to);
  }
  return pieces;
}

/** A field of another wire type is an unknown one, as the intake has it. */
function isMessage(reader: ProtoReader, field: number): boolean {
  return reader.field === field && reader.wireType === wire.bytes;
}

/** Index of the span that contains the byte `at`, or −1. */
export function spanAt(ranges: SpanRanges, at: number): number {
  let low = 0;
  let high = ranges.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges.to[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low < ranges.count && (ranges.from[low] ?? 0) <= at ? low : -1;
}

/** The resource may stand after its spans. */
function readResourceSpans(reader: ProtoReader): {
  readonly resource: ByteRange;
  readonly scopes: readonly ByteRange[];
} {
  let resource = nothing;
  const scopes: ByteRange[] = [];
  while (reader.next()) {
    if (!isMessage(reader, 1) && !isMessage(reader, 2)) continue;
    const range = { from: reader.from, to: reader.to };
    if (reader.field === 1) resource = range;
    else scopes.push(range);
  }
  return { resource, scopes };
}
