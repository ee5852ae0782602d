/** Who waits for the writer, and since when; the writer answers in order. */

/** A first-in first-out line of times. */
export class WaitLine {
  #times: number[] = [];
  #first = 0;

  join(nowMs: number): void {
    this.#times.push(nowMs);
  }

  /** The one that has waited longest goes. */
  leave(): void {
    if (this.#first < this.#times.length) this.#first += 1;
    if (this.#first === this.#times.length) {
      this.#times = [];
      this.#first = 0;
    } else if (this.#first >= 1_024 && this.#first * 2 >= this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Null when nobody waits. */
  oldest(): number | null {
    return this.#times[this.#first] ?? null;
  }
}
