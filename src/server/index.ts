/** The door of the HTTP side: console, API, live events, own metrics, and the way in for telemetry. */
export { openApiDocument } from './api/index.ts';
export { createServer } from './create-server.ts';
export type {
  Commands,
  Eventually,
  ExtraListener,
  IntakeCaller,
  IntakeHandler,
  ListenerState,
  LiveSource,
  LogPage,
  LogQuery,
  Queries,
  RefusedTelemetry,
  RunningServer,
  ServerDependencies,
  ServerLimits,
  Tokens,
  TracePage,
  TraceQuery,
} from './dependencies.ts';
export { type ObjectiveCounter, type OwnMetrics, renderOwnMetrics } from './prometheus.ts';
