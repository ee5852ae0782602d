/** Decimal digits straight from bytes to a number of 64 bits in two halves. */
import { char, isDigit, type JsonReader } from './json-reader.ts';

const mostDigits = 20;
const twoTo12 = 4_096;
const twoTo20 = 1_048_576;
const twoTo32 = 4_294_967_296;

/** What {@link readDigits} found: halves of 32 bits, and where the digits end. `isExact` is false when there are none or too many. */
export const digits = { low: 0, high: 0, end: 0, isExact: false };

/** Reads the digits that begin at `from` into {@link digits}. */
export function readDigits(reader: JsonReader, from: number): void {
  const { bytes, view } = reader;
  const lastWord = bytes.length - 4;
  let at = from;
  let upper = 0;
  for (let four = 0; at < from + 12 && at <= lastWord; at += 4) {
    four = fourDigits(view.getInt32(at, true));
    if (four < 0) break;
    upper = upper * 10_000 + four;
  }
  let lower = 0;
  let scale = 1;
  for (let four = 0; at <= lastWord; at += 4) {
    four = fourDigits(view.getInt32(at, true));
    if (four < 0) break;
    lower = lower * 10_000 + four;
    scale *= 10_000;
  }
  for (let byte = bytes[at] ?? 0; isDigit(byte); byte = bytes[at] ?? 0) {
    lower = lower * 10 + (byte - char.zero);
    scale *= 10;
    at += 1;
  }
  digits.end = at;
  digits.isExact = at > from && at - from <= mostDigits && combine(upper, scale, lower);
}

/** `upper` × `scale` + `lower`, below 10¹², 10⁸ and 10⁸; false when that has more than 64 bits. */
function combine(upper: number, scale: number, lower: number): boolean {
  const top = Math.floor(upper / twoTo20);
  const product = top * scale;
  const productTop = Math.floor(product / twoTo12);
  const rest = (product - productTop * twoTo12) * twoTo20 + (upper - top * twoTo20) * scale + lower;
  digits.low = rest >>> 0;
  digits.high = productTop + Math.floor(rest / twoTo32);
  return digits.high < twoTo32;
}

/** The number of four digits, first one in the lowest byte; -1 when one of them is no digit. */
function fourDigits(four: number): number {
  if (((four & 0xf0f0f0f0) ^ 0x30303030) !== 0 || (((four & 0x0f0f0f0f) + 0x06060606) & 0xf0f0f0f0) !== 0) return -1;
  const tens = Math.imul(four & 0x0f0f0f0f, 10) + ((four >>> 8) & 0x000f0f0f);
  return (tens & 0xff) * 100 + ((tens >>> 16) & 0xff);
}
