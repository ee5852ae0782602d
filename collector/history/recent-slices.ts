/** The slices that are being filled, as they are stored, so that adding to one does not begin with reading it. */
import type { Series } from '../../src/kernel/series.ts';
import type { RunningCounts } from './slice-values.ts';

/** Exports of the last half minute meet in these; what is older comes one by one and is read. */
const mostStarts = 4;
const mostSlices = 40_000;

/** Belongs to the one who writes; whoever else changes a stored slice must `clear` it, and a transaction that failed makes it void. */
export class RecentSlices {
  readonly #starts = new Map<number, Map<number, RunningCounts>>();
  #size = 0;

  /** The slice as it is stored, to be changed in place and stored again; `read` is asked when it is not known. */
  whole(series: Series, startMs: number, read: () => RunningCounts): RunningCounts {
    const slices = this.#of(startMs);
    let slice = slices?.get(series.id);
    if (slice !== undefined) return slice;
    slice = read();
    if (slices === null) return slice;
    if (this.#size >= mostSlices) this.clear();
    slices.set(series.id, slice);
    this.#size += 1;
    return slice;
  }

  clear(): void {
    this.#starts.clear();
    this.#size = 0;
  }

  /** The oldest make room for later ones; null for one that is older than all of them. */
  #of(startMs: number): Map<number, RunningCounts> | null {
    let slices = this.#starts.get(startMs);
    if (slices !== undefined) return slices;
    if (this.#starts.size >= mostStarts) {
      const oldest = Math.min(...this.#starts.keys());
      if (startMs < oldest) return null;
      this.#size -= this.#starts.get(oldest)?.size ?? 0;
      this.#starts.delete(oldest);
    }
    slices = new Map();
    this.#starts.set(startMs, slices);
    return slices;
  }
}
