/** Reads OTLP attributes into values, for the few places that need all of them. */
import type { DecodeBudget } from './decode-budget.ts';
import { bytesField, type WireReader } from './wire-reader.ts';

/** What a label can be made of; whole numbers beyond 2⁵³ come as decimal text, lists and maps as JSON, bytes as base64. */
export type Scalar = string | boolean | number;
export type Attributes = ReadonlyMap<string, Scalar>;

/** Values inside a list or a map; `null` is a value that was left empty. */
export type Nested = Scalar | null | readonly Nested[] | { readonly [key: string]: Nested };

/** Deeper than any exporter nests; what is below becomes {@link tooDeep}. */
export const deepestNesting = 16;
export const tooDeep = '[nested too deeply]';

/**
 * Adds one KeyValue that ends at `end` to `target`; the last value of a key wins. Without a budget only single values are read, and
 * lists, maps and bytes are left out.
 * @throws OTLP_MALFORMED
 */
export function readKeyValue(
  reader: WireReader,
  end: number,
  target: Map<string, Scalar>,
  budget: DecodeBudget | null = null,
): void {
  let key = '';
  let value: Nested = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) key = reader.text(reader.fieldEnd(end));
    else if (tag === bytesField(2)) value = readAnyValue(reader, reader.fieldEnd(end), budget, 0);
    else reader.skip(tag, end);
  }
  budget?.takeAttribute();
  const scalar = scalarOf(value);
  if (scalar !== null) target.set(key, scalar);
}

/** Every attribute of a message in [reader.at, end) that keeps them under `field`; see {@link readKeyValue}. @throws OTLP_MALFORMED */
export function readAttributes(
  reader: WireReader,
  end: number,
  field: number,
  budget: DecodeBudget | null = null,
): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(field)) readKeyValue(reader, reader.fieldEnd(end), found, budget);
    else reader.skip(tag, end);
  }
  return found;
}

/** An attribute value as a label carries it. */
export function labelText(value: Scalar): string {
  return String(value);
}

/** A list or map as a label carries it: JSON, as OTLP's data model asks for. Null stays null. */
export function scalarOf(value: Nested): Scalar | null {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** A number as JSON knows it; NaN and the infinities as text. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function readAnyValue(reader: WireReader, end: number, budget: DecodeBudget | null, depth: number): Nested {
  let value: Nested = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) value = reader.text(reader.fieldEnd(end));
    else if (tag === 0x10) value = reader.varint(end) !== 0;
    else if (tag === 0x18) value = wholeNumber(reader.signedVarint(end));
    else if (tag === 0x21) value = depth === 0 ? reader.double(end) : jsonNumber(reader.double(end));
    else if (budget !== null && tag >= bytesField(5) && tag <= bytesField(7) && (tag & 7) === 2) {
      value = readComplex(reader, tag, reader.fieldEnd(end), budget, depth + 1);
    } else reader.skip(tag, end);
  }
  return value;
}

/** ArrayValue (5), KeyValueList (6) or bytes (7). */
function readComplex(reader: WireReader, tag: number, end: number, budget: DecodeBudget, depth: number): Nested {
  const start = reader.at;
  reader.at = end;
  if (tag === bytesField(7)) return Buffer.from(reader.bytes.subarray(start, end)).toString('base64');
  if (depth > deepestNesting) return tooDeep;
  reader.at = start;
  const values: (readonly [string, Nested])[] = [];
  while (reader.at < end) {
    const inner = reader.tag(end);
    if (inner !== bytesField(1)) {
      reader.skip(inner, end);
      continue;
    }
    budget.takeAttribute();
    const valueEnd = reader.fieldEnd(end);
    if (tag === bytesField(5)) values.push(['', readAnyValue(reader, valueEnd, budget, depth)]);
    else values.push(readPair(reader, valueEnd, budget, depth));
  }
  return tag === bytesField(5) ? values.map(([, value]) => value) : Object.fromEntries(values);
}

function readPair(reader: WireReader, end: number, budget: DecodeBudget, depth: number): readonly [string, Nested] {
  let key = '';
  let value: Nested = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) key = reader.text(reader.fieldEnd(end));
    else if (tag === bytesField(2)) value = readAnyValue(reader, reader.fieldEnd(end), budget, depth);
    else reader.skip(tag, end);
  }
  return [key, value];
}

/** As a number while that is exact, else as decimal text. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
