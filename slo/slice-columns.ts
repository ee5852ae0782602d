/** Slices in order of their ends, as columns of prefix sums in typed arrays. Times in whole Unix seconds. */
import { PrefixColumn } from './prefix-column.ts';

/** Sums over rows; `page` is good-by-the-page minus good. */
export interface ColumnSums {
  readonly good: number;
  readonly total: number;
  readonly page: number;
  readonly syntheticGood: number;
  readonly syntheticTotal: number;
  readonly covered: number;
}

/**
 * Row 0 is the base (what was forgotten), rows 1..size are slices; they never overlap. A late addition rewrites the sums
 * behind it: O(n) cheap steps, a few µs for 30 days.
 */
export class SliceColumns {
  #ends = new Uint32Array(64);
  readonly #covered = new PrefixColumn(true);
  readonly #good = new PrefixColumn(false);
  readonly #total = new PrefixColumn(false);
  readonly #page = new PrefixColumn(false);
  readonly #syntheticGood = new PrefixColumn(false);
  readonly #syntheticTotal = new PrefixColumn(false);
  readonly #columns = [
    this.#covered,
    this.#good,
    this.#total,
    this.#page,
    this.#syntheticGood,
    this.#syntheticTotal,
  ] as const;
  /** Per slice length: everything ending at or before this is joined already. */
  readonly #compactedTo = new Map<number, number>();
  #size = 0;
  #firstStart: number | null = null;

  get size(): number {
    return this.#size;
  }

  /** Start of the oldest slice kept, or null. */
  get firstStart(): number | null {
    return this.#firstStart;
  }

  /** Adds events to the slice [start, end), which is made if it is not there. */
  add(start: number, end: number, good: number, total: number, pageGood: number, synthetic: boolean): void {
    const row = this.cover(start, end);
    const capacity = this.#ends.length;
    this.#good.addFrom(row, this.#size, good, capacity);
    this.#total.addFrom(row, this.#size, total, capacity);
    this.#page.addFrom(row, this.#size, pageGood - good, capacity);
    if (!synthetic) return;
    this.#syntheticGood.addFrom(row, this.#size, good, capacity);
    this.#syntheticTotal.addFrom(row, this.#size, total, capacity);
  }

  /** The row that holds [start, end): an existing one, a new one, or all that it overlaps, joined. */
  cover(start: number, end: number): number {
    this.#firstStart = Math.min(this.#firstStart ?? start, start);
    const lastEnd = this.#size === 0 ? 0 : this.#endOf(this.#size);
    if (start >= lastEnd) return this.#insert(this.#size + 1, start, end);
    const first = this.#rowsEndingBy(start) + 1;
    let last = first - 1;
    while (last < this.#size && this.#startOf(last + 1) < end) last += 1;
    if (last < first) return this.#insert(first, start, end);
    if (first === last && this.#startOf(first) <= start && this.#endOf(first) >= end) return first;
    return this.#join(first, last, Math.min(start, this.#startOf(first)), Math.max(end, this.#endOf(last)));
  }

  /** Sums of the slices that end in (from, to]; `covered` in seconds, only the part inside. */
  sums(from: number, to: number): ColumnSums {
    const low = this.#rowsEndingBy(from);
    const high = Math.max(low, this.#rowsEndingBy(to));
    const between = (column: PrefixColumn): number => column.at(high) - column.at(low);
    const outside = high > low ? Math.max(0, from - this.#startOf(low + 1)) : 0;
    return {
      good: between(this.#good),
      total: between(this.#total),
      page: between(this.#page),
      syntheticGood: between(this.#syntheticGood),
      syntheticTotal: between(this.#syntheticTotal),
      covered: Math.max(0, Math.min(to - from, between(this.#covered) - outside)),
    };
  }

  /** Joins slices that end at or before `before` into slices of `duration`, on multiples of it. */
  compactBefore(before: number, duration: number): void {
    const until = Math.floor(before / duration) * duration;
    const row = this.#rowsEndingBy(this.#compactedTo.get(duration) ?? 0);
    const last = this.#rowsEndingBy(until);
    this.#compactedTo.set(duration, until);
    let kept = row;
    for (let read = row + 1; read <= last; read += 1) {
      const bucket = Math.ceil(this.#endOf(read) / duration);
      const joinsNext = read < last && Math.ceil(this.#endOf(read + 1) / duration) === bucket;
      if (joinsNext) continue;
      kept += 1;
      if (kept !== read) this.#moveRows(kept, read, 1);
    }
    if (kept === last) return;
    this.#moveRows(kept + 1, last + 1, this.#size - last);
    this.#size -= last - kept;
  }

  /** Forgets slices that end at or before `before`. */
  dropBefore(before: number): void {
    const gone = this.#rowsEndingBy(before);
    if (gone === 0) return;
    this.#moveRows(0, gone, this.#size - gone + 1);
    this.#size -= gone;
    this.#firstStart = this.#size === 0 ? null : this.#startOf(1);
  }

  #insert(row: number, start: number, end: number): number {
    if (this.#size + 2 > this.#ends.length) this.#grow();
    this.#moveRows(row + 1, row, this.#size - row + 1);
    this.#size += 1;
    this.#ends[row] = end;
    for (const column of this.#columns) column.carryInto(row);
    this.#covered.addFrom(row, this.#size, end - start, this.#ends.length);
    return row;
  }

  #join(first: number, last: number, start: number, end: number): number {
    const before = this.#covered.at(last) - this.#covered.at(first - 1);
    this.#moveRows(first, last, this.#size - last + 1);
    this.#size -= last - first;
    this.#ends[first] = end;
    this.#covered.addFrom(first, this.#size, end - start - before, this.#ends.length);
    return first;
  }

  #moveRows(to: number, from: number, count: number): void {
    if (count <= 0 || to === from) return;
    this.#ends.copyWithin(to, from, from + count);
    for (const column of this.#columns) column.move(to, from, count);
  }

  #grow(): void {
    const capacity = Math.ceil(this.#ends.length * 1.5);
    const grown = new Uint32Array(capacity);
    grown.set(this.#ends);
    this.#ends = grown;
    for (const column of this.#columns) column.grow(capacity);
  }

  #endOf(row: number): number {
    return this.#ends[row] ?? 0;
  }

  #startOf(row: number): number {
    return this.#endOf(row) - (this.#covered.at(row) - this.#covered.at(row - 1));
  }

  /** How many slices end at or before `time`. */
  #rowsEndingBy(time: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#endOf(middle) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
