/** The running total of one series, and the samples that its slices make. Pure but for its own state. */
import type { Series, Slice, SliceCounts } from '../../src/kernel/series.ts';
import type { StoredTotal } from './queue-reader.ts';

/** A total at the end of a slice; null ends the series. Times are Unix ms. */
export interface TotalSample {
  readonly timeMs: number;
  readonly value: Pick<SliceCounts, 'counts' | 'sum'> | null;
}

/** An unchanged total is said again this often, well within the 5 min in which Prometheus looks back. */
const repeatMs = 60_000;
/** Without a sign of life for this long the series has ended, as Prometheus sees it too. */
const staleAfterMs = 300_000;

/** One per series; slices that are not complete yet are kept aside. */
export class RunningTotal {
  readonly series: Series;
  #sum = 0;
  #counts: readonly number[] = [];
  #lastMs = 0;
  #isStale = false;
  #isLate = false;
  readonly #pending = new Map<number, { counts: readonly number[]; sum: number }>();

  constructor(series: Series, stored: StoredTotal | null) {
    this.series = series;
    this.#counts = new Array<number>(series.bounds === null ? 0 : series.bounds.length + 1).fill(0);
    if (stored === null) return;
    this.#sum = stored.sum;
    this.#counts = stored.counts;
    this.#lastMs = stored.lastMs;
    this.#isStale = stored.isStale;
  }

  /** What a commit has added. */
  add(slice: Slice): void {
    const endMs = slice.startMs + slice.durationMs;
    const before = this.series.kind === 'gauge' ? undefined : this.#pending.get(endMs);
    this.#pending.set(endMs, {
      counts: slice.counts.map((count, index) => count + (before?.counts[index] ?? 0)),
      sum: slice.sum + (before?.sum ?? 0),
    });
  }

  /**
   * Samples up to `throughMs`, each later than the one before; slices that come after their time are in the next one.
   * `seenMs`: when the signal was last heard of.
   */
  take(throughMs: number, seenMs: number): readonly TotalSample[] {
    const samples: TotalSample[] = [];
    for (const [endMs, added] of [...this.#pending].sort(([left], [right]) => left - right)) {
      if (endMs > throughMs) break;
      this.#pending.delete(endMs);
      this.#fold(endMs, added, samples);
    }
    const isAlive = throughMs - seenMs <= staleAfterMs;
    if (samples.length > 0) this.#isStale = false;
    else if (this.series.kind === 'gauge' || !isAlive) this.#end(throughMs, isAlive, samples);
    else if (this.#lastMs > 0 && (this.#isLate || this.#isStale || throughMs - this.#lastMs >= repeatMs)) {
      this.#isStale = false;
      this.#say(throughMs, samples);
    }
    return samples;
  }

  /** To be kept. */
  stored(): StoredTotal {
    const [sum, counts, lastMs, isStale] = [this.#sum, this.#counts, this.#lastMs, this.#isStale];
    return { series: this.series.id, sum, counts, lastMs, isStale };
  }

  #fold(
    endMs: number,
    added: { readonly counts: readonly number[]; readonly sum: number },
    samples: TotalSample[],
  ): void {
    const isGauge = this.series.kind === 'gauge';
    const isLate = endMs <= this.#lastMs;
    if (isGauge && isLate) return;
    // The zero before the first events lets increase() see them.
    if (!isGauge && this.#lastMs === 0) this.#say(endMs - 10_000, samples);
    this.#sum = isGauge ? added.sum : this.#sum + added.sum;
    this.#counts = this.#counts.map((count, index) => count + (added.counts[index] ?? 0));
    if (isLate) this.#isLate = true;
    else this.#say(endMs, samples);
  }

  #say(timeMs: number, samples: TotalSample[]): void {
    if (timeMs <= this.#lastMs) return;
    samples.push({ timeMs, value: { counts: this.#counts, sum: this.#sum } });
    this.#lastMs = timeMs;
    this.#isLate = false;
  }

  /** A level is only known when it is said, a total as long as its signal is heard of. */
  #end(throughMs: number, isAlive: boolean, samples: TotalSample[]): void {
    const isQuiet = throughMs - this.#lastMs > staleAfterMs || !isAlive;
    if (!isQuiet || this.#isStale || this.#lastMs === 0 || throughMs <= this.#lastMs) return;
    this.#isStale = true;
    this.#lastMs = throughMs;
    samples.push({ timeMs: throughMs, value: null });
  }
}
