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
});

/** Domains as nodes, calls between them as edges, over one window. */
export const serviceMap = z.object({
  from: z.string(),
  to: z.string(),
  nodes: z.array(mapNode),
  edges: z.array(mapEdge),
});
