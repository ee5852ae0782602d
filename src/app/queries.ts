/** Connects the API's questions with the parts that can answer them. */

import type { Alerting } from '../../alerts/index.ts';
import type { AsyncTraceReader, SpanEdges } from '../../collector/index.ts';
import type { ProbeAnswer, RehearsalAnswer, RunbookAnswer, StatusAnswer } from '../contract/index.ts';
import type { Engine, Views } from '../engine/index.ts';
import { isoTime } from '../kernel/clock.ts';
import type { Queries } from '../server/index.ts';

export function createQueries(parts: {
  readonly engine: Engine;
  readonly views: Views;
  readonly traces: AsyncTraceReader;
  readonly spanEdges: (minutes: number) => Promise<SpanEdges | null>;
  readonly status: () => StatusAnswer;
  readonly probes: () => readonly ProbeAnswer[];
  readonly alerting: () => Alerting;
  readonly runbooks: readonly RunbookAnswer[];
  readonly rehearsals: () => readonly RehearsalAnswer[];
}): Queries {
  const { engine, views, traces } = parts;
  return {
    objectives: () => views.objectives(),
    objective: (id) => views.objective(id),
    triggers: () => views.triggers(),
    trigger: (id) => views.triggers().find((trigger) => trigger.id === id) ?? null,
    readiness: () => views.readiness(),
    domains: () => views.domains(),
    domain: (id) => views.domain(id),
    traces: (query) => traces.search(query),
    trace: (id) => traces.trace(id),
    correlation: (id) => traces.correlation(id),
    logs: (query) => traces.logs(query),
    coupling: () => views.coupling(),
    map: async (minutes) => views.map(minutes, await parts.spanEdges(minutes)),
    facts: () => views.facts(),
    status: parts.status,
    probes: parts.probes,
    alerts: () => parts.alerting().alerts(),
    silences: () => parts.alerting().silences(),
    runbooks: () => parts.runbooks,
    rehearsals: parts.rehearsals,
    watermark: () => (engine.state.watermarkMs === 0 ? null : isoTime(engine.state.watermarkMs)),
  };
}
