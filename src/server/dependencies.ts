/** What the HTTP side is given by the application, and what it gives back: the types of its door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  AlertAnswer,
  CouplingEdge,
  DomainDetail,
  DomainRow,
  FactAnswer,
  LiveEvent,
  LogRecord,
  ObjectiveAnswer,
  ObjectiveDetail,
  ProbeAnswer,
  ReadinessReport,
  RehearsalAnswer,
  RunbookAnswer,
  ServiceMap,
  SilenceAnswer,
  SilenceRequest,
  StatusAnswer,
  Trace,
  TraceSummary,
  TriggerAnswer,
} from '../contract/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';

/** Now or later. */
export type Eventually<T> = T | Promise<T>;

/** A search of traces, newest first. Times are Unix ms, half-open [from, to); `limit` is 1..200; an absent key does not restrict. */
export interface TraceQuery {
  readonly correlationId?: string;
  /** 32 lower-case hexadecimal digits. */
  readonly traceId?: string;
  readonly domain?: string;
  readonly operation?: string;
  /** Name or operation of the span that began the trace. */
  readonly root?: string;
  /** On any span, the value as the trace shows it. */
  readonly attribute?: { readonly key: string; readonly value: string };
  readonly minDurationMs?: number;
  /** Of the root span. */
  readonly minRootMs?: number;
  readonly error?: boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  /** The `nextCursor` of the answer before. */
  readonly cursor?: string;
}

/** One page of a search; `nextCursor` is null on the last. */
export interface TracePage {
  readonly traces: readonly TraceSummary[];
  readonly nextCursor: string | null;
}

/**
 * A search of log records, newest first. Times are Unix ms, half-open [from, to); `severity` is the least one; `text` in either case;
 * `limit` is 1..500; an absent key does not restrict.
 */
export interface LogQuery {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId?: string;
  readonly correlationId?: string;
  readonly domain?: string;
  readonly severity?: LogRecord['severity'];
  readonly text?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  /** The `nextCursor` of the answer before. */
  readonly cursor?: string;
}

/** One page of a search; may hold fewer than asked for, even none, and still have a `nextCursor`. */
export interface LogPage {
  readonly logs: readonly LogRecord[];
  readonly nextCursor: string | null;
  /** How many at most are missing because what is stored of them is damaged; absent when none. */
  readonly unreadableRecords?: number;
}

/** Everything that can be read. A single item that does not exist is null, a list without items is empty. */
export interface Queries {
  readonly objectives: () => Eventually<readonly ObjectiveAnswer[]>;
  readonly objective: (id: string) => Eventually<ObjectiveDetail | null>;
  readonly triggers: () => Eventually<readonly TriggerAnswer[]>;
  readonly trigger: (id: string) => Eventually<TriggerAnswer | null>;
  readonly readiness: () => Eventually<ReadinessReport>;
  readonly domains: () => Eventually<readonly DomainRow[]>;
  readonly domain: (id: string) => Eventually<DomainDetail | null>;
  readonly traces: (query: TraceQuery) => Eventually<TracePage>;
  readonly trace: (id: string) => Eventually<Trace | null>;
  /** Every trace that carries the correlation ID, oldest first. */
  readonly correlation: (id: string) => Eventually<readonly Trace[]>;
  readonly logs: (query: LogQuery) => Eventually<LogPage>;
  readonly coupling: () => Eventually<readonly CouplingEdge[]>;
  /** Of the last so many minutes, 5..1440. */
  readonly map: (minutes: number) => Eventually<ServiceMap>;
  readonly facts: () => Eventually<readonly FactAnswer[]>;
  readonly status: () => Eventually<StatusAnswer>;
  readonly probes: () => Eventually<readonly ProbeAnswer[]>;
  /** Open ones first, then those resolved of late. */
  readonly alerts: () => Eventually<readonly AlertAnswer[]>;
  readonly silences: () => Eventually<readonly SilenceAnswer[]>;
  readonly runbooks: () => Eventually<readonly RunbookAnswer[]>;
  /** Newest first. */
  readonly rehearsals: () => Eventually<readonly RehearsalAnswer[]>;
  /** ISO 8601 UTC: numbers are complete up to here; null before the first data. */
  readonly watermark: () => Eventually<string | null>;
}

/** Everything that can be changed over HTTP. @throws NOT_FOUND, INVALID_REQUEST, UNAVAILABLE when it cannot be stored */
export interface Commands {
  /** Acknowledges the incident of the alert. */
  readonly acknowledge: (id: string, by: string) => Promise<AlertAnswer>;
  readonly addSilence: (request: SilenceRequest) => Promise<SilenceAnswer>;
  readonly endSilence: (id: string) => Promise<SilenceAnswer>;
}

/** Where live events come from; `subscribe` returns what ends the subscription. */
export interface LiveSource {
  readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
}

/** What the one who sent telemetry may do; back-fill is data older than an hour. */
export interface IntakeCaller {
  readonly mayBackfill: boolean;
  /** Whose share of the intake this uses: the name of the token it came with; absent without one. Holds no secret. */
  readonly caller?: string | undefined;
}

/** Telemetry that was refused before the intake saw it. */
export interface RefusedTelemetry {
  /** `unauthenticated`, `forbidden`, `invalid_request`, `not_found`, or what the HTTP parser turned away. */
  readonly reason: string;
  readonly way: 'http' | 'faro';
  /** The address it came from. */
  readonly sender: string;
  /** What the sender was told. */
  readonly message: string;
}

/** Takes `POST /v1/*` on a bare node:http request; host, origin and token have been checked. */
export type IntakeHandler = (request: IncomingMessage, response: ServerResponse, caller: IntakeCaller) => void;

/** Secrets that open the listeners; null or an empty list = not configured. */
export interface Tokens {
  /** One for each sender that has its own; all of them open the same. */
  readonly ingest: readonly { readonly name: string; readonly token: string }[];
  readonly read: string | null;
  readonly admin: string | null;
}

/** One more port on the same host that takes telemetry and nothing else. */
export interface ExtraListener {
  readonly name: string;
  readonly port: number;
  /** A busy port is an error when true, else a warning that {@link RunningServer.listeners} repeats. */
  readonly required: boolean;
  /** The flag that moves it, such as `--otlp-port`. */
  readonly flagName?: string;
}

/** Bounds on what one caller can make the server hold; defaults in `limits.ts`. */
export interface ServerLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly jsonBodyBytes: number;
  readonly liveClients: number;
  /** A live client that has this many unread bytes is dropped. */
  readonly liveBufferBytes: number;
  readonly heartbeatMs: number;
  /** How long `close` waits for requests in progress. */
  readonly closeGraceMs: number;
}

export interface ServerDependencies {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The flag that moves `port`, such as `--port`; named when it is busy. */
  readonly flagName: string;
  readonly extraListeners: readonly ExtraListener[];
  readonly tokens: Tokens;
  /** More accepted Host headers: `name` for any port or `name:port`. Loopback names and the bound address always are. */
  readonly allowedHosts: readonly string[];
  readonly intake: IntakeHandler;
  readonly onTelemetryRefused?: ((refused: RefusedTelemetry) => void) | undefined;
  /** Takes everything below `/faro/`, which browsers send to; the host has been checked, keys and origins are its own. */
  readonly faro?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  readonly queries: Queries;
  readonly commands: Commands;
  readonly live: LiveSource;
  /** The own Prometheus page, text format 0.0.4. */
  readonly metricsText: () => string;
  readonly isReady: () => { readonly ready: boolean; readonly reason: string | null };
  /** Folder of the built console (index.html, assets/); null when it is not built. */
  readonly webRoot: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly version: string;
  readonly limits?: Partial<ServerLimits>;
}

/** One address that was bound, or why not; the shape that `status` reports. */
export type ListenerState = StatusAnswer['listeners'][number];

export interface RunningServer {
  /** Base URL without a trailing slash, such as `http://127.0.0.1:4600`. */
  readonly address: string;
  readonly port: number;
  readonly listeners: () => readonly ListenerState[];
  /** Who sends, for a listener beside this server. @throws UNAUTHENTICATED, FORBIDDEN */
  readonly ingestBy: (authorization: string | null) => IntakeCaller;
  /** Ends live streams and idle connections at once, requests in progress after a short grace. */
  readonly close: () => Promise<void>;
}
