/** Reads protobuf fields one by one from a stretch of bytes; unknown fields are passed over. */
import { AppError } from '../../src/kernel/errors.ts';

/** Wire types that OTLP uses; groups are not part of it. */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * What to do with bytes that are no message. `strict` refuses them. `stored` ends the message before a broken field, and takes a
 * field of the wrong wire type for empty: the intake looks into no attribute, event or link, and one broken value must not hide the
 * other spans of its frame.
 */
export type Strictness = 'strict' | 'stored';

/**
 * A cursor over one message. After `next()` said true, `field`, `wireType` and, for bytes, [from, to) describe the current field.
 * @example const reader = new ProtoReader(bytes, 0, bytes.length); while (reader.next()) if (reader.field === 1) …
 */
export class ProtoReader {
  readonly bytes: Buffer;
  field = 0;
  wireType = 0;
  /** Where the value is: [from, to) in `bytes`. */
  from = 0;
  to = 0;
  readonly #strictness: Strictness;
  #at: number;
  #end: number;

  constructor(bytes: Buffer, from: number, to: number, strictness: Strictness = 'stored') {
    this.bytes = bytes;
    this.#strictness = strictness;
    this.#at = from;
    this.#end = to;
  }

  /** Goes over to another message of the same bytes. */
  reset(from: number, to: number): void {
    this.#at = from;
    this.#end = to;
  }

  /**
   * Moves to the next field; false at the end.
   * @throws OTLP_MALFORMED when it is strict and a field is cut short or of no known wire type
   */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    if (this.#strictness === 'strict') return this.#advance();
    try {
      return this.#advance();
    } catch {
      this.#at = this.#end;
      return false;
    }
  }

  #advance(): boolean {
    const tag = this.#varint();
    this.field = tag >>> 3;
    this.wireType = tag & 7;
    if (this.field === 0 || tag >= 2 ** 32) throw this.#malformed(`a field has the tag ${tag}`);
    const length = this.#valueLength();
    this.from = this.#at;
    this.to = this.from + length;
    if (this.to > this.#end) throw this.#malformed(`field ${this.field} is cut short`);
    this.#at = this.to;
    return true;
  }

  /** A message inside the current field. @throws OTLP_MALFORMED when it is strict and the field is not length-delimited */
  message(): ProtoReader {
    const isMessage = this.is(wire.bytes);
    return new ProtoReader(this.bytes, this.from, isMessage ? this.to : this.from, this.#strictness);
  }

  /** UTF-8; broken sequences become U+FFFD. @throws OTLP_MALFORMED when it is strict and the field is not length-delimited */
  text(): string {
    return this.is(wire.bytes) ? this.bytes.toString('utf8', this.from, this.to) : '';
  }

  /** @throws OTLP_MALFORMED when it is strict and the field is not length-delimited */
  hex(): string {
    return this.is(wire.bytes) ? this.bytes.toString('hex', this.from, this.to) : '';
  }

  /** @throws OTLP_MALFORMED when it is strict and the field is not length-delimited */
  base64(): string {
    return this.is(wire.bytes) ? this.bytes.toString('base64', this.from, this.to) : '';
  }

  /** True when the current field's bytes are exactly these. */
  holds(wanted: Buffer): boolean {
    if (this.to - this.from !== wanted.length) return false;
    for (let at = 0; at < wanted.length; at += 1) if (this.bytes[this.from + at] !== wanted[at]) return false;
    return true;
  }

  /** A small unsigned number; only its lower 32 bits. @throws OTLP_MALFORMED when it is strict and the field is not a varint */
  uint32(): number {
    if (!this.is(wire.varint)) return 0;
    let value = 0;
    for (let at = this.from, shift = 0; at < this.to && shift < 35; at += 1, shift += 7) {
      value |= ((this.bytes[at] ?? 0) & 0x7f) << shift;
    }
    return value >>> 0;
  }

  /** int64 as OTLP sends it: two's complement. @throws OTLP_MALFORMED when it is strict and the field is not a varint */
  int64(): bigint {
    if (!this.is(wire.varint)) return 0n;
    let value = 0n;
    for (let at = this.to - 1; at >= this.from; at -= 1) value = (value << 7n) | BigInt((this.bytes[at] ?? 0) & 0x7f);
    return BigInt.asIntN(64, value);
  }

  /** @throws OTLP_MALFORMED when it is strict and the field is not eight fixed bytes */
  fixed64(): bigint {
    return this.is(wire.fixed64) ? this.bytes.readBigUInt64LE(this.from) : 0n;
  }

  /** Unix nanoseconds as ms with a fraction, exact to about 0.2 µs. @throws OTLP_MALFORMED when it is strict and the field is not eight fixed bytes */
  timeMs(): number {
    if (!this.is(wire.fixed64)) return 0;
    return (this.bytes.readUInt32LE(this.from + 4) * 4_294_967_296 + this.bytes.readUInt32LE(this.from)) / 1e6;
  }

  /** @throws OTLP_MALFORMED when it is strict and the field is not eight fixed bytes */
  double(): number {
    return this.is(wire.fixed64) ? this.bytes.readDoubleLE(this.from) : 0;
  }

  /** True when the current field is of this wire type. @throws OTLP_MALFORMED when it is strict and the field is of another */
  is(wireType: number): boolean {
    if (this.wireType === wireType) return true;
    if (this.#strictness === 'stored') return false;
    throw this.#malformed(`field ${this.field} has wire type ${this.wireType}, it must be ${wireType}`);
  }

  #valueLength(): number {
    switch (this.wireType) {
      case wire.varint:
        return this.#varintLength();
      case wire.fixed64:
        return 8;
      case wire.bytes:
        return this.#varint();
      case wire.fixed32:
        return 4;
      default:
        throw this.#malformed(`field ${this.field} has the unknown wire type ${this.wireType}`);
    }
  }

  #varintLength(): number {
    for (let length = 1; length <= 10 && this.#at + length <= this.#end; length += 1) {
      if ((this.bytes[this.#at + length - 1] ?? 0) < 0x80) return length;
    }
    throw this.#malformed(`field ${this.field} is a number that does not end`);
  }

  /** A tag or a length; longer forms than needed are legal. */
  #varint(): number {
    const first = this.bytes[this.#at] ?? 0;
    if (first < 0x80 && this.#at < this.#end) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 70 && this.#at < this.#end; shift += 7) {
      const byte = this.bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw this.#malformed('a tag or a length does not end');
  }

  #malformed(what: string): AppError {
    return new AppError(
      'OTLP_MALFORMED',
      `OTLP spans: ${what} at byte ${this.#at}; send an ExportTraceServiceRequest in protobuf`,
      { details: { at: this.#at } },
    );
  }
}
