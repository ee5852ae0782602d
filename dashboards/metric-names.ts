/** How the names of the conventions look on a Prometheus page, and every name that the product can put there. */
import { metric, ownMetric } from '../src/kernel/conventions.ts';
import { isOnApplicationPage, kindOfSignal, prometheusName, signalKinds } from '../src/kernel/metric-name.ts';

/** Families that Prometheus itself adds to every target that it scrapes. */
export const scrapeMetric = { up: 'up', duration: 'scrape_duration_seconds' } as const;

/** Family of one signal of the conventions, such as `requestDuration`. */
export function familyOf(key: keyof typeof metric): string {
  return prometheusName(metric[key], signalKinds[key]);
}

/** Every sample name that the library, the control plane or a scrape can produce; a query over anything else is a mistake. */
export function emittedNames(): ReadonlySet<string> {
  const published = Object.values(metric).filter(isOnApplicationPage);
  const fromApps = published.flatMap((signal) => {
    const kind = kindOfSignal(signal);
    const name = prometheusName(signal, kind);
    return kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
  });
  return new Set([...fromApps, ...Object.values(ownMetric), ...Object.values(scrapeMetric)]);
}
