/** A small protobuf writer: exactly the field types that OTLP metrics use. */

/** Appends fields to one message; nested messages are written by a callback. */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  /** The bytes written so far, as a copy. */
  finish(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#length));
  }

  text(field: number, value: string): void {
    this.#tag(field, 2);
    const length = Buffer.byteLength(value);
    this.#varint(length);
    this.#reserve(length);
    this.#length += this.#buffer.write(value, this.#length, 'utf8');
  }

  hex(field: number, digits: string): void {
    this.#tag(field, 2);
    this.#varint(digits.length / 2);
    this.#reserve(digits.length / 2);
    this.#length += this.#buffer.write(digits, this.#length, 'hex');
  }

  /** A boolean, an enum, or an integer from 0 to 2^53 − 1. */
  varint(field: number, value: number): void {
    this.#tag(field, 0);
    this.#varint(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.#double(value);
  }

  /** An integer from 0 to 2^53 − 1 as fixed64. */
  fixed64(field: number, value: number): void {
    this.#tag(field, 1);
    this.#fixed64(value);
  }

  /** Unix ms, written as nanoseconds in fixed64. */
  timeNanos(field: number, unixMs: number): void {
    this.#tag(field, 1);
    this.#reserve(8);
    const whole = Math.floor(unixMs);
    const nanos = BigInt(whole) * 1_000_000n + BigInt(Math.round((unixMs - whole) * 1e6));
    this.#length = this.#buffer.writeBigUInt64LE(nanos, this.#length);
  }

  packedFixed64(field: number, values: Iterable<number>, count: number): void {
    this.#tag(field, 2);
    this.#varint(count * 8);
    for (const value of values) this.#fixed64(value);
  }

  packedDoubles(field: number, values: Iterable<number>, count: number): void {
    this.#tag(field, 2);
    this.#varint(count * 8);
    for (const value of values) this.#double(value);
  }

  /** A nested message; its length is put in front once it is known. */
  message(field: number, write: () => void): void {
    this.#tag(field, 2);
    const start = this.#length;
    write();
    const length = this.#length - start;
    const prefix = varintLength(length);
    this.#reserve(prefix);
    this.#buffer.copyWithin(start + prefix, start, this.#length);
    this.#length = start;
    this.#varint(length);
    this.#length += length;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length] = (rest % 128) | 128;
      this.#length += 1;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length] = rest;
    this.#length += 1;
  }

  #double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  #fixed64(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeUInt32LE(value % 2 ** 32, this.#length);
    this.#length = this.#buffer.writeUInt32LE(Math.floor(value / 2 ** 32), this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1;
  return length;
}
