/** Decimal digits straight from bytes to a number of 64 bits in two halves. */
import { char, isDigit, type JsonReader } from './json-reader.ts';

const twoTo32 = 4_294_967_296;
const mostDigits = 20;

/** What {@link readDigits} found: halves of 32 bits, and where the digits end. `isExact` is false when there are none or too many. */
export const digits = { low: 0, high: 0, end: 0, isExact: false };

/** Reads the digits that begin at `from` into {@link digits}. */
export function readDigits(reader: JsonReader, from: number): void {
  const { bytes, view } = reader;
  const lastWord = bytes.length - 4;
  let low = 0;
  let high = 0;
  let at = from;
  // Up to eight digits are exact in 32 bits.
  for (; at <= lastWord && at < from + 8; at += 4) {
    const four = fourDigits(view.getInt32(at, true));
    if (four < 0) break;
    low = low * 10_000 + four;
  }
  for (; at <= lastWord; at += 4) {
    const four = fourDigits(view.getInt32(at, true));
    if (four < 0) break;
    const product = low * 10_000 + four;
    const carry = Math.floor(product / twoTo32);
    low = product - carry * twoTo32;
    high = high * 10_000 + carry;
  }
  for (let byte = bytes[at] ?? 0; isDigit(byte); byte = bytes[at] ?? 0) {
    const product = low * 10 + (byte - char.zero);
    const carry = Math.floor(product / twoTo32);
    low = product - carry * twoTo32;
    high = high * 10 + carry;
    at += 1;
  }
  digits.low = low;
  digits.high = high;
  digits.end = at;
  digits.isExact = at > from && at - from <= mostDigits && high < twoTo32;
}

/** The number of four digits, first one in the lowest byte; -1 when one of them is no digit. */
function fourDigits(four: number): number {
  if (((four & 0xf0f0f0f0) ^ 0x30303030) !== 0 || (((four & 0x0f0f0f0f) + 0x06060606) & 0xf0f0f0f0) !== 0) return -1;
  const tens = Math.imul(four & 0x0f0f0f0f, 10) + ((four >>> 8) & 0x000f0f0f);
  return (tens & 0xff) * 100 + ((tens >>> 16) & 0xff);
}
