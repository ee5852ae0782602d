/** Gives each distinct text a small number straight from its bytes, so that counting needs no strings. */

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;
/** Beyond this many texts all further ones share one number: a hostile sender must not fill the memory. */
const maxTexts = 65_536;
const slotCount = maxTexts * 2;

/** Numbers count from 0; number 0 is the text that stands for everything beyond the limit. */
export class TextTable {
  readonly #slots = new Int32Array(slotCount).fill(-1);
  readonly #bytes: Uint8Array[] = [];
  readonly #texts: string[] = [];

  constructor() {
    this.number(Buffer.from('{overflow}'), 0, 10);
  }

  /** The number of the UTF-8 bytes in [start, end). */
  number(bytes: Uint8Array, start: number, end: number): number {
    let hash = fnvOffset;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), fnvPrime);
    let slot = (hash ^ (hash >>> 15)) & (slotCount - 1);
    for (;;) {
      const known = this.#slots[slot] ?? -1;
      if (known < 0) return this.#learn(slot, bytes, start, end);
      if (isSame(this.#bytes[known], bytes, start, end)) return known;
      slot = (slot + 1) & (slotCount - 1);
    }
  }

  /** The text of a number that this table gave. */
  text(number: number): string {
    return this.#texts[number] ?? '';
  }

  #learn(slot: number, bytes: Uint8Array, start: number, end: number): number {
    const number = this.#texts.length;
    if (number >= maxTexts) return 0;
    const copy = bytes.slice(start, end);
    this.#bytes.push(copy);
    this.#texts.push(new TextDecoder().decode(copy));
    this.#slots[slot] = number;
    return number;
  }
}

function isSame(known: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (known === undefined || known.length !== end - start) return false;
  for (let at = 0; at < known.length; at += 1) if (known[at] !== bytes[start + at]) return false;
  return true;
}
