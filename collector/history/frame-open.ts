/** A decompressed frame: its spans' places, and short facts by trace, worked out when they are asked for. */
import { type AttributeCondition, mayHoldAttribute, spansWithAttribute } from './attribute-match.ts';
import { type CallSpan, readCallSpans } from './span-calls.ts';
import { type DecodedOrigin, type DecodedSpan, decodeOrigin, decodeSpan } from './span-decode.ts';
import { type FrameTrace, groupByTrace, isClosed, namesOf, type SpanNames, spansWithTraceId } from './span-facts.ts';
import { findSpans, piecesHolding, type SpanRanges, spanAt } from './span-ranges.ts';

/** The domain of a span that names none, or null; for telemetry that is mapped by rules. */
export type DomainOf = (span: DecodedSpan) => string | null;

/** A frame whose spans were told apart. */
export interface OpenFrame {
  /** What can be said of its traces without decoding whole spans; computed once. */
  readonly traces: () => ReadonlyMap<string, FrameTrace>;
  /** False when more of the trace must be in other frames. */
  readonly isClosed: (part: FrameTrace) => boolean;
  readonly names: (part: FrameTrace) => readonly SpanNames[];
  /** False when no span of the frame can have this text or attribute; fast. */
  readonly mayHold: (wanted: string | AttributeCondition) => boolean;
  /** Indexes of the spans that carry the attribute; computed once for one after the other. */
  readonly withAttribute: (condition: AttributeCondition) => ReadonlySet<number>;
  /** The spans that began before then (Unix ms), as the map of the domains needs them. */
  readonly calls: (untilMs: number) => readonly CallSpan[];
}

/** Valid until the next frame is opened: then its memory may be given back. */
export interface StoredFrame {
  readonly bytes: Buffer;
  /** @throws OTLP_MALFORMED when the spans cannot be told apart */
  readonly whole: () => OpenFrame;
  /** The spans of a trace (16 bytes), whole. @throws OTLP_MALFORMED */
  readonly spansOf: (traceId: Buffer) => DecodedSpan[];
  /** The spans in which these bytes stand anywhere, whole. @throws OTLP_MALFORMED */
  readonly spansHolding: (text: Buffer) => DecodedSpan[];
}

/** Looks at nothing yet. */
export function readFrame(bytes: Buffer, domainOf: DomainOf | null): StoredFrame {
  let frame: WholeFrame | undefined;
  const whole = (): WholeFrame => {
    frame ??= openWhole(bytes, createDecoder(bytes, findSpans(bytes), domainOf), domainOf);
    return frame;
  };
  /** Where few spans are wanted, the others are not told apart either. */
  const pieces = (wanted: Buffer): readonly SpanDecoder[] =>
    piecesHolding(bytes, wanted).map((ranges) => createDecoder(bytes, ranges, domainOf));
  return {
    bytes,
    whole,
    spansOf: (traceId) => {
      const known = frame?.knownSpansOf(traceId.toString('hex'));
      if (known !== undefined) return known;
      return pieces(traceId).flatMap(({ ranges, span }) => spansWithTraceId(bytes, ranges, traceId).map(span));
    },
    spansHolding: (text) =>
      pieces(text).flatMap(({ ranges, span }) => indexesHolding(bytes, ranges, text).map((index) => span(index))),
  };
}

/** Spans of some stretch of the bytes. */
interface SpanDecoder {
  readonly ranges: SpanRanges;
  readonly origin: (index: number) => DecodedOrigin;
  /** The span at `index` of the ranges, whole. */
  readonly span: (index: number) => DecodedSpan;
}

interface WholeFrame extends OpenFrame {
  /** Undefined until the traces were asked for. */
  readonly knownSpansOf: (traceId: string) => DecodedSpan[] | undefined;
}

const noOrigin = { resource: { from: 0, to: 0 }, scope: { from: 0, to: 0 } };

function createDecoder(bytes: Buffer, ranges: SpanRanges, domainOf: DomainOf | null): SpanDecoder {
  const origins: DecodedOrigin[] = [];
  const origin = (index: number): DecodedOrigin => {
    const place = ranges.origin[index] ?? 0;
    origins[place] ??= decodeOrigin(bytes, ranges.origins[place] ?? noOrigin);
    return origins[place];
  };
  const span = (index: number): DecodedSpan => {
    const decoded = decodeSpan(bytes, ranges, index, origin(index));
    if (decoded.domain !== null || domainOf === null) return decoded;
    return { ...decoded, domain: domainOf(decoded) };
  };
  return { ranges, origin, span };
}

function openWhole(bytes: Buffer, { ranges, origin, span }: SpanDecoder, domainOf: DomainOf | null): WholeFrame {
  const nameOf = (index: number): SpanNames => {
    const own = namesOf(bytes, ranges, index);
    if (own.domain !== null) return own;
    return { ...own, domain: domainOf === null ? origin(index).domain : span(index).domain };
  };
  const entriesOf = (place: number) => decodeOrigin(bytes, ranges.origins[place] ?? noOrigin).entries;
  let carriers: { readonly condition: AttributeCondition; readonly spans: ReadonlySet<number> } | undefined;
  let traces: ReadonlyMap<string, FrameTrace> | undefined;
  const origins = { origin, mapped: domainOf && ((index: number) => span(index).domain) };
  return {
    traces: () => {
      traces ??= groupByTrace(bytes, ranges);
      return traces;
    },
    knownSpansOf: (traceId) => traces && (traces.get(traceId)?.spans ?? []).map(span),
    isClosed: (part) => isClosed(bytes, ranges, part.spans),
    names: (part) => part.spans.map(nameOf),
    mayHold: (wanted) => (typeof wanted === 'string' ? bytes.includes(wanted) : mayHoldAttribute(bytes, wanted)),
    withAttribute: (condition) => {
      if (carriers?.condition !== condition) {
        carriers = { condition, spans: spansWithAttribute(bytes, ranges, condition, entriesOf) };
      }
      return carriers.spans;
    },
    calls: (untilMs) => readCallSpans(bytes, ranges, { origins, untilMs }),
  };
}

function indexesHolding(bytes: Buffer, ranges: SpanRanges, text: Buffer): number[] {
  const found: number[] = [];
  const end = ranges.to[ranges.count - 1] ?? 0;
  for (let at = bytes.indexOf(text, ranges.from[0] ?? 0); at >= 0 && at < end; ) {
    const index = spanAt(ranges, at);
    if (index >= 0) found.push(index);
    at = bytes.indexOf(text, index >= 0 ? Math.max(at + 1, ranges.to[index] ?? 0) : at + 1);
  }
  return found;
}
