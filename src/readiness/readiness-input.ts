/** Everything the report is made of: measured answers, declared facts and the books of the profile. */
import type { CouplingEdge, ObjectiveAnswer, TriggerAnswer } from '../contract/index.ts';
import type { DeclaredFact } from './declared-facts.ts';
import type { GateBook } from './gate-book.ts';
import type { Observation } from './observations.ts';
import type { Decision, RuleException } from './records.ts';
import type { RuleBook } from './rule-book.ts';
import type { TriggerDefinition } from './trigger-definition.ts';

/** What the assessment reads of a domain of the catalogue. */
export interface AssessedDomain {
  readonly id: string;
  readonly title: string;
  readonly priority: string | null;
  readonly linesOfCode: number | null;
  readonly source: string;
}

/** Entry traffic of one domain over `days` days; null = not measured. */
export interface DomainTraffic {
  readonly domain: string;
  readonly requestsPerMinuteBusyHour: number | null;
  readonly requestsPerDay: number | null;
  readonly days: number;
  readonly synthetic: boolean;
}

/** The answer of an automatic check (a checklist item or a gate of a running migration); null = not measured. */
export interface CheckResult {
  readonly id: string;
  readonly value: boolean | null;
  readonly reason: string | null;
}

/** Kinds of finding that may set the exit code. */
export type FailOn = 'gate' | 'unknown' | 'decision';

export interface ReadinessInput {
  readonly nowMs: number;
  /** IANA name; days of the triggers are calendar days in it. */
  readonly timezone: string;
  /** Name and version of the product. */
  readonly tool: string;
  readonly profile: readonly string[];
  readonly commit: string | null;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly domains: readonly AssessedDomain[];
  readonly triggers: readonly TriggerAnswer[];
  /** Where the persistence in the texts comes from; without it the default is named. */
  readonly definitions?: readonly TriggerDefinition[];
  readonly objectives: readonly ObjectiveAnswer[];
  readonly rules: RuleBook;
  readonly gates: GateBook;
  readonly facts: readonly DeclaredFact[];
  /** Null = nothing was measured, which is not the same as "coupled with nobody". */
  readonly coupling: readonly CouplingEdge[] | null;
  /** True when the coupling stands on simulated traffic. */
  readonly couplingSynthetic?: boolean;
  /** Statements that stand beside the verdict and never change it. */
  readonly observations?: readonly Observation[];
  readonly traffic: readonly DomainTraffic[];
  /** Entry requests of known and of unmapped domains. */
  readonly coverage: { readonly mapped: number; readonly unmapped: number };
  readonly exceptions: readonly RuleException[];
  readonly decisions: readonly Decision[];
  readonly failOn: ReadonlySet<FailOn>;
  /** Automatic checks of the checklists, by id. */
  readonly checks?: readonly CheckResult[];
  /** Gates of running migrations: false = violated (exit 1), null = unknown (exit 3). */
  readonly gateResults?: readonly CheckResult[];
}
