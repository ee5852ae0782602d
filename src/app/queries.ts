/** Connects the API's questions with the parts that can answer them. */
import type { HistoryReader } from '../../collector/index.ts';
import type { StatusAnswer } from '../contract/index.ts';
import type { Engine, Views } from '../engine/index.ts';
import { isoTime } from '../kernel/clock.ts';
import type { Queries } from '../server/index.ts';

export function createQueries(parts: {
  readonly engine: Engine;
  readonly views: Views;
  readonly reader: HistoryReader;
  readonly status: () => StatusAnswer;
}): Queries {
  const { engine, views, reader } = parts;
  return {
    objectives: () => views.objectives(),
    objective: (id) => views.objective(id),
    triggers: () => views.triggers(),
    trigger: (id) => views.triggers().find((trigger) => trigger.id === id) ?? null,
    readiness: () => views.readiness(),
    domains: () => views.domains(),
    domain: () => null,
    traces: (query) => reader.searchTraces(query),
    trace: (id) => reader.trace(id),
    correlation: (id) => reader.tracesByCorrelation(id),
    coupling: () => views.coupling(),
    facts: () => views.facts(),
    status: parts.status,
    probes: () => [],
    alerts: () => [],
    silences: () => [],
    runbooks: () => [],
    rehearsals: () => [],
    watermark: () => (engine.state.watermarkMs === 0 ? null : isoTime(engine.state.watermarkMs)),
  };
}
