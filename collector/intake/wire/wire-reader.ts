/** Walks protobuf bytes in place; whatever is wrong becomes one error that names the byte. */
import { AppError } from '../../../src/kernel/errors.ts';

/** Wire types of the protobuf encoding that OTLP uses; groups (3, 4) are malformed here. */
export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** The error for bytes that are not the message they should be. `offset` counts from the start of the body. */
export function malformed(offset: number, what: string): AppError {
  return new AppError('OTLP_MALFORMED', `the body is not valid OTLP protobuf: ${what} at byte ${offset}`, {
    details: { offset },
  });
}

/** A cursor over one message. `at` moves forward; every read checks the given `end`. All reads @throws OTLP_MALFORMED. */
export class WireReader {
  readonly bytes: Uint8Array;
  /** The same bytes, to read numbers of several bytes at once. */
  readonly view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Field number × 8 + wire type. */
  tag(end: number): number {
    const start = this.at;
    const first = this.bytes[start] ?? 0x80;
    if (first >= 8 && first < 0x80 && start < end) {
      this.at = start + 1;
      return first;
    }
    const tag = this.varint(end);
    if (tag >= 2 ** 32 || tag < 8) throw malformed(start, `field tag ${tag}`);
    return tag;
  }

  /** An unsigned varint; above 2⁵³ only its size is right. */
  varint(end: number): number {
    const start = this.at;
    const first = this.bytes[start] ?? 0x80;
    if (first < 0x80 && start < end) {
      this.at = start + 1;
      return first;
    }
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.at >= end) throw malformed(start, 'a number is cut off');
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw malformed(start, 'a number is longer than 10 bytes');
  }

  /** A varint as the signed 64-bit number it encodes. */
  signedVarint(end: number): bigint {
    const start = this.at;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.at >= end) throw malformed(start, 'a number is cut off');
      const byte = this.bytes[this.at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw malformed(start, 'a number is longer than 10 bytes');
  }

  /** Reads a length and returns where the field ends. */
  fieldEnd(end: number): number {
    const start = this.at;
    const length = this.varint(end);
    if (length > end - this.at) throw malformed(start, `a length of ${length} leaves its message`);
    return this.at + length;
  }

  fixed32(end: number): number {
    return this.view.getUint32(this.#advance(4, end), true);
  }

  /** Low and high half are read apart so that nanoseconds stay exact; here as a bigint. */
  fixed64(end: number): bigint {
    return this.view.getBigUint64(this.#advance(8, end), true);
  }

  /** An unsigned number as a double: exact up to 2^53, the nearest double above. */
  count64(end: number): number {
    const at = this.#advance(8, end);
    return this.view.getUint32(at + 4, true) * 4_294_967_296 + this.view.getUint32(at, true);
  }

  /** Nanoseconds since 1970 as Unix ms; exact to a quarter of a microsecond, and exact for whole ms. */
  nanosAsMs(end: number): number {
    const at = this.#advance(8, end);
    const high = this.view.getUint32(at + 4, true);
    // 2³² ns are 4,294 ms and 967,296 ns; every number here stays below 2⁵³.
    const rest = high * 967_296 + this.view.getUint32(at, true);
    return high * 4_294 + Math.floor(rest / 1e6) + (rest % 1e6) / 1e6;
  }

  signedFixed64(end: number): bigint {
    return this.view.getBigInt64(this.#advance(8, end), true);
  }

  double(end: number): number {
    return this.view.getFloat64(this.#advance(8, end), true);
  }

  /** UTF-8 text up to `fieldEnd`; the cursor ends there. */
  text(fieldEnd: number): string {
    const text = decoder.decode(this.bytes.subarray(this.at, fieldEnd));
    this.at = fieldEnd;
    return text;
  }

  /** Steps over the value of a field that is not wanted. */
  skip(tag: number, end: number): void {
    switch (tag & 7) {
      case wireType.varint:
        this.varint(end);
        return;
      case wireType.fixed64:
        this.#advance(8, end);
        return;
      case wireType.bytes:
        this.at = this.fieldEnd(end);
        return;
      case wireType.fixed32:
        this.#advance(4, end);
        return;
      default:
        throw malformed(this.at, `wire type ${tag & 7}`);
    }
  }

  #advance(count: number, end: number): number {
    const start = this.at;
    if (start + count > end) throw malformed(start, 'a number is cut off');
    this.at = start + count;
    return start;
  }
}

/** A byte order mark at the start of a text belongs to the text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The tag of a length-delimited field. */
export function bytesField(field: number): number {
  return field * 8 + wireType.bytes;
}
