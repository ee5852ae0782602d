/** The extraction-readiness report, put together from what the engine knows. */
import type { ObjectiveAnswer, ReadinessReport } from '../contract/index.ts';
import { dayMs } from '../kernel/duration.ts';
import {
  assessReadiness,
  type FailOn,
  observeTrigger,
  type SeriesSlice,
  type TriggerDefinition,
} from '../readiness/index.ts';
import { answerChecks } from './checks.ts';
import type { CouplingView } from './coupling-view.ts';
import type { Engine } from './engine.ts';

/** The report looks back on the days that triggers are judged on. */
export const reportDays = 14;

export interface ReportParts {
  /** Name and version of the product. */
  readonly tool: string;
  readonly commit: string | null;
  readonly objectives: readonly ObjectiveAnswer[];
  readonly coupling: CouplingView;
  readonly coverage: { readonly mapped: number; readonly unmapped: number };
  readonly evidenceOf: (definition: TriggerDefinition) => readonly SeriesSlice[];
}

/** With every kind of finding in its exit code; who reads it may lower some. */
export function reportReadiness(engine: Engine, parts: ReportParts): ReadinessReport {
  const { profile, clock, timezone, declared, reader } = engine.options;
  const toMs = engine.state.watermarkMs;
  const fromMs = toMs - reportDays * dayMs;
  const { facts, exceptions, decisions } = declared();
  return assessReadiness({
    nowMs: clock.nowMs(),
    timezone,
    tool: parts.tool,
    commit: parts.commit,
    profile: profile.names,
    window: { fromMs, toMs },
    domains: profile.catalogue,
    triggers: engine.state.triggers,
    objectives: parts.objectives,
    rules: profile.rules,
    gates: profile.gates,
    facts,
    exceptions,
    decisions,
    coupling: parts.coupling.edges,
    couplingSynthetic: parts.coupling.synthetic,
    traffic: engine.books.traffic.traffic(fromMs, toMs),
    coverage: parts.coverage,
    failOn: new Set<FailOn>(['gate', 'unknown', 'decision']),
    definitions: profile.triggers,
    observations: profile.triggers.flatMap((definition) => observeTrigger(definition, parts.evidenceOf(definition))),
    checks: answerChecks(reader),
  });
}
