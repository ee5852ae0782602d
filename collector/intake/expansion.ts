/** How large compressed bodies become, so that room for one is asked for before it is decompressed, not in the middle of it. */

/** Of each new body; the mean follows the last dozens. */
const weight = 1 / 16;

/** One per receiver. Bytes after decompression. */
export class Expansion {
  #meanBytes = 0;

  /** Of the next body, as far as the last ones tell; 0 before the first. */
  get expectedBytes(): number {
    return Math.round(this.#meanBytes);
  }

  note(bytes: number): void {
    this.#meanBytes += (bytes - this.#meanBytes) * (this.#meanBytes === 0 ? 1 : weight);
  }
}
