/** How the names of the conventions look on a Prometheus page, and every name that the product can put there. */
import { metric, ownMetric } from '../src/kernel/conventions.ts';

/** What a signal is; its name on the page follows from it. */
export type SignalKind = 'histogram' | 'counter' | 'gauge';

const kinds: Readonly<Record<keyof typeof metric, SignalKind>> = {
  requestDuration: 'histogram',
  callDuration: 'histogram',
  dbDuration: 'histogram',
  dbTransactions: 'counter',
  messageDelivery: 'histogram',
  notificationDelivery: 'histogram',
  searchQuery: 'histogram',
  searchIndexLag: 'histogram',
  searchTruncated: 'counter',
  feedLoad: 'histogram',
  feedReadsPerLoad: 'histogram',
  wsConnections: 'gauge',
  mediaStorage: 'gauge',
  eventPublished: 'counter',
  eventConsumed: 'counter',
  eventDeadLetter: 'counter',
  eventLag: 'histogram',
  cpuMs: 'counter',
  loopBlock: 'histogram',
  platformLimitErrors: 'counter',
  exportDropped: 'counter',
  probeResult: 'counter',
  probeDuration: 'histogram',
  probeStepDuration: 'histogram',
};

/** Families that Prometheus itself adds to every target that it scrapes. */
export const scrapeMetric = { up: 'up', duration: 'scrape_duration_seconds' } as const;

/** Every signal of the conventions with its kind. */
export const signalKinds: readonly { readonly signal: string; readonly kind: SignalKind }[] = Object.entries(
  metric,
).map(([key, signal]) => ({ signal, kind: kinds[key as keyof typeof metric] }));

/**
 * Name of a signal's family on the page: `domain.request.duration` → `domain_request_duration_seconds`. Durations are in
 * seconds, counters end in `_total`; a histogram's samples add `_bucket`, `_sum` or `_count`.
 */
export function prometheusName(signal: string, kind: SignalKind): string {
  const base = signal.replace(/\W/g, '_');
  switch (kind) {
    case 'histogram':
      return base.endsWith('_per_load') ? base : `${base}_seconds`;
    case 'counter':
      return `${base.replace(/_ms$/, '_seconds')}_total`;
    case 'gauge':
      return base;
    default:
      return kind satisfies never;
  }
}

/** Family of one signal of the conventions, such as `requestDuration`. */
export function familyOf(key: keyof typeof metric): string {
  return prometheusName(metric[key], kinds[key]);
}

/** Signals that the control plane keeps for itself: they are on no page, `seamwatch_probe_*` is. */
const unpublished: ReadonlySet<string> = new Set([metric.probeResult, metric.probeDuration, metric.probeStepDuration]);

/** Every sample name that the library, the control plane or a scrape can produce; a query over anything else is a mistake. */
export function emittedNames(): ReadonlySet<string> {
  const published = signalKinds.filter(({ signal }) => !unpublished.has(signal));
  const fromApps = published.flatMap(({ signal, kind }) => {
    const name = prometheusName(signal, kind);
    return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
  });
  return new Set([...fromApps, ...Object.values(ownMetric), ...Object.values(scrapeMetric)]);
}
