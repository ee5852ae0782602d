/** Attribute values of OTLP as plain JSON values. */
import type { ProtoReader } from './span-wire.ts';

/** What an attribute may hold after decoding: always JSON. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | { readonly bytes: string }
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** A decoded attribute; the last of several with one key counts. */
export type AttributeEntry = readonly [key: string, value: AttributeValue];

/** OTLP's own exporters nest two or three levels. */
const deepest = 16;
/** Stands where a value is nested deeper than that. */
export const tooDeep = '[nested too deeply]';

/**
 * A KeyValue message. int64 beyond ±2⁵³ and doubles that JSON does not know become text, bytes `{bytes: base64}`.
 * @throws OTLP_MALFORMED
 */
export function decodeKeyValue(reader: ProtoReader, depth = 0): AttributeEntry {
  let key = '';
  let value: AttributeValue = null;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = decodeValue(reader.message(), depth);
  }
  return [key, value];
}

/** The string value of a KeyValue if its key is `key`. */
export function textOf(pair: ProtoReader, key: Buffer): string | null {
  let matches = false;
  let text: string | null = null;
  while (pair.next()) {
    if (pair.field === 1) {
      matches = pair.holds(key);
      if (!matches) return null;
    } else if (pair.field === 2) {
      const value = pair.message();
      while (value.next()) text = value.field === 1 ? value.text() : null;
    }
  }
  return matches ? text : null;
}

/** An AnyValue message. @throws OTLP_MALFORMED */
export function decodeValue(reader: ProtoReader, depth = 0): AttributeValue {
  if (depth >= deepest) return tooDeep;
  let value: AttributeValue = null;
  while (reader.next()) value = decodeOne(reader, depth) ?? value;
  return value;
}

function decodeOne(reader: ProtoReader, depth: number): AttributeValue | undefined {
  switch (reader.field) {
    case 1:
      return reader.text();
    case 2:
      return reader.uint32() !== 0;
    case 3:
      return safeInteger(reader.int64());
    case 4:
      return jsonNumber(reader.double());
    case 5:
      return decodeArray(reader.message(), depth + 1);
    case 6:
      return decodeMap(reader.message(), depth + 1);
    case 7:
      return { bytes: reader.base64() };
    default:
      return undefined;
  }
}

function safeInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function decodeArray(reader: ProtoReader, depth: number): readonly AttributeValue[] {
  const values: AttributeValue[] = [];
  while (reader.next()) if (reader.field === 1) values.push(decodeValue(reader.message(), depth));
  return values;
}

function decodeMap(reader: ProtoReader, depth: number): { readonly [key: string]: AttributeValue } {
  const entries: AttributeEntry[] = [];
  while (reader.next()) if (reader.field === 1) entries.push(decodeKeyValue(reader.message(), depth));
  return Object.fromEntries(entries);
}
