/** What a signal's series are called on an application's own Prometheus page. */
import { kindOfSignal, prometheusName } from '../../src/kernel/metric-name.ts';

/** The series of a signal: how many events there were, and how many fell into a bucket (null for a plain counter). */
export interface PageNames {
  readonly count: string;
  readonly bucket: string | null;
}

/** `domain.request.duration` → `domain_request_duration_seconds_count` and `…_bucket`; a counter ends in `_total`. */
export function pageNames(signal: string): PageNames {
  if (kindOfSignal(signal) !== 'histogram') return { count: prometheusName(signal, 'counter'), bucket: null };
  const name = prometheusName(signal, 'histogram');
  return { count: `${name}_count`, bucket: `${name}_bucket` };
}
