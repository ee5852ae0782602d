/** The door of the contract: zod schemas and their types; the console imports types only. */
export * as envelope from './envelope.ts';
export * as readinessShapes from './readiness.ts';
export * as shapes from './shapes.ts';
export type {
  ChecklistItem,
  CouplingEdge,
  Criterion,
  DomainRow,
  Evidence,
  FactAnswer,
  Flip,
  KeepRule,
  LiveEvent,
  Meta,
  ObjectiveAnswer,
  ObjectiveDetail,
  ObjectivePoint,
  ReadinessReport,
  Span,
  StatusAnswer,
  Trace,
  TraceEdge,
  TraceSummary,
  TriggerAnswer,
  TriggerDay,
  UnknownItem,
  Verdict,
} from './types.ts';
