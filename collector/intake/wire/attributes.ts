/** Reads OTLP attributes into values, for the few places that need all of them. */
import { bytesField, type WireReader } from './wire-reader.ts';

/** What a label can be made of; whole numbers beyond 2⁵³ come as decimal text. Lists, maps and bytes are left out. */
export type Scalar = string | boolean | number;
export type Attributes = ReadonlyMap<string, Scalar>;

/**
 * Adds one KeyValue that ends at `end` to `target`; the last value of a key wins.
 * @throws OTLP_MALFORMED
 */
export function readKeyValue(reader: WireReader, end: number, target: Map<string, Scalar>): void {
  let key = '';
  let value: Scalar | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) key = reader.text(reader.fieldEnd(end));
    else if (tag === bytesField(2)) value = readAnyValue(reader, reader.fieldEnd(end));
    else reader.skip(tag, end);
  }
  if (value !== null) target.set(key, value);
}

/** Every attribute of a message in [reader.at, end) that keeps them under `field`. @throws OTLP_MALFORMED */
export function readAttributes(reader: WireReader, end: number, field: number): Map<string, Scalar> {
  const found = new Map<string, Scalar>();
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(field)) readKeyValue(reader, reader.fieldEnd(end), found);
    else reader.skip(tag, end);
  }
  return found;
}

/** An attribute value as a label carries it. */
export function labelText(value: Scalar): string {
  return String(value);
}

function readAnyValue(reader: WireReader, end: number): Scalar | null {
  let value: Scalar | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) value = reader.text(reader.fieldEnd(end));
    else if (tag === 0x10) value = reader.varint(end) !== 0;
    else if (tag === 0x18) value = wholeNumber(reader.signedVarint(end));
    else if (tag === 0x21) value = reader.double(end);
    else reader.skip(tag, end);
  }
  return value;
}

/** As a number while that is exact, else as decimal text. */
export function wholeNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}
