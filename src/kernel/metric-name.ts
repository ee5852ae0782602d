/** What a signal is and what it is called on a Prometheus page; the library, the rules and the dashboards follow from it. */
import { metric } from './conventions.ts';

/** What a signal is; its name on a page follows from it. */
export type SignalKind = 'histogram' | 'counter' | 'gauge';

/** The kind of every signal of the conventions. */
export const signalKinds: Readonly<Record<keyof typeof metric, SignalKind>> = {
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
  browserPageLoad: 'histogram',
  browserInteraction: 'histogram',
  browserFirstByte: 'histogram',
  browserFirstPaint: 'histogram',
  browserLargestPaint: 'histogram',
  browserFirstInput: 'histogram',
  browserNextPaint: 'histogram',
  browserLayoutShift: 'histogram',
};

const kindByName: ReadonlyMap<string, SignalKind> = new Map(
  Object.entries(metric).map(([key, signal]) => [signal, signalKinds[key as keyof typeof metric]]),
);

/** The kind of any signal; one of somebody else's is a histogram when its name ends in `.duration`, else a counter. */
export function kindOfSignal(signal: string): SignalKind {
  return kindByName.get(signal) ?? (signal.endsWith('.duration') ? 'histogram' : 'counter');
}

/** False for what the control plane alone counts, runs of probes and what browsers send: no application's page shows it. */
export function isOnApplicationPage(signal: string): boolean {
  return !signal.startsWith('probe.') && !isFromVisitors(signal);
}

/** True for what browsers send: it comes while somebody uses the pages, and that nobody does is no fault. */
export function isFromVisitors(signal: string): boolean {
  return signal.startsWith('browser.');
}

/** True for a histogram of how many, not of how long: it has no unit. */
export function isCountPerLoad(signal: string): boolean {
  return signal.endsWith('_per_load');
}

/**
 * Name of a signal's family on the page: `domain.request.duration` → `domain_request_duration_seconds`. Durations are in
 * seconds, counters end in `_total`; a histogram's samples add `_bucket`, `_sum` or `_count`.
 */
export function prometheusName(signal: string, kind: SignalKind): string {
  const base = signal.replace(/[^A-Za-z0-9_]/g, '_');
  switch (kind) {
    case 'histogram':
      return isCountPerLoad(signal) ? base : `${base}_seconds`;
    case 'counter':
      return `${base.replace(/_ms$/, '_seconds')}_total`;
    case 'gauge':
      return base;
    default:
      return kind satisfies never;
  }
}
