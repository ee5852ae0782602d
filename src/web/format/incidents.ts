/** Alerts by incident: one cause is one incident, whatever sees it. */
import type { AlertAnswer } from '../../contract/index.ts';

/** Alerts of one incident, in the order they came. */
export interface Incident {
  readonly key: string;
  readonly alerts: readonly AlertAnswer[];
}

/** Groups by dedup key, the first seen first. */
export function incidentsOf(alerts: readonly AlertAnswer[]): readonly Incident[] {
  const groups = new Map<string, AlertAnswer[]>();
  for (const alert of alerts) groups.set(alert.dedupKey, [...(groups.get(alert.dedupKey) ?? []), alert]);
  return [...groups].map(([key, list]) => ({ key, alerts: list }));
}
