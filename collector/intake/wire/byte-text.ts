/** Compares bytes with a known text, four at a time. */

/** A text of at least 4 bytes, prepared: its words at 0, 4, 8, … and, overlapping, its last one. Little-endian. */
export interface ByteText {
  readonly length: number;
  readonly words: readonly number[];
  readonly lastWord: number;
}

/** `text` must have at least 4 UTF-8 bytes. */
export function byteText(text: string): ByteText {
  const bytes = Buffer.from(text);
  const words: number[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) words.push(bytes.readInt32LE(at));
  return { length: bytes.length, words, lastWord: bytes.readInt32LE(bytes.length - 4) };
}

/** True when the bytes at `at` are the text; the caller has checked that `text.length` bytes are there. */
export function isTextAt(view: DataView, at: number, text: ByteText): boolean {
  if (view.getInt32(at + text.length - 4, true) !== text.lastWord) return false;
  const { words } = text;
  for (let index = 0; index < words.length; index += 1) {
    if (view.getInt32(at + index * 4, true) !== words[index]) return false;
  }
  return true;
}

/** True when `length` bytes at both places are the same. */
export function isSameAt(view: DataView, left: number, other: DataView, right: number, length: number): boolean {
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    if (view.getInt32(left + index, true) !== other.getInt32(right + index, true)) return false;
  }
  for (; index < length; index += 1) if (view.getUint8(left + index) !== other.getUint8(right + index)) return false;
  return true;
}
