/** What the control plane says of itself on its `/metrics` page. */
import type { StatusAnswer } from '../contract/index.ts';
import type { OwnMetrics } from '../server/index.ts';
import type { Core } from './core.ts';

export function ownMetrics({ engine, views, alerting, prober }: Core, status: StatusAnswer): OwnMetrics {
  const objectives = views.objectives();
  return {
    objectives,
    objectiveCounters: objectives.map(({ id, domain }) => ({ objective: id, domain, ...engine.counterOf(id) })),
    triggers: views.triggers(),
    intake: status.intake,
    probes: prober().answers(),
    alerts: alerting().alerts(),
    sinks: status.sinks,
    scrape: status.scrape,
    forward: status.forward,
    notifications: alerting()
      .counts()
      .flatMap(({ sink, ...counts }) => Object.entries(counts).map(([outcome, count]) => ({ sink, outcome, count }))),
    seriesCount: status.store.series,
    storeBytes: status.store.bytes,
    memoryBytes: process.memoryUsage.rss(),
    watermarkMs: engine.state.watermarkMs,
    tickMs: engine.state.tookMs,
  };
}
