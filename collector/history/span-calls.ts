/** What the map of the domains needs of each stored span, read without decoding whole spans. */
import { attribute } from '../../src/kernel/conventions.ts';
import { countedWeight } from '../../src/kernel/tracestate.ts';
import { textOf } from './span-attributes.ts';
import type { DecodedOrigin } from './span-decode.ts';
import type { SpanRanges } from './span-ranges.ts';
import { ProtoReader, wire } from './span-wire.ts';

/** Ids are lower-case hexadecimal. */
export interface CallSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly isProducer: boolean;
  readonly isConsumer: boolean;
  readonly isError: boolean;
  /** Unix ms with a fraction. */
  readonly endMs: number;
  /** Exact. */
  readonly durationNs: number;
  /** How many spans it stands for by its sampling; 0 = a probe's. */
  readonly weight: number;
  /** Of the span, else of its resource, else by the mapping rules; null = to be inherited from the parent. */
  readonly domain: string | null;
  readonly synthetic: boolean;
}

/** Where a span's domain comes from when it names none; `mapped` is null without mapping rules. */
export interface CallOrigins {
  readonly origin: (index: number) => DecodedOrigin;
  readonly mapped: ((index: number) => string | null) | null;
}

type Draft = { -readonly [Key in keyof CallSpan]: CallSpan[Key] };

/** Field numbers and values: opentelemetry/proto/trace/v1/trace.proto, messages Span and Status. */
const kindField = 6;
const producerKind = 4;
const consumerKind = 5;
const errorStatus = 2;
const domainKey = Buffer.from(attribute.domain);

/** Those that began before `untilMs`, in the order of the bytes; without those that have no id, which the intake takes none of. */
export function readCallSpans(
  bytes: Buffer,
  ranges: SpanRanges,
  { origins, untilMs }: { readonly origins: CallOrigins; readonly untilMs: number },
): CallSpan[] {
  const found: CallSpan[] = [];
  const reader = new ProtoReader(bytes, 0, 0);
  const pair = new ProtoReader(bytes, 0, 0);
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    const span = readOne(reader, pair);
    if (span.traceId === '' || span.spanId === '' || span.endMs - span.durationNs / 1e6 >= untilMs) continue;
    const origin = origins.origin(index);
    span.synthetic = origin.synthetic;
    span.domain = (span.domain || origin.domain) ?? origins.mapped?.(index) ?? null;
    found.push(span);
  }
  return found;
}

function readOne(reader: ProtoReader, pair: ProtoReader): Draft {
  const span = emptyDraft();
  let startNs = 0n;
  let endNs = 0n;
  while (reader.next()) {
    if (reader.wireType === wire.bytes) readBytesField(reader, pair, span);
    else if (reader.field === 7) startNs = reader.fixed64();
    else if (reader.field === 8) {
      endNs = reader.fixed64();
      span.endMs = reader.timeMs();
    } else if (reader.field === kindField) {
      const kind = reader.uint32();
      span.isProducer = kind === producerKind;
      span.isConsumer = kind === consumerKind;
    }
  }
  span.durationNs = endNs > startNs ? Number(endNs - startNs) : 0;
  return span;
}

function readBytesField(reader: ProtoReader, pair: ProtoReader, span: Draft): void {
  switch (reader.field) {
    case 1:
      span.traceId = reader.hex();
      return;
    case 2:
      span.spanId = reader.hex();
      return;
    case 3:
      if (reader.to > reader.from) span.weight = countedWeight(reader.text());
      return;
    case 4:
      span.parentSpanId = namedParent(reader.hex());
      return;
    case 9:
      pair.reset(reader.from, reader.to);
      span.domain = textOf(pair, domainKey) ?? span.domain;
      return;
    case 15:
      span.isError = isError(reader.message());
      return;
  }
}

function namedParent(id: string): string | null {
  return /^0*$/.test(id) ? null : id;
}

function isError(status: ProtoReader): boolean {
  let code = 0;
  while (status.next()) if (status.field === 3) code = status.uint32();
  return code === errorStatus;
}

function emptyDraft(): Draft {
  return {
    ...{ traceId: '', spanId: '', parentSpanId: null, isProducer: false, isConsumer: false, isError: false },
    ...{ endMs: 0, durationNs: 0, weight: 1, domain: null, synthetic: false },
  };
}
