/** Slices as bytes: varints of the buckets that hold something; many slices of one series follow each other in a run. */
import type { SliceCounts } from '../../src/kernel/series.ts';

const hasMax = 1;
const hasFractions = 2;
const sumIsCount = 4;

/** One slice of a run; `slot` counts slices from the start of the run. */
export interface RunSlice {
  readonly slot: number;
  readonly value: SliceCounts;
}

/** Bytes of one slice; {@link decodeSlice} gives back exactly what went in. */
export function encodeSlice(value: SliceCounts): Buffer {
  const output = new ByteWriter();
  writeSlice(output, value);
  return output.bytes();
}

/** @param buckets how many counts the series has (0 unless a histogram) */
export function decodeSlice(bytes: Uint8Array, buckets: number): SliceCounts {
  return readSlice(new ByteCursor(bytes), buckets);
}

/** `slices` ascending by slot, each slot once. */
export function encodeRun(slices: readonly RunSlice[]): Buffer {
  const output = new ByteWriter();
  let previous = 0;
  for (const { slot, value } of slices) {
    output.varint(slot - previous);
    writeSlice(output, value);
    previous = slot;
  }
  return output.bytes();
}

/** @param buckets how many counts the series has (0 unless a histogram) */
export function decodeRun(bytes: Uint8Array, buckets: number): RunSlice[] {
  const input = new ByteCursor(bytes);
  const slices: RunSlice[] = [];
  let slot = 0;
  while (!input.ended()) {
    slot += input.varint();
    slices.push({ slot, value: readSlice(input, buckets) });
  }
  return slices;
}

function writeSlice(output: ByteWriter, value: SliceCounts): void {
  const fractions = value.counts.some((count) => !Number.isSafeInteger(count));
  const integerSum = Number.isSafeInteger(value.sum) && value.sum >= 0 && !Object.is(value.sum, -0);
  output.varint((value.max === null ? 0 : hasMax) | (fractions ? hasFractions : 0) | (integerSum ? sumIsCount : 0));
  if (integerSum) output.varint(value.sum);
  else output.double(value.sum);
  if (value.max !== null) output.double(value.max);
  let filled = 0;
  for (const count of value.counts) if (count !== 0) filled += 1;
  output.varint(filled);
  let previous = 0;
  for (let bucket = 0; bucket < value.counts.length; bucket += 1) {
    const count = value.counts[bucket] ?? 0;
    if (count === 0) continue;
    output.varint(bucket - previous);
    if (fractions) output.double(count);
    else output.varint(count);
    previous = bucket;
  }
}

function readSlice(input: ByteCursor, buckets: number): SliceCounts {
  const flags = input.varint();
  const sum = (flags & sumIsCount) === 0 ? input.double() : input.varint();
  const max = (flags & hasMax) === 0 ? null : input.double();
  const counts = new Array<number>(buckets).fill(0);
  let bucket = 0;
  for (let left = input.varint(); left > 0; left -= 1) {
    bucket += input.varint();
    counts[bucket] = (flags & hasFractions) === 0 ? input.varint() : input.double();
  }
  return { counts, sum, max };
}

class ByteWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length));
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  double(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }
}
