/** Short texts that come again and again, such as the names of attributes: found by their bytes, without making them anew. */
import { isSameAt } from './byte-text.ts';

/** Longer texts are not worth comparing. */
export const longestWord = 48;
const slotCount = 1_024;

interface Word {
  readonly text: string;
  readonly length: number;
  readonly view: DataView;
}

/** A text takes the place of another one with the same hash, so that the memory is bounded whatever is sent. */
export class WordCache {
  readonly #words: (Word | undefined)[] = Array.from({ length: slotCount });

  /** The UTF-8 text in [start, end) of `bytes`, at most 48 of them; `view` shows the same bytes. */
  text(bytes: Buffer, view: DataView, start: number, end: number): string {
    const length = end - start;
    const slot = hashOf(view, start, length) & (slotCount - 1);
    const known = this.#words[slot];
    if (known !== undefined && known.length === length && isSameAt(view, start, known.view, 0, length)) {
      return known.text;
    }
    const text = bytes.toString('utf8', start, end);
    const copy = Uint8Array.prototype.slice.call(bytes, start, end);
    this.#words[slot] = { text, length, view: new DataView(copy.buffer) };
    return text;
  }
}

/** The length, the first and the last bytes: names differ there. */
function hashOf(view: DataView, start: number, length: number): number {
  if (length < 4) {
    let hash = length;
    for (let at = start; at < start + length; at += 1) hash = Math.imul(hash ^ view.getUint8(at), 0x85ebca6b);
    return hash ^ (hash >>> 15);
  }
  const first = view.getInt32(start, true);
  const middle = view.getInt32(start + ((length - 4) >> 1), true);
  const last = view.getInt32(start + length - 4, true);
  const hash = Math.imul(first ^ length, 0x9e3779b1) ^ Math.imul(middle, 0xc2b2ae35) ^ Math.imul(last, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
