/** Texts of JSON, copied as the bytes that they are; only what is escaped is put together. */
import { char, firstOf, JsonProblem, type JsonReader, specialsIn } from './json-reader.ts';
import type { Member } from './json-shapes.ts';
import type { ProtoBuffer } from './proto-buffer.ts';

/** What stands for half of a pair of UTF-16, which has no UTF-8. */
const replacement = 0xfffd;

/** By the byte behind the backslash. */
const escapes: ReadonlyMap<number, number> = new Map(
  ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
);

/** Writes the text at which `reader` stands; without `keepsEmpty` an empty one is left out, and so is what is no text. */
export function writeText(reader: JsonReader, output: ProtoBuffer, { tag }: Member, keepsEmpty: boolean): void {
  if (reader.peek() !== char.quote) {
    reader.skipValue();
    return;
  }
  const tagAt = output.at;
  output.tag(tag);
  const lengthAt = output.at;
  output.at = lengthAt + 1;
  reader.at += 1;
  let stop = copyPlain(reader, output);
  for (; stop === char.backslash; stop = copyPlain(reader, output)) writeEscaped(reader, output);
  if (stop !== char.quote) throw new JsonProblem(reader.at);
  reader.at += 1;
  if (output.at === lengthAt + 1 && !keepsEmpty) output.at = tagAt;
  else output.closeLength(lengthAt, 1);
}

/** Copies up to the first byte that is special, and returns it; bytes behind what was written may be spoilt. */
function copyPlain(reader: JsonReader, output: ProtoBuffer): number {
  const { view, at: from } = reader;
  const target = output.view;
  const lastWord = view.byteLength - 4;
  const shift = output.at - from;
  let at = from;
  for (; at <= lastWord; at += 4) {
    const four = view.getInt32(at, true);
    target.setInt32(at + shift, four, true);
    const special = specialsIn(four);
    if (special === 0) continue;
    at += firstOf(special);
    break;
  }
  for (; at > lastWord && at < view.byteLength; at += 1) {
    const byte = view.getUint8(at);
    if (specialsIn(byte | 0x20202000) !== 0) break;
    target.setUint8(at + shift, byte);
  }
  reader.at = at;
  output.at = at + shift;
  return reader.bytes[at] ?? 0;
}

/** The escape at which the reader stands, or two that make one character. */
function writeEscaped(reader: JsonReader, output: ProtoBuffer): void {
  const kind = reader.bytes[reader.at + 1] ?? 0;
  if (kind !== char.smallU) {
    const byte = escapes.get(kind);
    if (byte === undefined) throw new JsonProblem(reader.at);
    output.bytes[output.at++] = byte;
    reader.at += 2;
    return;
  }
  const first = unitAt(reader, reader.at);
  reader.at += 6;
  if ((first & 0xf800) !== 0xd800) writeCharacter(output, first);
  else if (first >= 0xdc00) writeCharacter(output, replacement);
  else writePair(reader, output, first);
}

/** The character of a high half and the low half that should follow. */
function writePair(reader: JsonReader, output: ProtoBuffer, high: number): void {
  const follows = reader.bytes[reader.at] === char.backslash && reader.bytes[reader.at + 1] === char.smallU;
  const low = follows ? unitAt(reader, reader.at) : 0;
  if ((low & 0xfc00) !== 0xdc00) {
    writeCharacter(output, replacement);
    return;
  }
  reader.at += 6;
  writeCharacter(output, 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
}

/** The number of `\\u` and four hexadecimal digits. */
function unitAt(reader: JsonReader, at: number): number {
  const hex = reader.bytes.toString('latin1', at + 2, at + 6);
  if (!/^[0-9a-f]{4}$/i.test(hex)) throw new JsonProblem(at);
  return Number.parseInt(hex, 16);
}

function writeCharacter(output: ProtoBuffer, code: number): void {
  const { bytes } = output;
  if (code < 0x80) bytes[output.at++] = code;
  else if (code < 0x800) {
    bytes[output.at++] = 0xc0 | (code >> 6);
    bytes[output.at++] = 0x80 | (code & 0x3f);
  } else {
    if (code < 0x10000) bytes[output.at++] = 0xe0 | (code >> 12);
    else {
      bytes[output.at++] = 0xf0 | (code >> 18);
      bytes[output.at++] = 0x80 | ((code >> 12) & 0x3f);
    }
    bytes[output.at++] = 0x80 | ((code >> 6) & 0x3f);
    bytes[output.at++] = 0x80 | (code & 0x3f);
  }
}
