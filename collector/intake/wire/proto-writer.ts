/** Writes protobuf messages. */

/** Above this a number is not exact any more and must come as a bigint. */
const twoTo32 = 4_294_967_296;

/** Appends fields in the order of the calls; fields that hold the default are the caller's to leave out. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  varintField(field: number, value: number | bigint): void {
    this.#reserve(20);
    this.#tag(field, 0);
    if (typeof value === 'number' && value >= 0) this.#varint(value);
    else this.#longVarint(BigInt.asUintN(64, BigInt(value)));
  }

  /** Wraps to 64 bits. */
  fixed64Field(field: number, value: bigint): void {
    this.#reserve(18);
    this.#tag(field, 1);
    this.#length = this.#bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.#length);
  }

  fixed32Field(field: number, value: number): void {
    this.#reserve(14);
    this.#tag(field, 5);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
  }

  doubleField(field: number, value: number): void {
    this.#reserve(18);
    this.#tag(field, 1);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  bytesField(field: number, value: Uint8Array): void {
    this.#reserve(20 + value.length);
    this.#tag(field, 2);
    this.#varint(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  textField(field: number, value: string): void {
    // A UTF-16 unit takes at most three bytes.
    this.#reserve(20 + value.length * 3);
    this.#tag(field, 2);
    const lengthAt = this.#length;
    const start = lengthAt + 1;
    this.#length = start + this.#bytes.write(value, start);
    this.#closeLength(lengthAt);
  }

  /** A message inside this one, empty ones included. */
  messageField(field: number, write: (inner: ProtoWriter) => void): void {
    this.#reserve(20);
    this.#tag(field, 2);
    const lengthAt = this.#length;
    this.#length += 1;
    write(this);
    this.#closeLength(lengthAt);
  }

  /** A view of what was written. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes how much follows the one byte that was left free for it; a longer length moves what follows. */
  #closeLength(lengthAt: number): void {
    const start = lengthAt + 1;
    const length = this.#length - start;
    if (length < 0x80) {
      this.#bytes[lengthAt] = length;
      return;
    }
    const more = varintSize(length) - 1;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, this.#length);
    this.#length = lengthAt;
    this.#varint(length);
    this.#length += length;
  }

  #tag(field: number, wire: number): void {
    this.#varint(field * 8 + wire);
  }

  /** Of a whole number of at most 2^53; room for ten bytes is reserved by the caller. */
  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = rest < twoTo32 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #longVarint(value: bigint): void {
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

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
