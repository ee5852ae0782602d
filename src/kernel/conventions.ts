/** Every attribute, metric, label and header name of the product, once. */

/** Span and metric attributes; also the baggage key of the correlation ID. */
export const attribute = {
  domain: 'seam.domain',
  operation: 'seam.operation',
  correlationId: 'seam.correlation_id',
  synthetic: 'seam.synthetic',
  entry: 'entry',
  outcome: 'outcome',
  serviceName: 'service.name',
  serviceInstanceId: 'service.instance.id',
  httpRoute: 'http.route',
  codeNamespace: 'code.namespace',
  /** On the spans of a probe's own run: which probe, which run. */
  probe: 'seam.probe',
  probeRun: 'seam.probe_run',
  /** On the resource of what did not come as OTLP: `faro` for what a browser sent. */
  telemetrySource: 'seam.source',
  /** Where in a browser something happened: the page by its name or its path's template, and who was there. */
  page: 'page',
  /** The same on spans: a rule that gives a page to a domain must not give it the requests of the page. */
  pageName: 'page.name',
  pageUrl: 'page.url',
  viewName: 'view.name',
  sessionId: 'session.id',
  userId: 'user.id',
} as const;

/** HTTP headers; the first correlation header is ours, the others are accepted when it is absent. */
export const header = {
  correlationId: 'x-correlation-id',
  acceptedCorrelationIds: ['x-correlation-id', 'x-request-id', 'x-trace-id'],
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  baggage: 'baggage',
} as const;

/** Fields that a log line of a wrapped app carries. */
export const logField = {
  traceId: 'trace_id',
  spanId: 'span_id',
  correlationId: 'correlation_id',
  domain: 'domain',
} as const;

/** OTLP metric names as the library sends them. Durations are in seconds. */
export const metric = {
  requestDuration: 'domain.request.duration',
  callDuration: 'domain.call.duration',
  dbDuration: 'domain.db.duration',
  dbTransactions: 'domain.db.transactions',
  messageDelivery: 'message.delivery.duration',
  notificationDelivery: 'notification.delivery.duration',
  searchQuery: 'search.query.duration',
  searchIndexLag: 'search.index_lag',
  searchTruncated: 'search.truncated',
  feedLoad: 'feed.load.duration',
  feedReadsPerLoad: 'feed.reads_per_load',
  wsConnections: 'ws.connections',
  mediaStorage: 'media.storage.bytes',
  eventPublished: 'event.published',
  eventConsumed: 'event.consumed',
  eventDeadLetter: 'event.dead_letter',
  eventLag: 'event.lag',
  cpuMs: 'runtime.cpu_ms',
  loopBlock: 'runtime.loop_block',
  platformLimitErrors: 'platform.limit_errors',
  exportDropped: 'seam.export.dropped',
  probeResult: 'probe.result',
  probeDuration: 'probe.duration',
  probeStepDuration: 'probe.step.duration',
  browserPageLoad: 'browser.page_load.duration',
  browserInteraction: 'browser.interaction.duration',
  browserFirstByte: 'browser.web_vital.ttfb',
  browserFirstPaint: 'browser.web_vital.fcp',
  browserLargestPaint: 'browser.web_vital.lcp',
  browserFirstInput: 'browser.web_vital.fid',
  browserNextPaint: 'browser.web_vital.inp',
  browserLayoutShift: 'browser.layout_shift_per_load',
} as const;

/** Labels of a stored series: {@link attribute} names without their prefix, everything else as sent. */
export const label = {
  domain: 'domain',
  operation: 'operation',
  entry: 'entry',
  outcome: 'outcome',
  channel: 'channel',
  phase: 'phase',
  from: 'from',
  to: 'to',
  mode: 'mode',
  inTransaction: 'in_tx',
  table: 'table',
  op: 'op',
  type: 'type',
  /** How many domains took part in a transaction. */
  domains: 'domains',
  /** What was dropped, and why. */
  /** A probe, one of its steps, and whether its runs count for uptime (`true`/`false`). */
  probe: 'probe',
  step: 'step',
  uptime: 'uptime',
  /** Of a browser: the page, and what its user did. */
  page: 'page',
  action: 'action',
  signal: 'signal',
  reason: 'reason',
} as const;

/** A 5xx or a throw is an error; a 4xx is rejected, which is not bad. */
export const outcomes = ['ok', 'error', 'rejected'] as const;
export type Outcome = (typeof outcomes)[number];

/**
 * Member of `tracestate` that marks a synthetic probe's requests. Whoever continues such a trace keeps it, so that probes never count
 * as users: entry requests are recorded with `entry="probe"`, everything below them is traced and not counted.
 */
export const probeTraceState = 'seam=probe';

/** Values of the label `entry`: a request from outside, a call between domains, a probe's request. */
export const entryValue = { request: 'true', call: 'false', probe: 'probe' } as const;

/** Types of the measurements with which a page's own script times, in ms: until the content stands, and one action of the user. */
export const browserMeasurement = { pageLoad: 'seam.page_load', interaction: 'seam.interaction' } as const;

/** The control plane's own Prometheus output. */
export const ownMetric = {
  objectiveGood: 'seamwatch_objective_good_total',
  objectiveEvents: 'seamwatch_objective_events_total',
  objectiveState: 'seamwatch_objective_state',
  errorBudgetRemaining: 'seamwatch_error_budget_remaining_ratio',
  burnRate: 'seamwatch_burn_rate',
  triggerState: 'seamwatch_trigger_state',
  triggerValue: 'seamwatch_trigger_value',
  intakeSpans: 'seamwatch_intake_spans_total',
  intakePoints: 'seamwatch_intake_points_total',
  intakeLogs: 'seamwatch_intake_log_records_total',
  forwardWaiting: 'seamwatch_forward_waiting_bytes',
  scrapeUp: 'seamwatch_scrape_up',
  intakeRejected: 'seamwatch_intake_rejected_total',
  intakeBytes: 'seamwatch_intake_bytes_total',
  watermarkSeconds: 'seamwatch_watermark_timestamp_seconds',
  seriesCount: 'seamwatch_series',
  tickDuration: 'seamwatch_tick_duration_seconds',
  objectiveTarget: 'seamwatch_objective_target_ratio',
  triggerThreshold: 'seamwatch_trigger_threshold',
  probeSuccess: 'seamwatch_probe_success',
  probeDuration: 'seamwatch_probe_duration_seconds',
  alerts: 'seamwatch_alerts',
  notificationsQueued: 'seamwatch_notifications_queued',
  notifications: 'seamwatch_notifications_total',
  intakeRepeatedBodies: 'seamwatch_intake_repeated_bodies_total',
  intakeLatePoints: 'seamwatch_intake_late_points_total',
  intakeRefused: 'seamwatch_intake_refused_total',
  intakeRefusedBySender: 'seamwatch_intake_refused_by_sender_total',
  intakeRejectedRecords: 'seamwatch_intake_rejected_records_total',
  intakeOverflowed: 'seamwatch_intake_overflowed_records_total',
  intakeOverflow: 'seamwatch_intake_overflow_label_sets',
  intakeDeduplicated: 'seamwatch_intake_deduplicated_records_total',
  intakeInFlightBytes: 'seamwatch_intake_in_flight_bytes',
  intakeLastBody: 'seamwatch_intake_last_body_timestamp_seconds',
  scrapes: 'seamwatch_scrapes_total',
  forwardOldest: 'seamwatch_forward_oldest_waiting_seconds',
  forwardRetries: 'seamwatch_forward_retries_total',
  forwardBodies: 'seamwatch_forward_bodies_total',
  forwardRecords: 'seamwatch_forward_records_total',
  retiredSpans: 'seamwatch_retired_spans_total',
  unreadableFrames: 'seamwatch_store_unreadable_frames',
  storeBytes: 'seamwatch_store_bytes',
  storeWalBytes: 'seamwatch_store_wal_bytes',
  storeFreeBytes: 'seamwatch_store_free_bytes',
  storeLimitBytes: 'seamwatch_store_limit_bytes',
  memoryBytes: 'seamwatch_process_resident_memory_bytes',
} as const;

/**
 * Upper bounds of every duration histogram, in seconds. Contains each documented threshold (S1 §9.3: .05 .1 .2 .3 .5 1 2;
 * S0 §3, §4.2: .2 2 5 10), 0.8 × each trigger threshold (.16, 4), 60 s (a delivery not seen by then is bad) and a coarse
 * geometric grid between them. The last bucket is open.
 */
export const durationBoundsSeconds: readonly number[] = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1,
  1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 30, 60,
];

/** Default ports, all on loopback; 4317 and 4318 are OTLP's own (OTLP specification). */
export const defaultPort = { console: 4600, otlpHttp: 4318, otlpGrpc: 4317, campus: 4700 } as const;

/** Slices by event time: 10 s kept 2 h, 1 min kept 3 d, 15 min after that (all ms). */
export const sliceMs = { fine: 10_000, minute: 60_000, coarse: 900_000 } as const;
export const sliceKeepMs = { fine: 7_200_000, minute: 259_200_000 } as const;

/** A slice is complete this long after its end. */
export const watermarkLagMs = 20_000;
