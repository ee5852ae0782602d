/** One domain over the last hour: rate, errors and duration by the minute, its operations, its thresholds, its shares. */
import type { CompiledObjective } from '../../slo/index.ts';
import type { DomainDetail, DomainPoint, DomainRow } from '../contract/index.ts';
import type { Domain } from '../domains/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { label, metric } from '../kernel/conventions.ts';
import { formatDurationMs, minuteMs } from '../kernel/duration.ts';
import { estimateQuantile, totalOf } from '../kernel/histogram.ts';
import { matchesSelector, type Series } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { countedOf, type DomainHour, knownMs } from './domain-hour.ts';
import { histogramOf, pictureOf, tidyMs } from './domain-picture.ts';
import { sharesOf } from './domain-shares.ts';

export interface DetailParts {
  readonly row: DomainRow;
  readonly hour: DomainHour;
  readonly catalogue: readonly Domain[];
  readonly objectives: readonly CompiledObjective[];
  /** Every series known, whenever it was last seen. */
  readonly series: readonly Series[];
}

/** Requests from outside; for a domain that has none, the calls of other domains, and its share of the requests is 0. */
export function toDomainDetail({ row, hour, catalogue, objectives, series }: DetailParts): DomainDetail {
  const counted = countedOf(hour, row.id);
  const known = knownMs(hour, counted.source);
  const byMinute = groupByMinute(counted.slices, hour);
  const knownMinutes = known.reduce((sum, ms) => sum + ms, 0) / minuteMs;
  return {
    ...row,
    counted: counted.kind,
    window: { from: isoTime(hour.fromMs), to: isoTime(hour.toMs), stepMs: minuteMs },
    points: hour.minutes.map(({ fromMs }, index) => pointOf(byMinute[index] ?? [], fromMs, known[index] ?? 0)),
    latency: pictureOf(byMinute, hour.minutes, known),
    thresholds: thresholdsOf(
      objectives,
      series.filter((one) => one.labels[label.domain] === row.id),
    ),
    operations: operationsOf(counted.slices, knownMinutes),
    shares: sharesOf(hour, row.id, catalogue),
  };
}

function groupByMinute(slices: readonly SeriesSlice[], hour: DomainHour): readonly (readonly SeriesSlice[])[] {
  const groups = hour.minutes.map((): SeriesSlice[] => []);
  for (const one of slices) groups[Math.floor((one.slice.startMs - hour.fromMs) / minuteMs)]?.push(one);
  return groups;
}

/** Null everywhere where nothing is known; no requests in a known minute is a zero with no ratio and no percentile. */
function pointOf(slices: readonly SeriesSlice[], atMs: number, coveredMs: number): DomainPoint {
  const at = isoTime(atMs);
  if (coveredMs === 0) return { at, n: null, requestsPerMinute: null, errorRatio: null, p50Ms: null, p95Ms: null };
  return { at, ...figuresOf(slices, coveredMs / minuteMs) };
}

type Operation = DomainDetail['operations'][number];

function figuresOf(slices: readonly SeriesSlice[], minutes: number): Omit<Operation, 'operation'> {
  const n = eventsOf(slices);
  const errors = eventsOf(slices.filter(({ series }) => series.labels[label.outcome] === 'error'));
  const merged = histogramOf(slices);
  const quantileMs = (q: number): number | null => {
    const seconds = merged === null ? null : estimateQuantile(merged, q);
    return seconds === null ? null : tidyMs(seconds);
  };
  return {
    n,
    requestsPerMinute: minutes > 0 ? n / minutes : null,
    errorRatio: n === 0 ? null : errors / n,
    p50Ms: quantileMs(0.5),
    p95Ms: quantileMs(0.95),
  };
}

function eventsOf(slices: readonly SeriesSlice[]): number {
  return slices.reduce((sum, { slice }) => sum + totalOf(slice.counts), 0);
}

/** The most asked first. */
function operationsOf(slices: readonly SeriesSlice[], minutes: number): Operation[] {
  const groups = new Map<string, SeriesSlice[]>();
  for (const one of slices) {
    const operation = one.series.labels[label.operation] ?? 'unnamed';
    const group = groups.get(operation);
    if (group === undefined) groups.set(operation, [one]);
    else group.push(one);
  }
  return [...groups]
    .map(([operation, own]): Operation => ({ operation, ...figuresOf(own, minutes) }))
    .filter(({ n }) => n > 0)
    .sort((left, right) => right.n - left.n || (left.operation < right.operation ? -1 : 1));
}

/** Of the latency objectives that count requests of this domain; objectives on other signals are not of this picture. */
function thresholdsOf(objectives: readonly CompiledObjective[], series: readonly Series[]): DomainDetail['thresholds'] {
  return objectives
    .flatMap((objective): DomainDetail['thresholds'] => {
      const { id, kind, selector, goodAtMost, pageAtMost, threshold } = objective;
      if (kind !== 'latency' || selector === null || selector.signal !== metric.requestDuration) return [];
      if (goodAtMost === null || !series.some((one) => matchesSelector(one, selector))) return [];
      const good = {
        label: `${threshold ?? `≤ ${spoken(tidyMs(goodAtMost))}`} (${id})`,
        ms: tidyMs(goodAtMost),
        objective: id,
      };
      if (pageAtMost === null || pageAtMost === goodAtMost) return [good];
      return [good, { label: `alert > ${spoken(tidyMs(pageAtMost))} (${id})`, ms: tidyMs(pageAtMost), objective: id }];
    })
    .sort((left, right) => left.ms - right.ms);
}

/** 1000 → `1 s`. */
function spoken(ms: number): string {
  return formatDurationMs(ms).replace(/([a-z]+)$/, ' $1');
}
