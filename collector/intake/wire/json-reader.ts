/** A cursor over the bytes of a JSON text, strict as `JSON.parse` is, and without an object or a string for what it passes. */
import { deepest } from './json-guard.ts';

/** What stops the reader at byte `at`; `what` is empty when the text is no JSON, or says one member twice. */
export class JsonProblem extends Error {
  readonly at: number;
  readonly what: string;

  constructor(at: number, what = '') {
    super(what);
    this.at = at;
    this.what = what;
  }
}

/** The bytes that JSON is made of. */
export const char = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  smallE: 0x65,
  smallF: 0x66,
  smallN: 0x6e,
  smallT: 0x74,
  smallU: 0x75,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

const space = 0x20;
const escapes = new Set([...'"\\/bfnrt'].map((one) => one.charCodeAt(0)));
const word = {
  true: Buffer.from('true').readInt32LE(),
  alse: Buffer.from('alse').readInt32LE(),
  null: Buffer.from('null').readInt32LE(),
};

/** `at` moves forward. Everything but {@link JsonReader.peek} throws JsonProblem where the text is no JSON. */
export class JsonReader {
  readonly bytes: Buffer;
  /** The same bytes, to look at four at once. */
  readonly view: DataView;
  at = 0;

  constructor(body: Uint8Array) {
    this.bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  }

  /** The next byte that is no white space, where `at` then stands; 0 at the end. */
  peek(): number {
    const byte = this.bytes[this.at] ?? 0;
    return byte > space ? byte : this.#pastSpace();
  }

  #pastSpace(): number {
    while (isSpace(this.bytes[this.at] ?? 0)) this.at += 1;
    return this.bytes[this.at] ?? 0;
  }

  /** Steps over one byte of syntax. */
  expect(byte: number): void {
    if (this.peek() !== byte) throw new JsonProblem(this.at);
    this.at += 1;
  }

  /** After a value in a list or an object: true when another follows. */
  hasNext(close: number): boolean {
    const byte = this.peek();
    if (byte === char.comma) {
      this.at += 1;
      return true;
    }
    if (byte !== close) throw new JsonProblem(this.at);
    this.at += 1;
    return false;
  }

  /** After the opening bracket: true when there is nothing inside, and then `at` is behind it. */
  isEmpty(close: number): boolean {
    if (this.peek() !== close) return false;
    this.at += 1;
    return true;
  }

  /** Steps over a text or a number and gives it; anything else it steps over is undefined. */
  takeScalar(): unknown {
    const first = this.peek();
    const start = this.at;
    this.skipValue();
    if (first === char.quote) return JSON.parse(this.bytes.toString('utf8', start, this.at));
    return first === char.minus || isDigit(first) ? Number(this.bytes.toString('latin1', start, this.at)) : undefined;
  }

  /** Steps over a value of any kind; the place in an error is where it is too deep. */
  skipValue(): void {
    const first = this.peek();
    if (first !== char.openObject && first !== char.openList) {
      this.#skipScalar(first);
      return;
    }
    const closes: number[] = [];
    for (let inside = true; inside; ) {
      if (this.#opens(closes)) continue;
      inside = this.#goesOn(closes);
    }
  }

  /** Steps over an opening bracket or a scalar; true when a value must follow at once. */
  #opens(closes: number[]): boolean {
    const first = this.peek();
    if (first !== char.openObject && first !== char.openList) {
      this.#skipScalar(first);
      return false;
    }
    if (closes.length === deepest) throw new JsonProblem(this.at, `is nested deeper than ${deepest}`);
    // Both brackets are two behind their openings.
    const close = first + 2;
    this.at += 1;
    if (this.isEmpty(close)) return false;
    closes.push(close);
    if (close === char.closeObject) this.#skipKey();
    return true;
  }

  /** Behind a value: true when another must follow; false when the outermost bracket is closed. */
  #goesOn(closes: number[]): boolean {
    for (let close = closes.at(-1); close !== undefined; close = closes.at(-1)) {
      if (this.hasNext(close)) {
        if (close === char.closeObject) this.#skipKey();
        return true;
      }
      closes.pop();
    }
    return false;
  }

  #skipKey(): void {
    this.expect(char.quote);
    this.at = this.textEnd(this.at) + 1;
    this.expect(char.colon);
  }

  #skipScalar(first: number): void {
    if (first === char.quote) this.at = this.textEnd(this.at + 1) + 1;
    else if (first === char.minus || isDigit(first)) this.#skipNumber();
    else if (first === char.smallT) this.#skipWord(0, word.true);
    else if (first === char.smallF) this.#skipWord(1, word.alse);
    else this.skipNull();
  }

  /** Steps over `null`. */
  skipNull(): void {
    this.#skipWord(0, word.null);
  }

  #skipWord(offset: number, expected: number): void {
    const at = this.at + offset;
    if (at + 4 > this.bytes.length || this.view.getInt32(at, true) !== expected) throw new JsonProblem(this.at);
    this.at = at + 4;
  }

  /** Where the closing quote of the text is whose bytes, or their rest, begin at `from`. */
  textEnd(from: number): number {
    let at = from;
    for (;;) {
      at = this.#nextSpecial(at);
      const byte = this.bytes[at];
      if (byte === char.quote) return at;
      if (byte !== char.backslash) throw new JsonProblem(at);
      at += this.#escapeLength(at);
    }
  }

  #nextSpecial(from: number): number {
    const { view } = this;
    const lastWord = view.byteLength - 4;
    let at = from;
    for (; at <= lastWord; at += 4) {
      const special = specialsIn(view.getInt32(at, true));
      if (special !== 0) return at + firstOf(special);
    }
    while (at < view.byteLength && specialsIn(view.getUint8(at) | 0x20202000) === 0) at += 1;
    return at;
  }

  #escapeLength(at: number): number {
    const kind = this.bytes[at + 1] ?? 0;
    if (kind === char.smallU && /^[0-9a-f]{4}$/i.test(this.bytes.toString('latin1', at + 2, at + 6))) return 6;
    if (!escapes.has(kind)) throw new JsonProblem(at);
    return 2;
  }

  #skipNumber(): void {
    const { bytes } = this;
    if (bytes[this.at] === char.minus) this.at += 1;
    if (bytes[this.at] === char.zero) this.at += 1;
    else this.#skipDigits();
    if (bytes[this.at] === char.dot) {
      this.at += 1;
      this.#skipDigits();
    }
    if (((bytes[this.at] ?? 0) | 0x20) !== char.smallE) return;
    this.at += 1;
    const sign = bytes[this.at];
    if (sign === char.plus || sign === char.minus) this.at += 1;
    this.#skipDigits();
  }

  /** At least one. */
  #skipDigits(): void {
    const start = this.at;
    while (isDigit(this.bytes[this.at] ?? 0)) this.at += 1;
    if (this.at === start) throw new JsonProblem(start);
  }
}

/** True for `0` to `9`. */
export function isDigit(byte: number): boolean {
  return byte >= char.zero && byte <= char.nine;
}

/** Four bytes of a text: not 0 when one of them is a quote, a backslash or a control character; {@link firstOf} says which. */
export function specialsIn(four: number): number {
  const quotes = four ^ 0x22222222;
  const backslashes = four ^ 0x5c5c5c5c;
  return (
    (((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes) | ((four - 0x20202020) & ~four)) &
    0x80808080
  );
}

/** Which of four bytes comes first, 0 to 3. */
export function firstOf(special: number): number {
  return (31 - Math.clz32(special & -special)) >> 3;
}

function isSpace(byte: number): boolean {
  return byte === space || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
