/** What a metric point says: which kind of series, of which time, in running totals or in differences. Pure. */
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/kernel/duration.ts';
import type { SeriesKind, SliceCounts } from '../../src/kernel/series.ts';
import type { Stream } from '../history/index.ts';
import type { MetricPoint, MetricRecord } from './wire/index.ts';
import type { MetricSource } from './writer-messages.ts';

/** A gap longer than this between two exports is a gap in what is known, even when the counts caught up. */
const bridgedGapMs = 3 * minuteMs;
/** Points further ahead of the clock are not taken. */
const aheadMs = 5 * minuteMs;
/** The parts of one export arrive within this time. */
const oneExportMs = 5 * secondMs;

/** A sum that may fall is a level, not a count. */
export function kindOf(metric: MetricRecord): SeriesKind {
  if (metric.shape === 'histogram' || metric.shape === 'exponentialHistogram') return 'histogram';
  return metric.shape === 'sum' && metric.isMonotonic ? 'counter' : 'gauge';
}

/** Where the time begins that a point speaks of: a difference names it, up to a day; a running total means since the export before. */
export function coveredFrom(metric: MetricRecord, point: MetricPoint, beforeMs: number): number {
  const lengthMs = point.timeMs - point.startMs;
  if (metric.temporality === 'delta' && metric.shape !== 'gauge' && point.startMs > 0 && lengthMs <= dayMs)
    return point.startMs;
  const gapMs = point.timeMs - beforeMs;
  return gapMs > 0 && gapMs <= bridgedGapMs ? beforeMs : point.timeMs;
}

/**
 * The last point was of a clock that was ahead, the sender's and ours, and has been set back: it is no order to go by. A point that is only
 * late, while our clock alone was set back, is itself ahead of it.
 */
export function isOfWrongClock(lastMs: number, pointMs: number, nowMs: number): boolean {
  return lastMs > nowMs + 2 * aheadMs && pointMs <= nowMs + aheadMs;
}

/**
 * The first that is heard of a process which has run for long, or that a page shows: what it counted before was not watched and
 * belongs to no slice of today.
 */
export function isUnseenPast(
  point: MetricPoint,
  knownForMs: number,
  context: { readonly mayBackfill: boolean; readonly source: MetricSource },
): boolean {
  if (context.mayBackfill || knownForMs >= oneExportMs) return false;
  if (context.source === 'scrape') return true;
  return point.startMs === 0 || point.timeMs - point.startMs > hourMs;
}

/** The point as a slice's counts; the change of a level is added to the stream's level. */
export function pointValue(metric: MetricRecord, point: MetricPoint, stream: Stream | null): SliceCounts {
  const kind = kindOf(metric);
  if (kind === 'histogram') {
    const max = metric.temporality === 'delta' && point.max !== null && Number.isFinite(point.max) ? point.max : null;
    return { counts: point.counts.length > 0 ? point.counts : [point.count], sum: point.value, max };
  }
  const isChange = kind === 'gauge' && metric.shape === 'sum' && metric.temporality === 'delta';
  return { counts: [], sum: isChange ? (stream?.value.sum ?? 0) + point.value : point.value, max: null };
}
