/** The objective engine: parse, compile, prove, count, sum, evaluate. Pure. */
export { compileObjective } from './compile.ts';
export type {
  CompileContext,
  CompiledObjective,
  Detection,
  Proof,
  ProofIssue,
} from './compiled.ts';
export { evaluateComposite } from './composite.ts';
export { countSlice } from './count.ts';
export type {
  BurnPair,
  BurnPolicy,
  Indicator,
  IndicatorKind,
  ObjectiveDefinition,
  PageDefinition,
  PerDomain,
  WindowDefinition,
} from './definition.ts';
export { evaluateObjective } from './evaluate.ts';
export type {
  BurnAlertEvaluation,
  BurnRate,
  EvaluationTime,
  ObjectiveEvaluation,
  ObjectiveState,
  PageEvaluation,
  WindowEvaluation,
} from './evaluation.ts';
export { explainObjective } from './explain.ts';
export { measureProblem } from './measurable.ts';
export { proveObjective } from './prove.ts';
export { generateRules, type RuleFile, type RuleOptions } from './rules/index.ts';
export { parseObjectives, parsePolicies } from './schema.ts';
export type { EventCounts, Timeline, TimelineCounts } from './timeline.ts';
export { createTimeline } from './timeline.ts';
