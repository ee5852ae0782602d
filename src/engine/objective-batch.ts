/** Events of many series gathered slice by slice, so that a timeline gets each slice once and in the order of time. */
import type { EventCounts, Timeline } from '../../slo/index.ts';

interface Gathered {
  readonly startMs: number;
  readonly durationMs: number;
  good: number;
  total: number;
  pageGood: number;
}

/** What was gathered for one timeline. */
export class ObjectiveBatch {
  readonly #real = new Map<number, Map<number, Gathered>>();
  readonly #synthetic = new Map<number, Map<number, Gathered>>();

  add(startMs: number, durationMs: number, counts: EventCounts, synthetic: boolean): void {
    const sum = gatheredIn(synthetic ? this.#synthetic : this.#real, startMs, durationMs);
    sum.good += counts.good;
    sum.total += counts.total;
    sum.pageGood += counts.pageGood ?? counts.good;
  }

  /** The source was alive in the slice. */
  observe(startMs: number, durationMs: number): void {
    gatheredIn(this.#real, startMs, durationMs);
  }

  /** Adds everything to the timeline and forgets it. */
  flushInto(timeline: Timeline): void {
    const all = [...listOf(this.#real, false), ...listOf(this.#synthetic, true)];
    all.sort((left, right) => left.sum.startMs - right.sum.startMs || right.sum.durationMs - left.sum.durationMs);
    for (const { sum, synthetic } of all) {
      if (sum.total === 0) timeline.observe(sum.startMs, sum.durationMs);
      else timeline.add(sum.startMs, sum.durationMs, sum, synthetic);
    }
    this.#real.clear();
    this.#synthetic.clear();
  }
}

function listOf(lengths: ReadonlyMap<number, ReadonlyMap<number, Gathered>>, synthetic: boolean) {
  return [...lengths.values()].flatMap((starts) => [...starts.values()].map((sum) => ({ sum, synthetic })));
}

function gatheredIn(lengths: Map<number, Map<number, Gathered>>, startMs: number, durationMs: number): Gathered {
  let starts = lengths.get(durationMs);
  if (starts === undefined) {
    starts = new Map();
    lengths.set(durationMs, starts);
  }
  // A small whole number: maps find those several times as fast as times in ms.
  const slot = startMs / durationMs;
  let sum = starts.get(slot);
  if (sum === undefined) {
    sum = { startMs, durationMs, good: 0, total: 0, pageGood: 0 };
    starts.set(slot, sum);
  }
  return sum;
}
