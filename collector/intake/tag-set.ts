/** Collects 32-bit numbers without repeats, quickly and without objects. */

/** Reused: `clear` costs no more than what was added. */
export class TagSet {
  #slots = new Uint32Array(32_768);
  #stamps = new Uint32Array(32_768);
  #members = new Uint32Array(16_384);
  #size = 0;
  #stamp = 1;

  add(tag: number): void {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(tag, 0x9e3779b1) >>> 8) & mask;
    while (this.#stamps[slot] === this.#stamp) {
      if (this.#slots[slot] === tag) return;
      slot = (slot + 1) & mask;
    }
    this.#stamps[slot] = this.#stamp;
    this.#slots[slot] = tag;
    this.#members[this.#size] = tag;
    this.#size += 1;
    if (this.#size === this.#members.length) this.#grow();
  }

  /** A copy of what was added, in that order. */
  members(): Uint32Array {
    return this.#members.slice(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
    this.#stamp += 1;
    if (this.#stamp < 2 ** 32 - 1) return;
    this.#stamps.fill(0);
    this.#stamp = 1;
  }

  #grow(): void {
    const members = this.members();
    this.#slots = new Uint32Array(this.#slots.length * 2);
    this.#stamps = new Uint32Array(this.#slots.length);
    this.#members = new Uint32Array(this.#slots.length / 2);
    this.#size = 0;
    for (const tag of members) this.add(tag);
  }
}
