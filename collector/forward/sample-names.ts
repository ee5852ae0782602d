/** What a stored series is called on another Prometheus: names, labels, and that no two are called alike. */
import { metric } from '../../src/kernel/conventions.ts';
import { prometheusName, type SignalKind } from '../../src/kernel/metric-name.ts';
import type { Series } from '../../src/kernel/series.ts';

/** Label pairs in the order of their names, `__name__` included. */
export type SampleLabels = readonly (readonly [string, string])[];

const ownSignals: ReadonlySet<string> = new Set(Object.values(metric));

/** Labels of ours: which installation, and where it has the numbers from, since the same may come by two ways. */
export const instanceLabel = 'seamwatch_instance';
export const sourceLabel = 'seamwatch_source';
/** Only on series that would else be called like another one. */
const seriesLabel = 'seamwatch_series';

/** Remembers what is taken. One per feed. */
export class SampleNames {
  readonly #instanceId: string;
  readonly #taken = new Map<string, number>();

  constructor(instanceId: string) {
    this.#instanceId = instanceId;
  }

  /** Without `__name__` and `le`. The first series keeps the plain labels, another with the same gets its number too. */
  labelsOf(series: Series): ReadonlyMap<string, string> {
    const labels = new Map<string, string>();
    for (const [name, value] of Object.entries(series.labels)) {
      if (value === '') continue;
      const clean = cleanLabel(name);
      const before = labels.get(clean);
      labels.set(clean, before === undefined ? value : `${before};${value}`);
    }
    labels.set(instanceLabel, this.#instanceId).set(sourceLabel, series.source);
    const key = JSON.stringify([familyOf(series), ...[...labels].sort()]);
    const owner = this.#taken.get(key) ?? series.id;
    this.#taken.set(key, owner);
    return owner === series.id ? labels : labels.set(seriesLabel, String(series.id));
  }
}

/** Own signals as on the library's page; what was scraped keeps its name; of others the dots become underscores. */
export function familyOf(series: Series): string {
  const { signal, kind, source } = series;
  if (ownSignals.has(signal)) return prometheusName(signal, kind satisfies SignalKind);
  const clean = signal.replace(/[^A-Za-z0-9_:]/g, '_').replace(/^(?=\d)/, '_');
  if (source === 'scrape') return clean;
  if (kind === 'counter') return clean.endsWith('_total') ? clean : `${clean}_total`;
  return kind === 'histogram' && signal.endsWith('.duration') ? `${clean}_seconds` : clean;
}

/** A counter in ms is one in seconds on a page. */
export function factorOf(series: Series): number {
  return ownSignals.has(series.signal) && series.kind === 'counter' && series.signal.endsWith('_ms') ? 0.001 : 1;
}

/** In the order of remote write: by name, each once. */
export function sortedLabels(name: string, labels: ReadonlyMap<string, string>, le: string | null): SampleLabels {
  const all = new Map([...labels, ['__name__', name] as const]);
  if (le !== null) all.set('le', le);
  return [...all].sort(([left], [right]) => (left < right ? -1 : 1));
}

function cleanLabel(name: string): string {
  const clean = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  return clean === 'le' || clean.startsWith('__') ? `exported_${clean.replace(/^_+/, '')}` : clean;
}
