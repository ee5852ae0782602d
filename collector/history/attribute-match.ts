/** Which spans of a frame carry an attribute with a certain value, found without decoding whole spans. */
import { type AttributeEntry, type AttributeValue, decodeKeyValue } from './span-attributes.ts';
import type { DecodedSpan } from './span-decode.ts';
import type { SpanRanges } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';

/** `key` as the trace shows it (resource attributes as `resource.…`), `value` as {@link attributeText} writes it. */
export interface AttributeCondition {
  readonly key: string;
  readonly value: string;
}

/** A value as text: text as it is, bytes as base64, everything else as JSON without spaces. */
export function attributeText(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'bytes' in value && typeof value.bytes === 'string') {
    return value.bytes;
  }
  return JSON.stringify(value);
}

/** True when the decoded span carries it. */
export function carriesAttribute(span: Pick<DecodedSpan, 'attributes'>, { key, value }: AttributeCondition): boolean {
  const held = span.attributes[key];
  return held !== undefined && Object.hasOwn(span.attributes, key) && attributeText(held) === value;
}

/** False when these bytes, a frame, cannot hold the attribute on any span; a fast look that decodes nothing. */
export function mayHoldAttribute(bytes: Buffer, { key, value }: AttributeCondition): boolean {
  const own = key.startsWith(resourcePrefix) ? key.slice(resourcePrefix.length) : key;
  const isRenamed = key.startsWith('scope.') || key.startsWith('otel.');
  if (!isRenamed && !bytes.includes(own)) return false;
  return mayBeNoText(value) || bytes.includes(value);
}

/** Indexes of the spans that carry it. `originOf` gives the decoded attributes of a resource and its scope. @throws OTLP_MALFORMED */
export function spansWithAttribute(
  bytes: Buffer,
  ranges: SpanRanges,
  condition: AttributeCondition,
  originOf: (place: number) => readonly AttributeEntry[],
): ReadonlySet<number> {
  const found = new Set<number>();
  const key = Buffer.from(condition.key);
  const shared = ranges.origins.map((_, place) => lastValue(originOf(place), condition.key));
  const reader = new ProtoReader(bytes, 0, 0);
  for (let index = 0; index < ranges.count; index += 1) {
    reader.reset(ranges.from[index] ?? 0, ranges.to[index] ?? 0);
    // What the resource and the scope say stands behind the span's own: the last of several with one key counts.
    const held = shared[ranges.origin[index] ?? 0] ?? ownValue(reader, key, condition.key);
    if (held !== undefined && attributeText(held) === condition.value) found.add(index);
  }
  return found;
}

const resourcePrefix = 'resource.';
const statusKey = 'otel.status_description';

/** Numbers, truth values, lists and maps are shown as JSON, bytes as base64: none of them stands in a frame as it is shown. */
function mayBeNoText(value: string): boolean {
  if (value === '' || value.startsWith('[') || value.startsWith('{') || /^(?:true|false|null)$/.test(value))
    return true;
  if (!Number.isNaN(Number(value)) || value === 'NaN') return true;
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}

function lastValue(entries: readonly AttributeEntry[], key: string): AttributeValue | undefined {
  return entries.findLast(([name]) => name === key)?.[1];
}

/** Field numbers: opentelemetry/proto/trace/v1/trace.proto, message Span. */
function ownValue(span: ProtoReader, key: Buffer, name: string): AttributeValue | undefined {
  let held: AttributeValue | undefined;
  while (span.next()) {
    if (span.field === 9 && isNamed(span.message(), key)) held = decodeKeyValue(span.message())[1];
    else if (span.field === 15 && name === statusKey) held = descriptionOf(span.message()) ?? held;
  }
  return held;
}

function isNamed(pair: ProtoReader, key: Buffer): boolean {
  while (pair.next()) if (pair.field === 1) return pair.holds(key);
  return key.length === 0;
}

function descriptionOf(status: ProtoReader): string | undefined {
  let text: string | undefined;
  while (status.next()) if (status.field === 2) text = status.text();
  return text;
}
