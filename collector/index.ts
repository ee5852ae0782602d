/** The door of the collector: takes telemetry in, keeps it, answers from it. */
export {
  createForwarder,
  defaultQueueBytes,
  type Forwarder,
  type ForwardStatus,
  parseForward,
} from './forward/index.ts';
export { emptyHistory } from './history/empty-history.ts';
export { openHistory, readSenderSeries } from './history/index.ts';
export type {
  Freshness,
  HistoryReader,
  PresenceRange,
  SpanEdge,
  SpanEdges,
  SpanStorage,
  TracePage,
  TraceQuery,
} from './history/reader.ts';
export { type Collector, type IntakeCaller, openCollector, type WriteStatement } from './intake/collector.ts';
export { createFaroIntake, type FaroIntake, type FaroStats, originList, parseFaro } from './intake/faro/index.ts';
export { createGrpcIntake, type GrpcBounds, type GrpcIntake, type GrpcIntakeOptions } from './intake/grpc/index.ts';
export { hintOf } from './intake/hints.ts';
export { type IngestToken, ingestTokens, sendersOf } from './intake/ingest-tokens.ts';
export type { CommitNotice, IntakeStats, PresenceNotice } from './intake/notice.ts';
export type { CollectorOptions, DomainRule, IntakeLimits, Retention } from './intake/options.ts';
export type { HandedTelemetry, Received } from './intake/receive-handed.ts';
export {
  createScraper,
  histogramsOf,
  parsePage,
  parseScrape,
  type Scraper,
  type ScrapeStatus,
  type SilentTarget,
} from './intake/scrape/index.ts';
export { intakeSection, limitsOf } from './intake/section.ts';
export { statusBody } from './intake/status-body.ts';
export type { AsyncTraceReader, Unreadable } from './reading/index.ts';
