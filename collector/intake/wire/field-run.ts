/** Where the fields of one number stand in a message: usually one right after the other. */

/** Reused from message to message. */
export class FieldRun {
  #from = 0;
  #to = 0;
  #rest: number[] = [];

  clear(): void {
    this.#from = 0;
    this.#to = 0;
    if (this.#rest.length > 0) this.#rest = [];
  }

  /** A field in [from, to), behind all that were added before. */
  add(from: number, to: number): void {
    if (this.#rest.length === 0 && (this.#to === from || this.#to === 0)) {
      if (this.#to === 0) this.#from = from;
      this.#to = to;
    } else this.#rest.push(from, to);
  }

  get from(): number {
    return this.#from;
  }

  /** The end of the first stretch; `from` when there is none. */
  get to(): number {
    return this.#to;
  }

  /** Ends and beginnings of the fields that stand apart; usually empty. */
  get rest(): readonly number[] {
    return this.#rest;
  }
}
