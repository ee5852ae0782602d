/** Slices as bytes: varints of the buckets that hold something; many slices of one series follow each other in a run. */
import type { SliceCounts } from '../../src/kernel/series.ts';
import type { RunningCounts } from './slice-values.ts';

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
export function decodeSlice(bytes: Uint8Array, buckets: number): RunningCounts {
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

/** Appends one slice; {@link readSlice} finds its end by itself. */
export function writeSlice(output: ByteWriter, value: SliceCounts): void {
  const { counts, sum, max } = value;
  let fractions = false;
  let filled = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] ?? 0;
    if (count === 0) continue;
    filled += 1;
    if (!Number.isSafeInteger(count)) fractions = true;
  }
  const integerSum = Number.isSafeInteger(sum) && sum >= 0 && !Object.is(sum, -0);
  output.varint((max === null ? 0 : hasMax) | (fractions ? hasFractions : 0) | (integerSum ? sumIsCount : 0));
  if (integerSum) output.varint(sum);
  else output.double(sum);
  if (max !== null) output.double(max);
  output.varint(filled);
  let previous = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] ?? 0;
    if (count === 0) continue;
    output.varint(bucket - previous);
    if (fractions) output.double(count);
    else output.varint(count);
    previous = bucket;
  }
}

/** The slice at the cursor. @param buckets how many counts the series has (0 unless a histogram) */
export function readSlice(input: ByteCursor, buckets: number): RunningCounts {
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

/** Bytes that grow; cleared, it can be used again. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Of a whole number from 0 to 2^53. */
  varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = rest <= 0x7fff_ffff ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** A copy of what was written. */
  bytes(): Buffer {
    return Buffer.from(this.view());
  }

  /** What was written, good until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(this.#buffer.length * 2);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Reads from the beginning of the bytes. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  ended(): boolean {
    return this.at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  double(): number {
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
}
