/** The envelope of every answer, errors, and the smaller answers of the API. */
import { z } from 'zod';

export const meta = z.object({
  generatedAt: z.string(),
  watermark: z.string().nullable().describe('numbers are complete up to here'),
  nextCursor: z.string().nullable(),
  unreadableRecords: z
    .number()
    .optional()
    .describe(
      'stored records that were to be looked into and are damaged: so many at most are missing; absent when none',
    ),
});

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/** `{data, meta}` around any shape. */
export function answerOf<Shape extends z.ZodType>(data: Shape) {
  return z.object({ data, meta });
}

/** Is the watcher itself alive: watermark, intake, queue, disk. */
export const status = z.object({
  version: z.string(),
  instanceId: z.string(),
  profile: z.string(),
  startedAt: z.string(),
  watermark: z.string().nullable(),
  watermarkAgeMs: z.number().nullable(),
  sentence: z.string(),
  demo: z.boolean(),
  synthetic: z.boolean(),
  intake: z.object({
    spans: z.number(),
    points: z.number(),
    logs: z.number(),
    bodies: z.number(),
    bytes: z.number(),
    repeatedBodies: z.number(),
    latePoints: z.number(),
    rejected: z.array(z.object({ reason: z.string(), count: z.number() })),
    overflow: z
      .array(z.object({ signal: z.string(), labels: z.string() }))
      .describe('label sets that found no room and were counted together; the last 20'),
    spansPerSecond: z.number().nullable(),
  }),
  store: z.object({
    path: z.string(),
    bytes: z.number(),
    series: z.number(),
    traces: z.number().nullable(),
    oldest: z.string().nullable(),
  }),
  tick: z.object({ lastMs: z.number().nullable(), at: z.string().nullable(), objectives: z.number() }),
  coverage: z.object({ ratio: z.number().nullable(), mapped: z.number(), unmapped: z.number() }),
  recovered: z.string().nullable().describe('what was done to a damaged database at the start, and what was lost'),
  scrape: z.array(
    z.object({
      url: z.string(),
      state: z.enum(['up', 'down', 'unknown']),
      lastScrapeAt: z.string().nullable(),
      durationMs: z.number().nullable(),
      samples: z.number().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  forward: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      url: z.string(),
      lane: z.string(),
      waiting: z.number(),
      waitingBytes: z.number(),
      problem: z.string().nullable(),
    }),
  ),
  sinks: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      state: z.enum(['ok', 'failing', 'unknown']).describe('unknown: nothing was sent yet'),
      queued: z.number(),
      lastSentAt: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  listeners: z.array(
    z.object({ name: z.string(), address: z.string(), ok: z.boolean(), reason: z.string().nullable() }),
  ),
});

/** The events of `GET /api/v1/live` (server-sent events); each says only that something changed, the page re-reads it. */
export const liveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tick'), watermark: z.string(), changed: z.array(z.string()) }),
  z.object({ type: z.literal('trigger'), id: z.string(), from: z.string(), to: z.string() }),
  z.object({ type: z.literal('alert'), id: z.string(), state: z.string() }),
  z.object({ type: z.literal('probe'), id: z.string(), state: z.string() }),
]);
