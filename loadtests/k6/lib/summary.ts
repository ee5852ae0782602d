/** What is left of a run: the summary as JSON for the rehearsal, or a few lines for a person. */
import { Counter } from 'k6/metrics';
import { settings } from './settings.ts';

const arrivals = new Counter('seam_arrivals');

/** Counts an arrival whose work is done. */
export function arrived(): void {
  arrivals.add(1);
}

interface Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** k6 calls this at the end; `ok: true` is a threshold that held. */
export function handleSummary(data: { readonly metrics: Readonly<Record<string, Metric>> }): Record<string, string> {
  if (settings.summaryFile !== null) return { [settings.summaryFile]: JSON.stringify(data) };
  const lines = Object.entries(data.metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds).map(([text, { ok }]) => `${ok ? 'held ' : 'BROKE'}  ${name}  ${text}`),
  );
  const dropped = data.metrics.dropped_iterations?.values.count ?? 0;
  const done = data.metrics.seam_arrivals?.values.count ?? 0;
  return { stdout: `${[...lines, `${done} arrivals, ${dropped} dropped`].join('\n')}\n` };
}
