/** Makes OTLP spans for tests and benchmarks: a small protobuf encoder and the frame that such spans would be stored as. */
import type { FrameInput } from './frame-input.ts';
import { textTag, traceTag } from './tags.ts';

/** Integers become int64, other numbers double, objects kvlist. */
export type FixtureValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | readonly FixtureValue[]
  | { readonly [key: string]: FixtureValue };

export type FixtureAttributes = Readonly<Record<string, FixtureValue>>;

/** Ids are hexadecimal; times Unix ms, exact to the ns; `domain`, `operation`, `correlationId` become the `seam.` attributes. */
export interface FixtureSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name?: string;
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly startMs: number;
  readonly durationMs: number;
  readonly status?: 'ok' | 'error';
  readonly statusMessage?: string;
  readonly domain?: string;
  readonly operation?: string;
  readonly correlationId?: string;
  readonly attributes?: FixtureAttributes;
  readonly events?: readonly {
    readonly name: string;
    readonly timeMs: number;
    readonly attributes?: FixtureAttributes;
  }[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

const kindNumber = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** One ExportTraceServiceRequest with one resource and one scope. */
export function encodeSpans(
  spans: readonly FixtureSpan[],
  resource: FixtureAttributes = { 'service.name': 'api' },
  scopeName = 'fixture',
): Buffer {
  const scope = message(1, [bytesField(1, Buffer.from(scopeName))]);
  const scopeSpans = message(2, [scope, ...spans.map((span) => message(2, spanFields(span)))]);
  return message(1, [message(1, keyValues(1, resource)), scopeSpans]);
}

/** What the intake would hand over for these spans in one body. */
export function frameOf(spans: readonly FixtureSpan[], resource?: FixtureAttributes): FrameInput {
  return {
    bodies: [encodeSpans(spans, resource)],
    spanCount: spans.length,
    minStartMs: Math.min(...spans.map((span) => span.startMs)),
    maxEndMs: Math.max(...spans.map((span) => span.startMs + span.durationMs)),
    maxDurationMs: Math.max(...spans.map((span) => span.durationMs)),
    errorCount: spans.filter((span) => span.status === 'error').length,
    synthetic: resource?.['seam.synthetic'] === true,
    domains: new Set(spans.flatMap((span) => span.domain ?? [])),
    keys: Uint32Array.from(new Set(spans.flatMap(tagsOf))),
  };
}

function tagsOf(span: FixtureSpan): number[] {
  const traceId = Buffer.from(span.traceId, 'hex');
  const tags = [traceTag(traceId, 0)];
  if (span.correlationId === undefined) return tags;
  const text = Buffer.from(span.correlationId);
  return [...tags, textTag(text, 0, text.length)];
}

function spanFields(span: FixtureSpan): Buffer[] {
  const attributes: FixtureAttributes = {
    ...(span.domain === undefined ? {} : { 'seam.domain': span.domain }),
    ...(span.operation === undefined ? {} : { 'seam.operation': span.operation }),
    ...(span.correlationId === undefined ? {} : { 'seam.correlation_id': span.correlationId }),
    ...span.attributes,
  };
  return [
    bytesField(1, Buffer.from(span.traceId, 'hex')),
    bytesField(2, Buffer.from(span.spanId, 'hex')),
    ...(span.traceState === undefined ? [] : [bytesField(3, Buffer.from(span.traceState))]),
    ...(span.parentSpanId === undefined ? [] : [bytesField(4, Buffer.from(span.parentSpanId, 'hex'))]),
    bytesField(5, Buffer.from(span.name ?? span.operation ?? 'span')),
    varintField(6, BigInt(kindNumber[span.kind ?? 'internal'])),
    timeField(7, span.startMs),
    timeField(8, span.startMs + span.durationMs),
    ...keyValues(9, attributes),
    ...(span.events ?? []).map((event) =>
      message(11, [
        timeField(1, event.timeMs),
        bytesField(2, Buffer.from(event.name)),
        ...keyValues(3, event.attributes ?? {}),
      ]),
    ),
    ...(span.links ?? []).map((link) =>
      message(13, [bytesField(1, Buffer.from(link.traceId, 'hex')), bytesField(2, Buffer.from(link.spanId, 'hex'))]),
    ),
    ...statusField(span),
  ];
}

function statusField(span: FixtureSpan): Buffer[] {
  if (span.status === undefined) return [];
  const text = span.statusMessage === undefined ? [] : [bytesField(2, Buffer.from(span.statusMessage))];
  return [message(15, [...text, varintField(3, span.status === 'ok' ? 1n : 2n)])];
}

function keyValues(field: number, attributes: FixtureAttributes): Buffer[] {
  return Object.entries(attributes).map(([key, value]) =>
    message(field, [bytesField(1, Buffer.from(key)), message(2, [anyValue(value)])]),
  );
}

function anyValue(value: FixtureValue): Buffer {
  if (typeof value === 'string') return bytesField(1, Buffer.from(value));
  if (typeof value === 'boolean') return varintField(2, value ? 1n : 0n);
  if (typeof value === 'bigint') return varintField(3, value);
  if (typeof value === 'number') return Number.isInteger(value) ? varintField(3, BigInt(value)) : doubleField(4, value);
  if (value instanceof Uint8Array) return bytesField(7, value);
  if (Array.isArray(value))
    return message(
      5,
      value.map((each) => message(1, [anyValue(each)])),
    );
  return message(6, keyValues(1, Object.fromEntries(Object.entries(value))));
}

/** A length-delimited field of any number of parts. */
export function message(field: number, parts: readonly Buffer[]): Buffer {
  return bytesField(field, Buffer.concat(parts));
}

export function bytesField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes]);
}

export function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([varint(BigInt(field * 8)), varint(BigInt.asUintN(64, value))]);
}

function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(BigInt(field * 8 + 1)), bytes]);
}

function timeField(field: number, ms: number): Buffer {
  const bytes = Buffer.alloc(8);
  const whole = Math.floor(ms);
  bytes.writeBigUInt64LE(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
  return Buffer.concat([varint(BigInt(field * 8 + 1)), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
