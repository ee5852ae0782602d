/** The domains as a map: what each is asked, and who calls whom, how often, how slowly, over one window. Pure. */
import type { CouplingEdge, MapEdge, MapNode, ServiceMap } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { label, metric } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import { estimateQuantile, totalOf } from '../kernel/histogram.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { countedOf, requestSources } from './domain-hour.ts';
import { histogramOf, tidyMs } from './domain-picture.ts';

export interface MapParts {
  /** Of requests and of calls that start in [fromMs, toMs), Unix ms; simulated ones are left out. */
  readonly slices: readonly SeriesSlice[];
  /** Known domains. A caller that is none of them and is never asked, such as the entry of the app, is no domain. */
  readonly domains: readonly string[];
  /** Strength of the edges, over the days that it is judged on; null = no call was ever counted. */
  readonly coupling: readonly CouplingEdge[] | null;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Nodes by id, edges by (from, to, mode). A domain that nobody outside asks is counted by the calls of the others. Rates are over the
 * part of the window since the first event; an edge whose series do not tell the outcome has no error ratio. `spans` is null.
 */
export function toServiceMap({ slices, domains, coupling, fromMs, toMs }: MapParts): ServiceMap {
  const real = slices.filter(({ series, slice }) => !series.synthetic && totalOf(slice.counts) > 0);
  const firstMs = real.reduce((least, { slice }) => Math.min(least, slice.startMs), toMs);
  const minutes = (toMs - Math.max(fromMs, firstMs)) / minuteMs;
  const asked = real.flatMap(({ series }) => (isRequest(series) ? [series.labels[label.domain] ?? ''] : []));
  const known = new Set([...domains, ...asked]);
  const edges = toEdges(real, coupling, minutes).filter(({ from, to }) => known.has(from) && known.has(to));
  const ids = new Set([...asked, ...edges.flatMap(({ from, to }) => [from, to])].filter((id) => id !== ''));
  return {
    from: isoTime(fromMs),
    to: isoTime(toMs),
    nodes: [...ids].sort().map((domain): MapNode => {
      const { slices: own } = countedOf({ slices: real }, domain);
      const { n, perMinute, errorRatio, p95Ms } = figuresOf(own, minutes);
      return { domain, requests: n, requestsPerMinute: perMinute, errorRatio, p95Ms };
    }),
    edges,
    spans: null,
  };
}

function toEdges(slices: readonly SeriesSlice[], coupling: readonly CouplingEdge[] | null, minutes: number): MapEdge[] {
  const groups = new Map<string, SeriesSlice[]>();
  for (const one of trustedCalls(slices)) {
    const { from, to, mode } = placeOf(one);
    if (from === to || from === '' || to === '') continue;
    const key = JSON.stringify([from, to, mode]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([, own]): MapEdge[] => {
      const [first] = own;
      if (first === undefined) return [];
      const place = placeOf(first);
      const { n, perMinute, errorRatio, knownOutcomes, p95Ms } = figuresOf(own, minutes);
      const known = coupling?.find(
        (edge) => edge.from === place.from && edge.to === place.to && edge.mode === place.mode,
      );
      return [
        {
          ...place,
          ...{ calls: n, callsPerMinute: perMinute, errorRatio, knownOutcomes, p95Ms },
          strong: known?.strong ?? null,
          countedBy: 'metrics',
        },
      ];
    });
}

/** A caller's calls are counted once: from the most exact source that has any. */
function trustedCalls(slices: readonly SeriesSlice[]): SeriesSlice[] {
  const calls = slices.filter(({ series }) => series.signal === metric.callDuration);
  const sources = new Map<string, SeriesSlice['series']['source']>();
  for (const source of requestSources) {
    for (const { series } of calls) {
      const from = series.labels[label.from] ?? '';
      if (series.source === source && !sources.has(from)) sources.set(from, source);
    }
  }
  return calls.filter(({ series }) => sources.get(series.labels[label.from] ?? '') === series.source);
}

function placeOf({ series: { labels } }: SeriesSlice): Pick<MapEdge, 'from' | 'to' | 'mode'> {
  return {
    from: labels[label.from] ?? '',
    to: labels[label.to] ?? '',
    mode: labels[label.mode] === 'async' ? 'async' : 'sync',
  };
}

function isRequest(series: SeriesSlice['series']): boolean {
  return series.signal === metric.requestDuration;
}

function figuresOf(slices: readonly SeriesSlice[], minutes: number) {
  const n = eventsOf(slices);
  const merged = histogramOf(slices);
  const seconds = merged === null ? null : estimateQuantile(merged, 0.95);
  return {
    n,
    perMinute: n === 0 || minutes <= 0 ? null : n / minutes,
    ...errorsOf(slices),
    p95Ms: n === 0 || seconds === null ? null : tidyMs(seconds),
  };
}

/** Of the events whose series say how they ended; no ratio when none does. */
function errorsOf(slices: readonly SeriesSlice[]): Pick<MapEdge, 'errorRatio' | 'knownOutcomes'> {
  const told = slices.filter(({ series }) => series.labels[label.outcome] !== undefined);
  const knownOutcomes = eventsOf(told);
  const failed = eventsOf(told.filter(({ series }) => series.labels[label.outcome] === 'error'));
  return { knownOutcomes, errorRatio: knownOutcomes === 0 ? null : failed / knownOutcomes };
}

function eventsOf(slices: readonly SeriesSlice[]): number {
  return slices.reduce((sum, { slice }) => sum + totalOf(slice.counts), 0);
}
