/** What a trace says in words below its waterfall: what its end waited for, its slowest seam, why spans failed, what they link to. */
import type { Span, Trace } from '../contract/index.ts';

const mostOwners = 4;
const mostLinks = 3;

/** Whose span it is: its domain, `browser` for one that a page sent, else `–`. */
export function ownerOf({ domain, attributes }: Pick<Span, 'domain' | 'attributes'>): string {
  if (domain !== null) return domain;
  const isPage =
    attributes['resource.telemetry.sdk.language'] === 'webjs' || attributes['resource.seam.source'] === 'faro';
  return isPage ? 'browser' : '–';
}

/** "critical path: feed 41 ms, browser 14 ms": own time of the spans on it by owner, the longest first. Nothing without a path. */
export function criticalLine({ criticalPath, spans }: Trace): string[] {
  const path = new Set(criticalPath);
  const owners = new Map<string, number>();
  for (const span of spans) {
    if (path.has(span.spanId)) owners.set(ownerOf(span), (owners.get(ownerOf(span)) ?? 0) + span.selfMs);
  }
  if (owners.size === 0) return [];
  const sorted = [...owners].sort(([, left], [, right]) => right - left);
  const named = sorted.slice(0, mostOwners).map(([owner, ms]) => `${owner} ${durationText(ms)}`);
  const rest = sorted.slice(mostOwners).reduce((sum, [, ms]) => sum + ms, 0);
  const more = sorted.length > mostOwners ? [`${sorted.length - mostOwners} others ${durationText(rest)}`] : [];
  return [`critical path: ${[...named, ...more].join(', ')}`];
}

/** "slowest seam: feed → search 2.6 ms, in trending". Nothing when no call crossed from one domain into another. */
export function slowestLine({ slowestEdge, spans }: Trace): string[] {
  if (slowestEdge === null) return [];
  const { from, to, ms, spanId } = slowestEdge;
  const span = spans.find((one) => one.spanId === spanId);
  return [`slowest seam: ${from} → ${to} ${durationText(ms)}${span === undefined ? '' : `, in ${nameOf(span)}`}`];
}

/** Why the span failed, as its status or its exception says, and where its links lead. One line each. */
export function spanNotes({ status, attributes, events, links }: Span): string[] {
  const exception = events.find(({ name }) => name === 'exception')?.attributes;
  const said = [exception?.['exception.type'], exception?.['exception.message']].filter(
    (one) => typeof one === 'string',
  );
  const why = said.length > 0 ? said.join(': ') : attributes['otel.status_description'];
  const targets = [...new Set(links.map(({ traceId }) => traceId))];
  const more = targets.length > mostLinks ? [`links to ${targets.length - mostLinks} more`] : [];
  return [
    ...(status === 'error' && typeof why === 'string' && why !== '' ? [`failed: ${why}`] : []),
    ...targets.slice(0, mostLinks).map((traceId) => `links to trace ${traceId}`),
    ...more,
  ];
}

/** The operation, else the span's own name. */
export function nameOf({ operation, name }: Pick<Span, 'operation' | 'name'>): string {
  return operation ?? name;
}

/** "0.14 ms", "148 ms", "12.3 s". */
export function durationText(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 100 ? `${Math.round(ms)} ms` : `${Number(ms.toPrecision(2))} ms`;
}
