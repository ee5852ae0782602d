/** The shapes of what happens around the objectives: probes, alerts, silences, rehearsals, and a domain in detail. */
import { z } from 'zod';
import { domainRow, objectiveState } from './shapes.ts';

/** Unix time as ISO 8601 UTC. */
const time = z.string();
const ratio = z.number();
const count = z.number().nonnegative();

export const probeKind = z.enum(['http', 'tls', 'tcp', 'websocket', 'journey']);
export const probeState = z.enum(['up', 'down', 'unknown']);

/** One step of the last run; a probe that is no journey has one. */
export const probeStep = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'failed', 'skipped']),
  startMs: z.number().nullable().describe('after the start of the run; null when it was skipped'),
  durationMs: z.number().nullable(),
  reason: z.string().nullable(),
  traceId: z.string().nullable(),
});

/** A failed run, kept longer than the others. */
export const probeFailure = z.object({
  at: time,
  step: z.string().nullable(),
  reason: z.string(),
  durationMs: z.number(),
  traceId: z.string().nullable(),
  correlationId: z.string(),
});

export const probe = z.object({
  id: z.string(),
  title: z.string(),
  kind: probeKind,
  domain: z.string().nullable(),
  source: z.string().nullable().describe('document and section, or null for one of the configuration'),
  target: z.string().describe('what it is pointed at, without secrets'),
  state: probeState,
  reason: z.string().nullable(),
  since: time.nullable().describe('since when it is in this state'),
  everyMs: count,
  timeoutMs: count,
  confirm: z.object({ failures: count, of: count }).describe('down when so many of the last runs failed'),
  countsForUptime: z.boolean(),
  lastRunAt: time.nullable(),
  durationMs: z.number().nullable(),
  steps: z.array(probeStep),
  traceId: z.string().nullable(),
  correlationId: z.string().nullable(),
  day: z
    .array(z.object({ at: time, ok: count, failed: count }))
    .describe('runs of the last 24 h in 15 min slots, oldest first; a slot without runs has zero of both'),
  failures: z.array(probeFailure).describe('the last 20, newest first'),
});

export const severity = z.enum(['page', 'ticket', 'info']);
export const alertKind = z.enum(['objective-page', 'objective-burn', 'probe', 'trigger', 'self']);
export const alertState = z.enum(['pending', 'firing', 'acknowledged', 'resolved']);

/** What became of one message to one sink. */
export const notification = z.object({
  sink: z.string(),
  action: z.enum(['trigger', 'acknowledge', 'resolve', 'change']),
  state: z.enum(['queued', 'sent', 'failed', 'dead']),
  attempts: count,
  at: time.describe('of the last attempt, or of queueing before the first'),
  reason: z.string().nullable(),
});

/** Somewhere to look next; `path` is a page of the console. */
export const alertLink = z.object({ text: z.string(), path: z.string() });

export const alert = z.object({
  id: z.string(),
  rule: z.string().describe('kind and subject, such as objective-page:search-latency'),
  kind: alertKind,
  subject: z.string().describe('id of the objective, probe or trigger, or the name of the own check'),
  domain: z.string().nullable(),
  severity,
  state: alertState,
  muted: z.boolean(),
  mutedBy: z.string().nullable().describe('the silence or the inhibiting alert, in words; null when not muted'),
  startedAt: time,
  firedAt: time.nullable(),
  acknowledgedAt: time.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: time.nullable(),
  summary: z.string(),
  reason: z.string(),
  dedupKey: z.string().describe('alerts with the same key are one incident'),
  runbook: z.string().describe('path of the runbook in the console'),
  links: z.array(alertLink),
  notifications: z.array(notification).describe('of the incident, oldest first'),
});

/** Which alerts are muted; every condition that is given must hold. */
export const silenceMatch = z.strictObject({
  domain: z.string().min(1).optional(),
  rule: z.string().min(1).optional(),
  severity: severity.optional(),
});

export const silence = z.object({
  id: z.string(),
  match: silenceMatch,
  reason: z.string(),
  by: z.string(),
  startsAt: time,
  endsAt: time,
  createdAt: time,
  active: z.boolean(),
});

/** What `POST /silences` is sent. */
export const silenceRequest = z.strictObject({
  match: silenceMatch.refine((match) => Object.keys(match).length > 0, 'must name a domain, a rule or a severity'),
  reason: z.string().trim().min(3).max(500),
  by: z.string().trim().min(1).max(100),
  startsAt: z.iso.datetime().optional().describe('default now'),
  endsAt: z.iso.datetime().describe('at most 30 days after the start'),
});

/** What `POST /alerts/{id}/ack` is sent. */
export const acknowledgeRequest = z.strictObject({ by: z.string().trim().min(1).max(100) });

export const runbook = z.object({ id: z.string(), title: z.string(), markdown: z.string() });

/** One objective in one step, from one side. */
export const stepMeasure = z.object({
  objective: z.string().describe('id of the objective'),
  threshold: z.string().describe('what counts as good, such as "≤ 200 ms"'),
  target: ratio,
  good: count,
  total: count,
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  state: objectiveState,
  reason: z.string().nullable(),
});

export const rehearsalStep = z.object({
  index: count,
  startedAt: time,
  durationMs: count,
  offeredPerSecond: z.number(),
  achievedPerSecond: z.number().nullable(),
  dropped: count.describe('planned iterations that found no free virtual user'),
  verdict: z.enum(['held', 'broke', 'unknown']),
  reason: z.string().nullable(),
  client: z.array(stepMeasure).describe('as the load generator saw it'),
  domains: z.array(stepMeasure).describe('as the domains themselves counted it'),
});

export const rehearsal = z.object({
  id: z.string(),
  scenario: z.string(),
  target: z.string(),
  startedAt: time,
  endedAt: time.nullable(),
  state: z.enum(['running', 'complete', 'failed']),
  reason: z.string().nullable().describe('why it failed'),
  sentence: z.string(),
  generator: z.string().describe('name and version, such as k6 v2.2.0'),
  steps: z.array(rehearsalStep),
  breaking: z
    .object({
      objective: z.string(),
      lastGoodPerSecond: z.number().nullable().describe('null when already the first step broke'),
      firstBadPerSecond: z.number(),
      side: z.enum(['client', 'domains']),
    })
    .array()
    .describe('where each objective breaks, as an interval; what broke first comes first'),
  todayPeakPerSecond: z.number().nullable(),
});

/** A column of the latency picture: requests by duration bucket. */
export const bucketColumn = z.object({ at: time, counts: z.array(count) });

export const domainPoint = z.object({
  at: time,
  n: count.nullable().describe('requests or calls of the slot, see counted; null where nothing is known'),
  requestsPerMinute: z.number().nullable(),
  errorRatio: ratio.nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
});

export const domainDetail = domainRow.extend({
  counted: z
    .enum(['requests', 'calls'])
    .nullable()
    .describe(
      'what every n below counts: requests from outside, or, of a domain without any, the calls of others; null = neither',
    ),
  window: z.object({ from: time, to: time, stepMs: count }),
  points: z.array(domainPoint).describe('oldest first'),
  latency: z.object({
    boundsMs: z.array(z.number()).describe('upper bounds of the buckets, ascending; the last bucket is open'),
    columns: z.array(bucketColumn),
  }),
  thresholds: z.array(z.object({ label: z.string(), ms: z.number(), objective: z.string() })),
  operations: z.array(
    z.object({
      operation: z.string(),
      n: count,
      requestsPerMinute: z.number().nullable(),
      errorRatio: ratio.nullable(),
      p50Ms: z.number().nullable(),
      p95Ms: z.number().nullable(),
    }),
  ),
  shares: z
    .object({ requests: ratio.nullable(), databaseTime: ratio.nullable(), cpu: ratio.nullable() })
    .describe('of all domains, over the same window'),
});
