/** One example of each named shape, for the OpenAPI document; a test holds each to its schema. */

import type { ComponentName } from './components.ts';
import { domainDetailExample, operationExamples } from './operation-examples.ts';
import { evidence, readinessOf, verdict } from './readiness-example.ts';
import { statusExample } from './status-example.ts';
import { traceExamples } from './trace-examples.ts';

const at = '2026-11-20T10:00:00.000Z';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

const meta = { generatedAt: at, watermark: '2026-11-20T09:59:40.000Z', nextCursor: null };

const objectiveWindow = {
  window: '30d',
  state: 'breached',
  reason: 'good/total of 30d is 0.912, below 0.95',
  good: 91_200,
  total: 100_000,
  budgetRemaining: -0.76,
  windowCovered: 1,
  synthetic: { good: 90_000, total: 98_500 },
};

const objective = {
  id: 'notification-delivery-in-app',
  sentence: 'In-app notification delivery p95 < 5 s',
  source: 'S0 §3',
  domain: 'notifications',
  kind: 'latency',
  group: null,
  state: 'breached',
  reason: 'good/total of 30d is 0.912, below 0.95',
  target: 0.95,
  threshold: '≤ 5 s',
  windows: [objectiveWindow],
  window: '30d',
  good: 91_200,
  total: 100_000,
  budgetRemaining: -0.76,
  burn: [
    { window: '1h', rate: 2.1 },
    { window: '6h', rate: null },
  ],
  burnAlerts: [
    { severity: 'page', long: '1h', short: '5m', factor: 14.4, longRate: 2.1, shortRate: 1.9, firing: false },
  ],
  page: { state: 'ok', reason: null, window: '5m', threshold: 'p95 > 10 s', good: 480, total: 480 },
  p50Ms: 1_200,
  p95Ms: 6_400,
  now: { window: '5m', good: 430, total: 480, p50Ms: 1_150, p95Ms: 6_350 },
  lastDataAt: '2026-11-20T09:59:50.000Z',
  days: [{ at: '2026-11-19T00:00:00.000Z', good: null, total: null, synthetic: false }],
  synthetic: true,
};

const objectiveDetail = {
  ...objective,
  explanation: ['Counts in-app deliveries; good is one seen within 5 s; 95 of 100 must be good over 30 days.'],
  proof: {
    issues: [{ severity: 'warning', message: 'at 2 events a minute one failure pages' }],
    detection: [{ pair: '1h/5m', failureRatio: 1, detectMs: 43_200, resetMs: 300_000, budgetSpent: 0.02 }],
  },
  series: [{ at, good: 43, total: 48, synthetic: false }],
  operations: [{ operation: 'deliver', good: 430, total: 480 }],
  definition: 'id: notification-delivery-in-app\nsentence: In-app notification delivery p95 < 5 s\n',
};

const triggerDay = { day: '2026-11-19', value: 6.4, n: 4_812, state: 'exceeding', synthetic: true };

const trigger = {
  id: 'P1',
  domain: 'notifications',
  title: 'Notification delivery latency',
  sentence: 'In-app delivery p95 is 6.4 s, above 5 s, on 12 of 14 days',
  source: 'S0 §4.2',
  state: 'fired',
  reason: null,
  value: 6.4,
  threshold: 5,
  unit: 's',
  n: 4_812,
  interval: { low: 6.1, high: 6.7, level: 0.95 },
  days: { exceeding: 12, evaluable: 14, of: 14 },
  dayList: [triggerDay],
  live: { value: 6.3, n: 480, window: '5m' },
  since: '2026-11-08T00:00:00.000Z',
  forecast: null,
  exemplars: [traceId],
  synthetic: true,
};

const domain = {
  id: 'notifications',
  title: 'Notifications',
  priority: 'P1',
  requestsPerMinute: 96.4,
  errorRatio: 0.002,
  p95Ms: 142,
  objectives: { met: 3, breached: 1, unknown: 0, notApplicable: 1 },
  strongNeighbours: ['feed'],
  verdict: 'EXTRACT_CANDIDATE',
};

const fact = {
  id: 'engineers',
  value: 14,
  unit: 'people',
  source: 'HR system',
  owner: 'cto',
  asOf: '2026-11-01T00:00:00.000Z',
  expiresAt: '2027-02-01T00:00:00.000Z',
  status: 'known',
  reason: null,
  synthetic: false,
};

/** By component; typed loosely because a literal per zod type would say everything twice. */
export const examples: Readonly<Record<ComponentName, unknown>> = {
  Meta: meta,
  Error: {
    error: {
      code: 'INVALID_REQUEST',
      message: 'query parameter "limit": "500" is not accepted; write a whole number from 1 to 200',
      details: { parameter: 'limit', value: '500' },
    },
  },
  Objective: objective,
  ObjectiveDetail: objectiveDetail,
  ObjectiveWindow: objectiveWindow,
  Trigger: trigger,
  TriggerDay: triggerDay,
  Domain: domain,
  DomainDetail: { ...domain, ...domainDetailExample },
  ...operationExamples,
  ...traceExamples,
  CouplingEdge: {
    from: 'feed',
    to: 'notifications',
    calls: 5_210,
    mode: 'sync',
    inTransaction: 0,
    errorRatio: 0.002,
    knownOutcomes: 5_210,
    callsPerRequest: 0.31,
    strong: true,
    reason: 'a synchronous call in 31 % of requests',
  },
  ServiceMap: {
    from: '2026-11-20T08:59:40.000Z',
    to: '2026-11-20T09:59:40.000Z',
    nodes: [
      { domain: 'feed', requests: 16_800, requestsPerMinute: 280, errorRatio: 0.002, p95Ms: 182 },
      { domain: 'notifications', requests: 5_220, requestsPerMinute: 87, errorRatio: 0, p95Ms: 24 },
    ],
    edges: [
      {
        from: 'feed',
        to: 'notifications',
        mode: 'sync',
        calls: 5_210,
        callsPerMinute: 86.8,
        errorRatio: 0.002,
        knownOutcomes: 5_210,
        p95Ms: 24,
        strong: true,
        countedBy: 'metrics',
      },
    ],
    spans: { read: 48_200, from: '2026-11-20T08:59:40.000Z', missingParents: 12 },
  },
  Fact: fact,
  Status: statusExample,
  LiveEvent: { type: 'tick', watermark: meta.watermark, changed: [objective.id] },
  SessionRequest: { token: 'the value of tokens.read' },
  Session: { role: 'read', expiresAt: '2026-11-20T22:00:00.000Z' },
  Readiness: readinessOf({ objective, trigger, fact }),
  Verdict: verdict,
  Evidence: evidence,
};
