/** Single values of OTLP/JSON, each written as protobuf straight from its bytes; `reader` stands at the value, and then behind it. */
import { digits, readDigits } from './json-digits.ts';
import { char, isDigit, type JsonReader } from './json-reader.ts';
import type { Member } from './json-shapes.ts';
import { doubleOf, idBytesOf, integerOf, smallIntegerOf } from './json-values.ts';
import type { ProtoBuffer } from './proto-buffer.ts';

const twoTo32 = 4_294_967_296;
const mask32 = 0xffff_ffffn;

/** An id; one that is no hexadecimal is left out. `bytes` is how many it should have. */
export function writeId(reader: JsonReader, output: ProtoBuffer, member: Member, bytes: number): void {
  if (!writeHex(reader, output, member.tag, bytes)) writeBytes(output, member.tag, idBytesOf(reader.takeScalar()));
}

/** As {@link writeId}, but what is no hexadecimal becomes one byte, so that its span is rejected. */
export function writeParentId(reader: JsonReader, output: ProtoBuffer, member: Member): void {
  const first = reader.peek();
  if (first === char.smallN) {
    reader.skipNull();
    return;
  }
  if (writeHex(reader, output, member.tag, 8)) return;
  const value = reader.takeScalar();
  if (value === '') return;
  const id = idBytesOf(value);
  writeBytes(output, member.tag, id.length === 0 ? Buffer.from('?') : id);
}

/** False, and nothing done, when the value is not a text of exactly so many hexadecimal bytes. */
function writeHex(reader: JsonReader, output: ProtoBuffer, tag: number, bytes: number): boolean {
  const { view } = reader;
  const isText = reader.peek() === char.quote;
  const start = reader.at + 1;
  const end = start + bytes * 2;
  if (!isText || end >= view.byteLength || reader.bytes[end] !== char.quote) return false;
  const to = output.at + 2;
  let valid = 0x80808080;
  for (let at = 0; at < bytes; at += 2) {
    const four = view.getInt32(start + at * 2, true);
    valid &= hexDigitsIn(four);
    const nibbles = (four & 0x0f0f0f0f) + Math.imul((four >>> 6) & 0x01010101, 9);
    const pairs = (nibbles << 4) | (nibbles >>> 8);
    output.view.setUint16(to + at, (pairs & 0xff) | ((pairs >>> 8) & 0xff00), true);
  }
  if (valid !== (0x80808080 | 0)) return false;
  output.bytes[output.at] = tag;
  output.bytes[output.at + 1] = bytes;
  output.at = to + bytes;
  reader.at = end + 1;
  return true;
}

/** The highest bit of each of four bytes that is a hexadecimal digit. */
function hexDigitsIn(four: number): number {
  const small = four | 0x20202020;
  const ascii = four & 0x7f7f7f7f;
  const smallAscii = small & 0x7f7f7f7f;
  const isDecimal = (ascii + 0x50505050) & ~(ascii + 0x46464646);
  const isLetter = (smallAscii + 0x1f1f1f1f) & ~(smallAscii + 0x19191919);
  return (isDecimal | isLetter) & ~four;
}

function writeBytes(output: ProtoBuffer, tag: number, value: Uint8Array): void {
  if (value.length === 0) return;
  output.tag(tag);
  output.varint(value.length);
  output.bytes.set(value, output.at);
  output.at += value.length;
}

/** Base64, as leniently as `Buffer` reads it. */
export function writeBase64(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  const value = reader.takeScalar();
  if (typeof value !== 'string') return;
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length > 0) writeBytes(output, tag, bytes);
  else {
    output.tag(tag);
    output.varint(0);
  }
}

/** A small whole number; 0 is left out. */
export function writeCount(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  const count = takeCount(reader);
  if (count === 0) return;
  output.tag(tag);
  output.varint(count);
}

/** As {@link writeCount}, in four bytes. */
export function writeFlags(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  const flags = takeCount(reader);
  if (flags === 0) return;
  output.tag(tag);
  output.fixed32(flags);
}

function takeCount(reader: JsonReader): number {
  const first = reader.peek();
  if (isDigit(first) && takeWholeNumber(reader, reader.at)) return digits.low;
  return smallIntegerOf(reader.takeScalar());
}

/** A time in nanoseconds; 0 is left out. */
export function writeTime(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  if (!takeInteger(reader) || (digits.low === 0 && digits.high === 0)) return;
  output.tag(tag);
  output.fixed64(digits.low, digits.high);
}

/** A whole number of 64 bits; anything else is left out. */
export function writeInteger(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  if (!takeInteger(reader)) return;
  output.tag(tag);
  output.longVarint(digits.low, digits.high);
}

/** The number, in text or not, is in {@link digits}; false when it is none or has more than 64 bits. */
function takeInteger(reader: JsonReader): boolean {
  const first = reader.peek();
  if (first === char.quote) {
    readDigits(reader, reader.at + 1);
    if (digits.isExact && reader.bytes[digits.end] === char.quote) {
      reader.at = digits.end + 1;
      return true;
    }
  } else if (isDigit(first) && takeWholeNumber(reader, reader.at)) return true;
  else if (first === char.minus && takeNegative(reader)) return true;
  const integer = integerOf(reader.takeScalar());
  if (integer === null) return false;
  digits.low = Number(integer & mask32);
  digits.high = Number((integer >> 32n) & mask32);
  return true;
}

/** As {@link takeWholeNumber}, of a number with a minus; the least of all is left to others. */
function takeNegative(reader: JsonReader): boolean {
  const start = reader.at;
  if (!takeWholeNumber(reader, start + 1)) return false;
  if (digits.high >= twoTo32 / 2) {
    reader.at = start;
    return false;
  }
  digits.high = (digits.low === 0 ? -digits.high : ~digits.high) >>> 0;
  digits.low = -digits.low >>> 0;
  return true;
}

/** False, and the reader left where it is, when the number is not written in at most 20 digits alone, or has more than 64 bits. */
function takeWholeNumber(reader: JsonReader, from: number): boolean {
  readDigits(reader, from);
  const next = reader.bytes[digits.end] ?? 0;
  const isWhole = next !== char.dot && (next | 0x20) !== char.smallE;
  const isZeroLed = reader.bytes[from] === char.zero && digits.end > from + 1;
  if (!digits.isExact || !isWhole || isZeroLed) return false;
  reader.at = digits.end;
  return true;
}

/** A number, also as text. */
export function writeDouble(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  const value = doubleOf(reader.takeScalar());
  if (value === null) return;
  output.tag(tag);
  output.double(value);
}

/** True or false; anything else is left out. */
export function writeBool(reader: JsonReader, output: ProtoBuffer, { tag }: Member): void {
  const first = reader.peek();
  reader.skipValue();
  if (first !== char.smallT && first !== char.smallF) return;
  output.tag(tag);
  output.varint(first === char.smallT ? 1 : 0);
}
