/** Where a large protobuf message is written by hand: one buffer for one body after the other. */

/** What is kept from body to body. */
const keptBytes = 4_194_304;
/** A varint of so many bytes holds less than this. */
const oneByte = 0x80;
const twoBytes = 0x4000;
const threeBytes = 0x20_0000;
const fourBytes = 0x1000_0000;

/** The caller says beforehand how much room it takes; nothing is checked after that. */
export class ProtoBuffer {
  bytes = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where the next byte goes. */
  at = 0;

  /** Forgets everything; there is room for `size` bytes then. */
  begin(size: number): void {
    this.at = 0;
    const isRight = this.bytes.length >= size && (this.bytes.length <= keptBytes || size > keptBytes);
    if (isRight) return;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(size, Math.min(size * 2, keptBytes)));
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  /** A view of what was written; good until the next {@link ProtoBuffer.begin}. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  /** A tag below 2¹⁴. */
  tag(tag: number): void {
    if (tag < oneByte) this.bytes[this.at++] = tag;
    else {
      this.bytes[this.at++] = (tag & 0x7f) | 0x80;
      this.bytes[this.at++] = tag >>> 7;
    }
  }

  /** A number of 32 bits, unsigned. */
  varint(value: number): void {
    let rest = value >>> 0;
    while (rest >= oneByte) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  /** A number of 64 bits in two halves. */
  longVarint(low: number, high: number): void {
    let left = low >>> 0;
    let upper = high >>> 0;
    while (upper !== 0) {
      this.bytes[this.at++] = (left & 0x7f) | 0x80;
      left = ((left >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.varint(left);
  }

  fixed32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  fixed64(low: number, high: number): void {
    this.view.setUint32(this.at, low, true);
    this.view.setUint32(this.at + 4, high, true);
    this.at += 8;
  }

  double(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /**
   * Writes the length of what stands behind `lengthAt`, where `room` bytes were left free for it; what follows is moved when the
   * length takes more or less. Returns how many bytes it takes.
   */
  closeLength(lengthAt: number, room: number): number {
    const length = this.at - lengthAt - room;
    if (length < oneByte && room === 1) {
      this.bytes[lengthAt] = length;
      return 1;
    }
    const size = sizeOf(length);
    if (size !== room) this.bytes.copyWithin(lengthAt + size, lengthAt + room, this.at);
    this.at = lengthAt;
    this.varint(length);
    this.at += length;
    return size;
  }
}

function sizeOf(length: number): number {
  if (length < twoBytes) return length < oneByte ? 1 : 2;
  if (length < fourBytes) return length < threeBytes ? 3 : 4;
  return 5;
}
