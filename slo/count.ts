/** Turns a stored slice into good and total events. */

import { label, sliceMs } from '../src/kernel/conventions.ts';
import { totalOf } from '../src/kernel/histogram.ts';
import type { Series, Slice } from '../src/kernel/series.ts';
import type { CompiledObjective } from './compiled.ts';

/** `pageGood`: good by the page's own threshold, equal to `good` where the page has none. */
export interface CountedEvents {
  readonly good: number;
  readonly total: number;
  readonly pageGood: number;
}

const nothing: CountedEvents = { good: 0, total: 0, pageGood: 0 };

/**
 * Counts a slice of a series that matches `compiled.selector`. An error is never good; a rejection (4xx) is not bad, a slow one is slow.
 * A histogram without the threshold among its bounds contributes nothing. A level counts slices of 10 s, not events.
 */
export function countSlice(compiled: CompiledObjective, series: Series, slice: Slice): CountedEvents {
  switch (compiled.kind) {
    case 'latency':
      return countLatency(compiled, series, slice);
    case 'errors':
      return countOutcome(series.labels[label.outcome] !== 'error', eventsOf(series, slice));
    case 'availability':
      return countProbe(series, slice);
    case 'level': {
      const good = (slice.max ?? slice.sum) <= (compiled.goodAtMost ?? Number.NEGATIVE_INFINITY);
      return series.kind === 'gauge' ? countOutcome(good, slice.durationMs / sliceMs.fine) : nothing;
    }
    case 'composite':
      return nothing;
    default:
      return compiled.kind satisfies never;
  }
}

function countLatency(compiled: CompiledObjective, series: Series, slice: Slice): CountedEvents {
  const { bounds } = series;
  if (bounds === null || compiled.goodAtMost === null) return nothing;
  const good = upTo(bounds, slice.counts, compiled.goodAtMost);
  if (good === null) return nothing;
  const total = totalOf(slice.counts);
  if (series.labels[label.outcome] === 'error') return countOutcome(false, total);
  const pageGood = compiled.pageAtMost === null ? good : (upTo(bounds, slice.counts, compiled.pageAtMost) ?? good);
  return { good, total, pageGood };
}

function countProbe(series: Series, slice: Slice): CountedEvents {
  const outcome = series.labels[label.outcome];
  return outcome === 'ok' || outcome === 'error' ? countOutcome(outcome === 'ok', eventsOf(series, slice)) : nothing;
}

function countOutcome(isGood: boolean, total: number): CountedEvents {
  const good = isGood ? total : 0;
  return { good, total, pageGood: good };
}

function eventsOf(series: Series, slice: Slice): number {
  if (series.kind === 'histogram') return totalOf(slice.counts);
  return series.kind === 'counter' ? slice.sum : 0;
}

function upTo(bounds: readonly number[], counts: readonly number[], bound: number): number | null {
  const last = bounds.indexOf(bound);
  if (last < 0) return null;
  let total = 0;
  for (let index = 0; index <= last; index += 1) total += counts[index] ?? 0;
  return total;
}
