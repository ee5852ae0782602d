/** The shapes of the API's answers, once: the server validates against them, OpenAPI and the console's types come from them. */
import { z } from 'zod';
import { logRecord } from './logs.ts';

/** Unix time as ISO 8601 UTC. */
const time = z.string();
const ratio = z.number();
const count = z.number().nonnegative();

export const objectiveState = z.enum(['met', 'breached', 'unknown', 'notApplicable']);
export const triggerStateName = z.enum(['clear', 'pending', 'fired', 'clearing', 'unknown']);
export const verdictName = z.enum(['EXTRACT_CANDIDATE', 'PREPARE', 'KEEP', 'BLOCKED', 'INSUFFICIENT_EVIDENCE']);

/** Good and total events of one window; `synthetic` says how many of them are simulated. */
export const objectiveWindow = z.object({
  window: z.string(),
  state: objectiveState,
  reason: z.string().nullable(),
  good: count,
  total: count,
  budgetRemaining: ratio.nullable().describe('1 = untouched, 0 = spent, negative = overspent; null without events'),
  windowCovered: ratio.describe('share of the window for which there is data, 0..1'),
  synthetic: z.object({ good: count, total: count }),
});

export const burnRate = z.object({
  window: z.string(),
  rate: ratio.nullable().describe('1 = spends exactly the budget over the window'),
});

/** The documented alert: a second threshold on a short window. State only. */
export const pageState = z.object({
  state: z.enum(['ok', 'firing', 'unknown']),
  reason: z.string().nullable(),
  window: z.string(),
  threshold: z.string().describe('as a person writes it, such as "p95 > 500 ms"'),
  good: count,
  total: count,
});

export const burnAlert = z.object({
  severity: z.enum(['page', 'ticket']),
  long: z.string(),
  short: z.string(),
  factor: ratio,
  longRate: ratio.nullable(),
  shortRate: ratio.nullable(),
  firing: z.boolean().nullable(),
});

/** One day or slice of an objective's past; `good`/`total` null where nothing is known. */
export const objectivePoint = z.object({
  at: time,
  good: count.nullable(),
  total: count.nullable(),
  synthetic: z.boolean(),
});

export const objective = z.object({
  id: z.string(),
  sentence: z.string(),
  source: z.string(),
  domain: z.string().nullable(),
  kind: z.enum(['latency', 'errors', 'availability', 'level', 'composite']),
  group: z.object({ domain: z.string(), operation: z.string().nullable() }).nullable(),
  state: objectiveState,
  reason: z.string().nullable(),
  target: ratio,
  threshold: z.string().nullable().describe('what counts as good, such as "≤ 200 ms"'),
  windows: z.array(objectiveWindow),
  window: z.string(),
  good: count,
  total: count,
  budgetRemaining: ratio.nullable(),
  burn: z.array(burnRate),
  burnAlerts: z.array(burnAlert),
  page: pageState.nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  now: z
    .object({
      window: z.string(),
      good: count,
      total: count,
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
    })
    .describe('the last five complete minutes, for people'),
  lastDataAt: time.nullable(),
  days: z.array(objectivePoint).describe('the last 30 days, oldest first'),
  synthetic: z.boolean().describe('true when simulated events are among those counted'),
});

export const objectiveDetail = objective.extend({
  explanation: z.array(z.string()).describe('plain sentences: what is counted, what is good, what would clear it'),
  proof: z.object({
    issues: z.array(z.object({ severity: z.enum(['error', 'warning']), message: z.string() })),
    detection: z.array(
      z.object({
        pair: z.string(),
        failureRatio: ratio,
        detectMs: z.number().nullable().describe('null = never fires at this failure ratio'),
        resetMs: z.number().nullable(),
        budgetSpent: ratio.nullable(),
      }),
    ),
  }),
  series: z.array(objectivePoint),
  operations: z.array(z.object({ operation: z.string(), good: count, total: count })),
  definition: z.string().describe('the YAML of the objective'),
});

export const interval = z.object({ low: z.number(), high: z.number(), level: ratio });

export const triggerDay = z.object({
  day: z.string().describe('calendar day in the configured time zone, YYYY-MM-DD'),
  value: z.number().nullable(),
  n: count.nullable(),
  state: z.enum(['exceeding', 'clear', 'notEvaluable']),
  synthetic: z.boolean(),
});

export const trigger = z.object({
  id: z.string(),
  domain: z.string(),
  title: z.string(),
  sentence: z.string(),
  source: z.string(),
  state: triggerStateName,
  reason: z.string().nullable(),
  value: z.number().nullable().describe('of the last evaluable day'),
  threshold: z.number().nullable(),
  unit: z.string(),
  n: count.nullable(),
  interval: interval.nullable(),
  days: z.object({ exceeding: count, evaluable: count, of: count }),
  dayList: z.array(triggerDay),
  live: z
    .object({ value: z.number().nullable(), n: count, window: z.string() })
    .nullable()
    .describe('measured now, not simulated'),
  since: time.nullable(),
  forecast: z.object({ date: time, low: time, high: time, level: ratio }).nullable(),
  exemplars: z.array(z.string()),
  synthetic: z.boolean(),
});

export const traceSummary = z.object({
  traceId: z.string(),
  correlationId: z.string().nullable(),
  rootName: z.string(),
  domains: z.array(z.string()),
  startTime: time,
  durationMs: z.number().describe('to the end of the last span, work after the answer included'),
  rootMs: z.number().describe('of the root span: the answer that somebody waited for'),
  spanCount: count,
  error: z.boolean(),
  synthetic: z.boolean(),
});

export const attributeValue = z.unknown();

export const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  name: z.string(),
  domain: z.string().nullable(),
  operation: z.string().nullable(),
  kind: z.enum(['internal', 'server', 'client', 'producer', 'consumer']),
  startTimeUnixNano: z.string(),
  durationMs: z.number(),
  selfMs: z.number(),
  status: z.enum(['unset', 'ok', 'error']),
  attributes: z.record(z.string(), attributeValue),
  events: z.array(
    z.object({ name: z.string(), timeUnixNano: z.string(), attributes: z.record(z.string(), attributeValue) }),
  ),
  links: z
    .array(z.object({ traceId: z.string(), spanId: z.string(), attributes: z.record(z.string(), attributeValue) }))
    .describe('other spans that this one names as related, mostly of other traces'),
});

export const traceEdge = z.object({
  from: z.string(),
  to: z.string(),
  mode: z.enum(['sync', 'async']),
  calls: count,
  totalMs: z.number(),
});

export const trace = traceSummary.extend({
  spans: z.array(span),
  edges: z.array(traceEdge),
  criticalPath: z.array(z.string()).describe('span ids from the root to the last that the request waited for'),
  slowestEdge: z
    .object({ from: z.string(), to: z.string(), ms: z.number(), spanId: z.string() })
    .nullable()
    .describe('the longest single call between two domains; null without one'),
  logs: z.array(logRecord).describe('of this trace, oldest first, at most 500'),
  unreadableLogs: count
    .optional()
    .describe('records of that time whose stored frame is damaged: so many at most are missing; absent when none'),
});

export const domainRow = z.object({
  id: z.string(),
  title: z.string(),
  priority: z.string().nullable(),
  requestsPerMinute: z.number().nullable(),
  errorRatio: ratio.nullable(),
  p95Ms: z.number().nullable(),
  objectives: z.object({ met: count, breached: count, unknown: count, notApplicable: count }),
  strongNeighbours: z.array(z.string()),
  verdict: verdictName,
});

export const couplingEdge = z.object({
  from: z.string(),
  to: z.string(),
  calls: count,
  mode: z.enum(['sync', 'async']),
  inTransaction: count,
  errorRatio: ratio.nullable().describe('of knownOutcomes; null when no call tells how it ended'),
  knownOutcomes: count.describe('calls that tell how they ended; fewer than calls where an older library counted'),
  callsPerRequest: z.number().nullable(),
  strong: z.boolean().nullable(),
  reason: z.string().nullable(),
});

export const fact = z.object({
  id: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  unit: z.string().nullable(),
  source: z.string().nullable(),
  owner: z.string().nullable(),
  asOf: time.nullable(),
  expiresAt: time.nullable(),
  status: z.enum(['known', 'unknown', 'stale']),
  reason: z.string().nullable(),
  synthetic: z.boolean(),
});
