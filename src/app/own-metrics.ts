/** What the control plane says of itself on its `/metrics` page. */
import type { StatusAnswer } from '../contract/index.ts';
import type { OwnMetrics } from '../server/index.ts';
import type { Core } from './core.ts';

/** `nowMs` is Unix ms. */
export function ownMetrics({ engine, views, alerting, prober }: Core, status: StatusAnswer, nowMs: number): OwnMetrics {
  const objectives = views.objectives();
  return {
    objectives,
    objectiveCounters: objectives.map(({ id, domain }) => ({ objective: id, domain, ...engine.counterOf(id) })),
    triggers: views.triggers(),
    ...{ nowMs, intake: status.intake, store: status.store },
    probes: prober().answers(),
    alerts: alerting().alerts(),
    sinks: status.sinks,
    scrape: status.scrape,
    forward: status.forward,
    notifications: alerting()
      .counts()
      .flatMap(({ sink, ...counts }) => Object.entries(counts).map(([outcome, count]) => ({ sink, outcome, count }))),
    seriesCount: status.store.series,
    memoryBytes: process.memoryUsage.rss(),
    watermarkMs: engine.state.watermarkMs,
    tickMs: engine.state.tookMs,
  };
}
