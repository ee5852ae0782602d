/** What a signal is called on an application's own Prometheus page. */
import { metric } from '../../src/kernel/conventions.ts';

/** Signals of the library that are histograms although their name does not end in `.duration`. */
const histograms: ReadonlySet<string> = new Set([
  metric.searchIndexLag,
  metric.feedReadsPerLoad,
  metric.eventLag,
  metric.loopBlock,
]);

/** The series of a signal: how many events there were, and how many fell into a bucket (null for a plain counter). */
export interface PageNames {
  readonly count: string;
  readonly bucket: string | null;
}

/** `domain.request.duration` → `domain_request_duration_seconds_count` and `…_bucket`; a counter ends in `_total`. */
export function pageNames(signal: string): PageNames {
  const base = signal.replace(/[^A-Za-z0-9_]/g, '_');
  if (!signal.endsWith('.duration') && !histograms.has(signal))
    return { count: `${base.replace(/_ms$/, '_seconds')}_total`, bucket: null };
  const named = signal.endsWith('_per_load') ? base : `${base}_seconds`;
  return { count: `${named}_count`, bucket: `${named}_bucket` };
}
