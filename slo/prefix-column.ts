/** One growing column of prefix sums; takes no memory while everything added is zero. */

type Cells = Float64Array | Uint32Array;

/** Row r holds the sum of everything added up to and including row r. The owner keeps count of the rows. */
export class PrefixColumn {
  readonly #whole: boolean;
  #cells: Cells | null = null;

  /** `whole`: sums are whole numbers below 2^32 and take half the memory. */
  constructor(whole: boolean) {
    this.#whole = whole;
  }

  /** The sum up to and including `row`; 0 while nothing was added. */
  at(row: number): number {
    return this.#cells === null ? 0 : (this.#cells[row] ?? 0);
  }

  /** Adds to `row` and to every later row up to `last`; `capacity` cells are allocated at the first addition. */
  addFrom(row: number, last: number, value: number, capacity: number): void {
    if (value === 0) return;
    this.#cells ??= this.#allocate(capacity);
    const cells = this.#cells;
    for (let index = row; index <= last; index += 1) cells[index] = (cells[index] ?? 0) + value;
  }

  /** Gives `row` the sum of the row before it. */
  carryInto(row: number): void {
    if (this.#cells !== null) this.#cells[row] = this.#cells[row - 1] ?? 0;
  }

  /** Moves rows [from, from + count) so that the first lands on `to`. */
  move(to: number, from: number, count: number): void {
    this.#cells?.copyWithin(to, from, from + count);
  }

  /** Makes room for `capacity` rows. */
  grow(capacity: number): void {
    if (this.#cells === null) return;
    const grown = this.#allocate(capacity);
    grown.set(this.#cells);
    this.#cells = grown;
  }

  #allocate(capacity: number): Cells {
    return this.#whole ? new Uint32Array(capacity) : new Float64Array(capacity);
  }
}
