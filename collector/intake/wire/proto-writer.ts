/** Writes protobuf messages. */

/** Appends fields in the order of the calls; fields that hold the default are the caller's to leave out. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  varintField(field: number, value: number | bigint): void {
    this.#varint(BigInt(field * 8));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
  }

  /** Wraps to 64 bits. */
  fixed64Field(field: number, value: bigint): void {
    this.#varint(BigInt(field * 8 + 1));
    this.#reserve(8);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
  }

  fixed32Field(field: number, value: number): void {
    this.#varint(BigInt(field * 8 + 5));
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
  }

  doubleField(field: number, value: number): void {
    this.#varint(BigInt(field * 8 + 1));
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  bytesField(field: number, value: Uint8Array): void {
    this.#varint(BigInt(field * 8 + 2));
    this.#varint(BigInt(value.length));
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  textField(field: number, value: string): void {
    this.bytesField(field, Buffer.from(value));
  }

  /** A message inside this one, empty ones included. */
  messageField(field: number, write: (inner: ProtoWriter) => void): void {
    const inner = new ProtoWriter();
    write(inner);
    this.bytesField(field, inner.bytes());
  }

  /** A view of what was written. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #varint(value: bigint): void {
    this.#reserve(10);
    if (value < 0x80n) {
      this.#bytes[this.#length++] = Number(value);
      return;
    }
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
