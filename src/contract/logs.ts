/** The shapes of log records and of the service map. */
import { z } from 'zod';

const ratio = z.number();
const count = z.number().nonnegative();

export const logSeverity = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unset']);

/** One log record, of the application or of a browser. */
export const logRecord = z.object({
  timeUnixNano: z.string(),
  severity: logSeverity,
  severityText: z.string().nullable().describe('as the sender wrote it'),
  body: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  traceId: z.string().nullable(),
  spanId: z.string().nullable(),
  correlationId: z.string().nullable(),
  domain: z.string().nullable(),
  serviceName: z.string().nullable(),
  source: z.enum(['otlp', 'faro']),
});

export const mapNode = z.object({
  domain: z.string(),
  requests: count.describe('over the window, of which errorRatio is a share'),
  requestsPerMinute: z.number().nullable(),
  errorRatio: ratio.nullable(),
  p95Ms: z.number().nullable(),
});

export const mapEdge = z.object({
  from: z.string(),
  to: z.string(),
  mode: z.enum(['sync', 'async']),
  calls: count,
  callsPerMinute: z.number().nullable(),
  errorRatio: ratio.nullable().describe('of knownOutcomes; null when no call tells how it ended'),
  knownOutcomes: count.describe('calls that tell how they ended; fewer than calls where an older library counted'),
  p95Ms: z.number().nullable(),
  strong: z.boolean().nullable(),
  countedBy: z
    .enum(['metrics', 'spans'])
    .describe('metrics: exactly, by the caller; spans: in stored traces, because the caller counts no calls'),
});

/** Domains as nodes, calls between them as edges, over one window. */
export const serviceMap = z.object({
  from: z.string(),
  to: z.string(),
  nodes: z.array(mapNode),
  edges: z.array(mapEdge),
  spans: z
    .object({
      read: count.describe('stored spans looked through for calls that nobody counts'),
      from: z.string().describe('rates of the edges counted by spans are over the time since then'),
      missingParents: count.describe('spans in that time whose caller was not among them, so that no edge is known'),
    })
    .nullable()
    .describe('null when stored spans could not be read just now'),
});
