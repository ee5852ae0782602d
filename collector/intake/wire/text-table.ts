/** Gives each distinct text a small number straight from its bytes, so that counting needs no strings. */
import { isSameAt } from './byte-text.ts';

/** Beyond this many texts all further ones share one number: a hostile sender must not fill the memory. */
const maxTexts = 65_536;
const slotCount = maxTexts * 2;
/** A longer text is a number of its own only by its first bytes. */
const maxTextBytes = 1_024;

interface KnownText {
  readonly text: string;
  readonly length: number;
  readonly view: DataView;
}

/** Numbers count from 0; number 0 is the text that stands for everything beyond the limit. */
export class TextTable {
  readonly #slots = new Int32Array(slotCount).fill(-1);
  readonly #known: KnownText[] = [];

  constructor() {
    this.numberOf('{overflow}');
  }

  /** The number of the UTF-8 bytes in [start, end) of `view`. */
  number(view: DataView, start: number, end: number): number {
    const length = Math.min(end - start, maxTextBytes);
    let slot = hashOf(view, start, length) & (slotCount - 1);
    for (;;) {
      const number = this.#slots[slot] ?? -1;
      if (number < 0) return this.#learn(slot, view, start, length);
      const known = this.#known[number];
      if (known !== undefined && known.length === length && isSameAt(view, start, known.view, 0, length)) return number;
      slot = (slot + 1) & (slotCount - 1);
    }
  }

  /** The number of a text. */
  numberOf(text: string): number {
    const bytes = new TextEncoder().encode(text);
    return this.number(new DataView(bytes.buffer), 0, bytes.length);
  }

  /** The text of a number that this table gave. */
  text(number: number): string {
    return this.#known[number]?.text ?? '';
  }

  #learn(slot: number, view: DataView, start: number, length: number): number {
    const number = this.#known.length;
    if (number >= maxTexts) return 0;
    const copy = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) copy[index] = view.getUint8(start + index);
    this.#known.push({
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(copy),
      length,
      view: new DataView(copy.buffer),
    });
    this.#slots[slot] = number;
    return number;
  }
}

function hashOf(view: DataView, start: number, length: number): number {
  let hash = length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    hash = Math.imul(hash ^ view.getInt32(start + index, true), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; index < length; index += 1) hash = Math.imul(hash ^ view.getUint8(start + index), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
