/** Decodes stored spans for reading: protobuf in, plain objects out. Pure. */
import { attribute } from '../../src/kernel/conventions.ts';
import { type AttributeEntry, type AttributeValue, decodeKeyValue } from './span-attributes.ts';
import { findSpans, type SpanOrigin, type SpanRanges } from './span-ranges.ts';
import { ProtoReader, wire } from './span-wire.ts';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanStatus = 'unset' | 'ok' | 'error';

/** Attribute values by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** One span. Times are Unix nanoseconds; ids lower-case hexadecimal; `endNs` ≥ `startNs`. */
export interface DecodedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The span's own; then `resource.…`, `scope.…`, `otel.scope.name`, `otel.scope.version`, `otel.status_description`, `otel.dropped_…_count`. */
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly timeNs: bigint; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
  /** Of the span, else of its resource; null = to be inherited from the parent. */
  readonly domain: string | null;
  readonly operation: string | null;
  readonly correlationId: string | null;
  readonly synthetic: boolean;
}

/** Attribute entries of a resource and a scope, already prefixed, and what they say of every span under them. */
export interface DecodedOrigin {
  readonly entries: readonly AttributeEntry[];
  readonly domain: string | null;
  readonly synthetic: boolean;
}

const kinds: readonly SpanKind[] = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses: readonly SpanStatus[] = ['unset', 'ok', 'error'];

/**
 * Every span of an ExportTraceServiceRequest, in the order of the bytes; unknown fields are passed over, and what is broken inside a
 * span is left out of it.
 * @throws OTLP_MALFORMED when the spans cannot be told apart
 */
export function decodeSpans(body: Uint8Array): DecodedSpan[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const ranges = findSpans(bytes);
  const origins = ranges.origins.map((origin) => decodeOrigin(bytes, origin));
  return Array.from({ length: ranges.count }, (_, index) =>
    decodeSpan(bytes, ranges, index, origins[ranges.origin[index] ?? 0]),
  );
}

/** What cannot be read is left out. */
export function decodeOrigin(bytes: Buffer, origin: SpanOrigin): DecodedOrigin {
  const entries: AttributeEntry[] = [];
  const resource = new ProtoReader(bytes, origin.resource.from, origin.resource.to);
  while (resource.next()) {
    if (resource.field !== 1) continue;
    const [key, value] = decodeKeyValue(resource.message());
    entries.push([`resource.${key}`, value]);
  }
  const scope = new ProtoReader(bytes, origin.scope.from, origin.scope.to);
  while (scope.next()) {
    if (scope.field === 1) entries.push(...given('otel.scope.name', scope.text()));
    if (scope.field === 2) entries.push(...given('otel.scope.version', scope.text()));
    if (scope.field !== 3) continue;
    const [key, value] = decodeKeyValue(scope.message());
    entries.push([`scope.${key}`, value]);
  }
  const known = Object.fromEntries(entries);
  const synthetic = known[`resource.${attribute.synthetic}`];
  return {
    entries,
    domain: textOrNull(known[`resource.${attribute.domain}`]),
    synthetic: synthetic === true || synthetic === 'true',
  };
}

/** Span `index` of the ranges; `origin` is its decoded resource and scope. What cannot be read is left out. */
export function decodeSpan(bytes: Buffer, ranges: SpanRanges, index: number, origin?: DecodedOrigin): DecodedSpan {
  const reader = new ProtoReader(bytes, ranges.from[index] ?? 0, ranges.to[index] ?? 0);
  const fields = readFields(reader);
  const attributes: Attributes = Object.fromEntries([...fields.attributes, ...(origin?.entries ?? [])]);
  return {
    traceId: fields.traceId,
    spanId: fields.spanId,
    parentSpanId: /^0*$/.test(fields.parentSpanId) ? null : fields.parentSpanId,
    name: fields.name,
    kind: kinds[fields.kind] ?? 'internal',
    status: statuses[fields.status] ?? 'unset',
    startNs: fields.startNs,
    endNs: fields.endNs < fields.startNs ? fields.startNs : fields.endNs,
    attributes,
    events: fields.events,
    links: fields.links,
    domain: textOrNull(attributes[attribute.domain]) ?? origin?.domain ?? null,
    operation: textOrNull(attributes[attribute.operation]),
    correlationId: textOrNull(attributes[attribute.correlationId]),
    synthetic: origin?.synthetic ?? false,
  };
}

interface SpanFields {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: number;
  status: number;
  startNs: bigint;
  endNs: bigint;
  readonly attributes: AttributeEntry[];
  readonly events: DecodedSpan['events'][number][];
  readonly links: DecodedSpan['links'][number][];
}

function readFields(reader: ProtoReader): SpanFields {
  const fields: SpanFields = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    kind: 0,
    status: 0,
    startNs: 0n,
    endNs: 0n,
    attributes: [],
    events: [],
    links: [],
  };
  while (reader.next()) readField(reader, fields);
  return fields;
}

/** Field numbers: opentelemetry/proto/trace/v1/trace.proto, message Span. A field of another wire type is an unknown one. */
function readField(reader: ProtoReader, fields: SpanFields): void {
  if (reader.wireType === wire.bytes) readBytesField(reader, fields);
  else if (reader.wireType === wire.fixed64) {
    if (reader.field === 7) fields.startNs = reader.fixed64();
    else if (reader.field === 8) fields.endNs = reader.fixed64();
  } else if (reader.field === 6) fields.kind = reader.uint32();
  else {
    const dropped = droppedKeys.get(reader.field);
    const count = dropped === undefined ? 0 : reader.uint32();
    if (dropped !== undefined && count > 0) fields.attributes.push([dropped, count]);
  }
}

/** What the sender's limits left out, under the names that OpenTelemetry gives it outside OTLP. */
const droppedKeys: ReadonlyMap<number, string> = new Map([
  [10, 'otel.dropped_attributes_count'],
  [12, 'otel.dropped_events_count'],
  [14, 'otel.dropped_links_count'],
]);

function readBytesField(reader: ProtoReader, fields: SpanFields): void {
  if (reader.field === 1) fields.traceId = reader.hex();
  else if (reader.field === 2) fields.spanId = reader.hex();
  else if (reader.field === 4) fields.parentSpanId = reader.hex();
  else if (reader.field === 5) fields.name = reader.text();
  else if (reader.field === 9) fields.attributes.push(decodeKeyValue(reader.message()));
  else if (reader.field === 11) fields.events.push(readEvent(reader.message()));
  else if (reader.field === 13) fields.links.push(readLink(reader.message()));
  else if (reader.field === 15) readStatus(reader.message(), fields);
}

function readStatus(reader: ProtoReader, fields: SpanFields): void {
  while (reader.next()) {
    if (reader.field === 3) fields.status = reader.uint32();
    else if (reader.field === 2) fields.attributes.push(...given('otel.status_description', reader.text()));
  }
}

function readEvent(reader: ProtoReader): DecodedSpan['events'][number] {
  let timeNs = 0n;
  let name = '';
  const attributes: AttributeEntry[] = [];
  while (reader.next()) {
    if (reader.field === 1) timeNs = reader.fixed64();
    else if (reader.field === 2) name = reader.text();
    else if (reader.field === 3) attributes.push(decodeKeyValue(reader.message()));
  }
  return { name, timeNs, attributes: Object.fromEntries(attributes) };
}

function readLink(reader: ProtoReader): DecodedSpan['links'][number] {
  let traceId = '';
  let spanId = '';
  const attributes: AttributeEntry[] = [];
  while (reader.next()) {
    if (reader.field === 1) traceId = reader.hex();
    else if (reader.field === 2) spanId = reader.hex();
    else if (reader.field === 4) attributes.push(decodeKeyValue(reader.message()));
  }
  return { traceId, spanId, attributes: Object.fromEntries(attributes) };
}

function textOrNull(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** An empty text is one that was not given: protobuf may write it or leave it out. */
function given(key: string, text: string): AttributeEntry[] {
  return text === '' ? [] : [[key, text]];
}
