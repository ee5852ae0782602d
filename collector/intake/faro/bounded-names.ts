/** Names that strangers choose, kept from making series without end. */

/** What stands for every name beyond the limit. */
export const otherName = 'other';

/** Remembers the first `limit` different names and calls all later ones `other`. */
export class BoundedNames {
  readonly #limit: number;
  readonly #known = new Set<string>();
  #overflowed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  nameOf(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size < this.#limit) {
      this.#known.add(name);
      return name;
    }
    this.#overflowed += 1;
    return otherName;
  }

  /** How often a name was replaced. */
  overflowed(): number {
    return this.#overflowed;
  }
}
