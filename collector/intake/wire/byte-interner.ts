/** Gives equal bytes the same value, so that what they mean is worked out once. */
import { isSameAt } from './byte-text.ts';

/** Together; beyond them everything is forgotten, which costs time and nothing else. */
const mostBytes = 33_554_432;
/** Only keys that were made to take so many places one after the other; the table begins anew. */
const mostProbes = 256;

/** Keys are stored and compared whole: a hash alone decides nothing. */
export class ByteInterner<T> {
  #slots = emptySlots(256);
  #hashes = new Int32Array(128);
  /** Where key i begins in the stored bytes; it ends where the next begins. */
  #starts = new Int32Array(129);
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #values: T[] = [];

  /** The value of the bytes in [from, to) of `view`; undefined when they are new. */
  find(view: DataView, from: number, to: number): T | undefined {
    const number = this.#slots[this.#slotOf(view, from, to, hashOf(view, from, to))] ?? -1;
    return number < 0 ? undefined : this.#values[number];
  }

  /** Remembers a value for bytes that `find` did not know; the bytes are copied. */
  add(view: DataView, from: number, to: number, value: T): void {
    const number = this.#values.length;
    const start = this.#starts[number] ?? 0;
    const end = start + to - from;
    if (end > mostBytes) {
      this.#forget();
      return;
    }
    this.#reserve(number, end);
    const hash = hashOf(view, from, to);
    const slot = this.#slotOf(view, from, to, hash);
    if (slot < 0) {
      this.#forget();
      return;
    }
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset + from, to - from), start);
    this.#slots[slot] = number;
    this.#hashes[number] = hash;
    this.#starts[number + 1] = end;
    this.#values.push(value);
  }

  /** The slot of an equal key, else the free one where it belongs, else -1. */
  #slotOf(view: DataView, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let probes = 0; probes < mostProbes; probes += 1) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0 || (this.#hashes[number] === hash && this.#isKey(number, view, from, to))) return slot;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  #isKey(number: number, view: DataView, from: number, to: number): boolean {
    const start = this.#starts[number] ?? 0;
    const length = to - from;
    return (this.#starts[number + 1] ?? 0) - start === length && isSameAt(view, from, this.#view, start, length);
  }

  #reserve(number: number, end: number): void {
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(mostBytes, Math.max(end, this.#bytes.length * 2)));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    if (number < this.#hashes.length) return;
    const [hashes, starts] = [this.#hashes, this.#starts];
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#starts = new Int32Array(hashes.length * 2 + 1);
    this.#slots = emptySlots(hashes.length * 4);
    this.#hashes.set(hashes);
    this.#starts.set(starts);
    const mask = this.#slots.length - 1;
    for (let known = 0; known < number; known += 1) {
      let slot = (hashes[known] ?? 0) & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = known;
    }
  }

  #forget(): void {
    this.#slots.fill(-1);
    this.#starts.fill(0);
    this.#values = [];
  }
}

function emptySlots(count: number): Int32Array {
  return new Int32Array(count).fill(-1);
}

function hashOf(view: DataView, from: number, to: number): number {
  let hash = to - from;
  let at = from;
  for (; at + 4 <= to; at += 4) {
    hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < to; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
