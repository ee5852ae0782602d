/** Examples of a trace, its spans and its log records. */

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const traceSummary = {
  traceId,
  correlationId: 'req-7f3a91',
  rootName: 'POST /api/posts/:id/comments',
  domains: ['feed', 'notifications'],
  startTime: '2026-11-20T09:58:12.104Z',
  durationMs: 41.7,
  rootMs: 41.7,
  spanCount: 2,
  error: false,
  synthetic: false,
};

const span = {
  traceId,
  spanId: '00f067aa0ba902b7',
  parentSpanId: null,
  name: 'POST /api/posts/:id/comments',
  domain: 'feed',
  operation: 'comment',
  kind: 'server',
  startTimeUnixNano: '1795168692104000000',
  durationMs: 41.7,
  selfMs: 12.2,
  status: 'ok',
  attributes: { 'seam.domain': 'feed', 'http.response.status_code': 201 },
  events: [{ name: 'saved', timeUnixNano: '1795168692120000000', attributes: { rows: 1 } }],
  links: [{ traceId, spanId: '53995c3f42cd8ad8', attributes: { 'messaging.operation.name': 'receive' } }],
};

const childSpan = {
  ...span,
  spanId: 'b7ad6b7169203331',
  parentSpanId: span.spanId,
  name: 'notifications.create',
  domain: 'notifications',
  operation: 'create',
  kind: 'internal',
  durationMs: 29.5,
  selfMs: 29.5,
  events: [],
  links: [],
};

const logRecord = {
  timeUnixNano: '1795168799000000000',
  severity: 'info',
  severityText: 'INFO',
  body: 'feed loaded',
  attributes: { items: 20 },
  traceId: span.traceId,
  spanId: span.spanId,
  correlationId: 'req-7f3a91',
  domain: 'feed',
  serviceName: 'api',
  source: 'otlp',
};

const trace = {
  ...traceSummary,
  spans: [span, childSpan],
  edges: [{ from: 'feed', to: 'notifications', mode: 'sync', calls: 1, totalMs: 29.5 }],
  criticalPath: [span.spanId, childSpan.spanId],
  slowestEdge: { from: 'feed', to: 'notifications', ms: 29.5, spanId: childSpan.spanId },
  logs: [logRecord],
};

/** By component. */
export const traceExamples = { TraceSummary: traceSummary, Trace: trace, LogRecord: logRecord, Span: span } as const;
