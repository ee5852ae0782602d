/** Readiness: triggers, facts, keep rules, checklists, verdicts and the report. Pure. */
export { assessReadiness } from './assess.ts';
export { type ContrastOfDay, contrastDay, type DayStatistic, dayStatistic, type SeriesSlice } from './day-statistic.ts';
export { answerFact, type DeclaredFact, parseFacts } from './declared-facts.ts';
export { type Exit, type ExitParts, exitOf, lowerExit } from './exit.ts';
export { type GateBook, parseGates } from './gate-book.ts';
export { judgeTrigger, type TriggerContext } from './judge-trigger.ts';
export { type Observation, observeTrigger } from './observations.ts';
export type {
  AssessedDomain,
  CheckResult,
  DomainTraffic,
  FailOn,
  ReadinessInput,
} from './readiness-input.ts';
export { type Decision, parseDecisions, parseExceptions, type RuleException } from './records.ts';
export { type GithubLimits, type GithubReport, githubFailure, githubLimits, renderGithub } from './report/github.ts';
export { type ReportFormat, renderReport } from './report/render.ts';
export { type FactDefinition, type KeepRuleDefinition, parseRules, type RuleBook } from './rule-book.ts';
export { parseTriggers, type TriggerDefinition } from './trigger-definition.ts';
