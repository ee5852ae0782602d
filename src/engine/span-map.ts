/** Adds to the map the calls that only traces tell of. Pure. */
import type { SpanEdge, SpanEdges } from '../../collector/index.ts';
import type { MapEdge, ServiceMap } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { durationBoundsSeconds } from '../kernel/conventions.ts';
import { minuteMs } from '../kernel/duration.ts';
import { estimateQuantile } from '../kernel/histogram.ts';
import { tidyMs } from './domain-picture.ts';

/**
 * `map` has the calls that were counted exactly. A domain that counts any of its own counts all of them: what traces tell of it is left
 * out. Rates of the others are over the time that the spans cover; `told` is null when they could not be read.
 */
export function withSpanEdges(map: ServiceMap, told: SpanEdges | null): ServiceMap {
  if (told === null) return { ...map, spans: null };
  const exact = new Set(map.edges.map(({ from }) => from));
  const minutes = (told.toMs - told.fromMs) / minuteMs;
  const more = told.edges.filter(({ from }) => !exact.has(from)).map((edge) => toEdge(edge, minutes));
  const known = new Set(map.nodes.map(({ domain }) => domain));
  const unknown = new Set(more.flatMap(({ from, to }) => [from, to]).filter((domain) => !known.has(domain)));
  const nodes = [...map.nodes, ...[...unknown].map(uncounted)];
  return {
    ...map,
    nodes: nodes.sort((left, right) => (left.domain < right.domain ? -1 : 1)),
    edges: [...map.edges, ...more].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1)),
    spans: { read: told.spans, from: isoTime(told.fromMs), missingParents: told.missingParents },
  };
}

/** Sampling gives fractions of calls; they are whole here. */
function toEdge({ from, to, mode, calls, errors, counts }: SpanEdge, minutes: number): MapEdge {
  const seconds = estimateQuantile({ bounds: durationBoundsSeconds, counts }, 0.95);
  const whole = Math.round(calls);
  return {
    ...{ from, to, mode, calls: whole, callsPerMinute: minutes > 0 ? calls / minutes : null },
    ...{ errorRatio: calls > 0 ? errors / calls : null, knownOutcomes: whole },
    ...{ p95Ms: seconds === null ? null : tidyMs(seconds), strong: null, countedBy: 'spans' },
  };
}

/** No request of it was counted, only who calls it or whom it calls. */
function uncounted(domain: string): ServiceMap['nodes'][number] {
  return { domain, requests: 0, requestsPerMinute: null, errorRatio: null, p95Ms: null };
}

function keyOf({ from, to, mode }: MapEdge): string {
  return JSON.stringify([from, to, mode]);
}
