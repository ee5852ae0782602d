/** Examples of probes, alerts, silences, runbooks, rehearsals and a domain in detail. */

const at = '2026-11-20T09:59:30.000Z';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const probe = {
  id: 'feed-loads',
  title: 'The feed loads',
  kind: 'http',
  domain: 'feed',
  source: 'S1 §9.3',
  target: 'GET http://127.0.0.1:4700/api/feed',
  state: 'up',
  reason: null,
  since: '2026-11-20T08:00:00.000Z',
  everyMs: 30_000,
  timeoutMs: 5_000,
  confirm: { failures: 2, of: 3 },
  countsForUptime: true,
  lastRunAt: at,
  durationMs: 41.2,
  steps: [{ id: 'request', title: 'GET /api/feed', state: 'ok', startMs: 0, durationMs: 41.2, reason: null, traceId }],
  traceId,
  correlationId: 'probe-feed-loads-3f2b9c7d',
  day: [{ at: '2026-11-20T09:45:00.000Z', ok: 29, failed: 1 }],
  failures: [
    {
      at: '2026-11-20T09:47:30.000Z',
      step: 'request',
      reason: 'status 503, expected 200',
      durationMs: 12.4,
      traceId,
      correlationId: 'probe-feed-loads-1a2b3c4d',
    },
  ],
};

const alert = {
  id: '019a9f3e-5c00-7a11-8000-3f2b9c7d1e55',
  rule: 'objective-page:search-latency',
  kind: 'objective-page',
  subject: 'search-latency',
  domain: 'search',
  severity: 'page',
  state: 'firing',
  muted: false,
  mutedBy: null,
  startedAt: '2026-11-20T09:55:00.000Z',
  firedAt: '2026-11-20T09:55:00.000Z',
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  summary: 'Search latency: p95 > 500 ms over 5m',
  reason: '31 % of 812 events are bad',
  dedupKey: '5f2b0a4c9e1d7b3860f1a2c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708',
  runbook: '/runbooks/objective-page',
  links: [{ text: 'objective search-latency', path: '/objectives/search-latency' }],
  notifications: [
    { sink: 'oncall', action: 'trigger', state: 'sent', attempts: 1, at: '2026-11-20T09:55:01.000Z', reason: null },
  ],
};

const silenceMatch = { domain: 'search' };

const silence = {
  id: '019a9f3e-5c00-7a11-8000-3f2b9c7d1e56',
  match: silenceMatch,
  reason: 'index rebuild',
  by: 'Ada',
  startsAt: '2026-11-20T10:00:00.000Z',
  endsAt: '2026-11-20T12:00:00.000Z',
  createdAt: '2026-11-20T09:58:00.000Z',
  active: false,
};

const measure = {
  objective: 'notification-in-app',
  threshold: '≤ 2 s',
  target: 0.95,
  good: 118,
  total: 240,
  p50Ms: 2_100,
  p95Ms: 6_300,
  state: 'breached',
  reason: null,
};

const rehearsal = {
  id: '019a9f3e-5c00-7a11-8000-3f2b9c7d1e57',
  scenario: 'journey',
  target: 'http://127.0.0.1:4700',
  startedAt: '2026-11-20T09:00:00.000Z',
  endedAt: '2026-11-20T09:03:00.000Z',
  state: 'complete',
  reason: null,
  sentence: 'notification-in-app breaks first, between 4 and 8 requests a second.',
  generator: 'k6 v2.2.0',
  steps: [
    {
      index: 0,
      startedAt: '2026-11-20T09:00:00.000Z',
      durationMs: 30_000,
      offeredPerSecond: 8,
      achievedPerSecond: 8,
      dropped: 0,
      verdict: 'broke',
      reason: 'notification-in-app: 49 % within 2 s, 95 % are promised',
      client: [],
      domains: [measure],
    },
  ],
  breaking: [{ objective: 'notification-in-app', lastGoodPerSecond: 4, firstBadPerSecond: 8, side: 'domains' }],
  todayPeakPerSecond: null,
};

/** What the detail of a domain adds to its row. */
export const domainDetailExample = {
  window: { from: '2026-11-20T08:59:40.000Z', to: '2026-11-20T09:59:40.000Z', stepMs: 60_000 },
  points: [{ at, n: 84, requestsPerMinute: 84, errorRatio: 0, p50Ms: 11.2, p95Ms: 48.1 }],
  latency: { boundsMs: [10, 20, 50], columns: [{ at, counts: [40, 30, 12, 2] }] },
  counted: 'requests' as const,
  thresholds: [{ label: '≤ 100 ms', ms: 100, objective: 'search-latency' }],
  operations: [{ operation: 'GET /api/search', n: 84, requestsPerMinute: 84, errorRatio: 0, p50Ms: 11.2, p95Ms: 48.1 }],
  shares: { requests: 0.21, databaseTime: 0.4, cpu: null },
};

/** By component. */
export const operationExamples = {
  Probe: probe,
  Alert: alert,
  AcknowledgeRequest: { by: 'Ada' },
  Silence: silence,
  SilenceRequest: {
    match: silenceMatch,
    reason: silence.reason,
    by: silence.by,
    startsAt: silence.startsAt,
    endsAt: silence.endsAt,
  },
  Runbook: {
    id: 'objective-page',
    title: 'A documented alert fires',
    markdown: '# A documented alert fires\n\nOpen the objective…\n',
  },
  Rehearsal: rehearsal,
  Nothing: {},
} as const;
