/** Running sums of one objective over time, so that a window of any length costs two look-ups. */
import { secondMs } from '../src/kernel/duration.ts';
import { SliceColumns } from './slice-columns.ts';

/** What one slice adds. `pageGood`: good by the page's threshold; default `good`. */
export interface EventCounts {
  readonly good: number;
  readonly total: number;
  readonly pageGood?: number;
}

/** The sums of a window; good, total and pageGood include the synthetic ones. */
export interface TimelineCounts {
  readonly good: number;
  readonly total: number;
  readonly pageGood: number;
  readonly synthetic: { readonly good: number; readonly total: number };
  /** Time inside the window for which the source was seen. */
  readonly coveredMs: number;
  /** Start of the oldest slice kept (Unix ms), whatever the window; null when empty. */
  readonly firstDataMs: number | null;
}

/** Slices of mixed lengths in whole seconds. A slice belongs to the window that holds its end. */
export interface Timeline {
  /** Adds events to a slice, new or known, also late; marks it as covered. Inside a longer slice it joins that one. */
  readonly add: (startMs: number, durationMs: number, counts: EventCounts, synthetic: boolean) => void;
  /** Says that the source was alive in the slice, without events. */
  readonly observe: (startMs: number, durationMs: number) => void;
  /** Sums of the slices that end in (fromMs, toMs]. O(log n). */
  readonly countsIn: (fromMs: number, toMs: number) => TimelineCounts;
  /** Joins slices that end at or before `beforeMs` into slices of `durationMs`; sums stay exact. */
  readonly compactBefore: (beforeMs: number, durationMs: number) => void;
  /** Forgets slices that end at or before `beforeMs`. */
  readonly dropBefore: (beforeMs: number) => void;
  /** Number of slices kept. */
  readonly size: () => number;
}

/** An empty timeline. About 32 bytes a slice; 64 where simulated events are among them. */
export function createTimeline(): Timeline {
  const columns = new SliceColumns();
  return {
    add: (startMs, durationMs, counts, synthetic) => {
      const start = Math.round(startMs / secondMs);
      const end = Math.round((startMs + durationMs) / secondMs);
      columns.add(start, end, counts.good, counts.total, counts.pageGood ?? counts.good, synthetic);
    },
    observe: (startMs, durationMs) => {
      columns.cover(Math.round(startMs / secondMs), Math.round((startMs + durationMs) / secondMs));
    },
    countsIn: (fromMs, toMs) => sumsOf(columns, fromMs, toMs),
    compactBefore: (beforeMs, durationMs) => {
      columns.compactBefore(Math.floor(beforeMs / secondMs), Math.round(durationMs / secondMs));
    },
    dropBefore: (beforeMs) => columns.dropBefore(Math.floor(beforeMs / secondMs)),
    size: () => columns.size,
  };
}

function sumsOf(columns: SliceColumns, fromMs: number, toMs: number): TimelineCounts {
  const sums = columns.sums(fromMs / secondMs, toMs / secondMs);
  const first = columns.firstStart;
  return {
    good: sums.good,
    total: sums.total,
    pageGood: sums.good + sums.page,
    synthetic: { good: sums.syntheticGood, total: sums.syntheticTotal },
    coveredMs: sums.covered * secondMs,
    firstDataMs: first === null ? null : first * secondMs,
  };
}
