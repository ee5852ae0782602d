/** Is the watcher itself alive: watermark, what came in and what was refused, the store, what is read and sent on, who is told. */
import { z } from 'zod';

const count = z.number().nonnegative();
/** ISO 8601 UTC. */
const time = z.string();
const hint = z
  .string()
  .nullable()
  .describe('what it means and what to do, in plain words; null for a reason without more to say');

const intakeRates = z
  .object({
    spansPerSecond: z.number(),
    pointsPerSecond: z.number(),
    logRecordsPerSecond: z.number(),
    bytesPerSecond: z.number(),
    overMs: z.number().describe('what they are the mean of: the last minute, less shortly after the start'),
  })
  .nullable()
  .describe('null in the first second');

export const refusedBodies = z.object({
  way: z
    .enum(['http', 'grpc', 'faro', 'scrape', 'own'])
    .describe('how they came; own: what the control plane says itself'),
  reason: z.string(),
  count,
  lastAt: time,
  hint,
});

export const refusedSender = z.object({
  sender: z
    .string()
    .describe('the name of its token, of its web app, or where it came from; others: all that are not named'),
  count,
  reasons: z.array(z.object({ reason: z.string(), count })),
  lastAt: time,
});

export const intakeStatus = z.object({
  spans: z.number(),
  points: z.number(),
  logs: z.number(),
  bodies: z.number(),
  bytes: z.number(),
  repeatedBodies: z.number(),
  latePoints: z.number(),
  rejected: z
    .array(z.object({ reason: z.string(), count: z.number() }))
    .describe('bodies refused and records left out, together; `refused` and `rejectedRecords` tell them apart'),
  overflow: z
    .array(z.object({ signal: z.string(), labels: z.string() }))
    .describe('label sets that found no room and were counted together; the last 20'),
  spansPerSecond: z.number().nullable().describe('over the last minute; null in the first second'),
  rates: intakeRates,
  lastBodyAt: z
    .object({ traces: time.nullable(), metrics: time.nullable(), logs: time.nullable() })
    .describe('when the last body was stored; what the control plane says itself does not count'),
  inFlightBytes: count.describe('bodies that were begun and not yet answered'),
  maxInFlightBytes: count,
  refused: z.array(refusedBodies).describe('bodies of which nothing was stored, the most first'),
  refusedSenders: z.array(refusedSender).describe('at most 32 senders, the most refused first, then others'),
  rejectedRecords: z
    .array(z.object({ signal: z.string(), reason: z.string(), count, hint }))
    .describe('single records left out of bodies that were stored, the most first; signal faro: of web pages'),
  overflowed: count.describe('records that found no room for a series of their own'),
  deduplicated: count.describe('what web pages sent twice, counted once'),
});

export const storeStatus = z.object({
  path: z.string(),
  bytes: z.number().describe('with the write-ahead log'),
  series: z.number(),
  traces: z.number().nullable(),
  tracesReason: z.string().nullable().describe('why traces is null'),
  oldest: z.string().nullable(),
  spans: count,
  logRecords: count,
  walBytes: count,
  freeBytes: count.nullable().describe('on the disk that holds it; null when the system does not say'),
  limitBytes: count.nullable().describe('retention.maxDiskGiB, for the database without its write-ahead log'),
  retired: z
    .object({ expiredSpans: count, evictedSpans: count, keptSpans: count })
    .describe('by retention since the start: ended by age, ended for want of room, kept beyond their time'),
  unreadable: z
    .object({ frames: count, spans: count, sentence: z.string() })
    .nullable()
    .describe('what is missing in answers because it is damaged on disk, as far as reads have met it'),
});

export const scrapeStatus = z.object({
  url: z.string(),
  state: z.enum(['up', 'down', 'unknown']),
  lastScrapeAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  samples: z.number().nullable(),
  reason: z.string().nullable(),
  reads: z
    .object({ stored: count, failed: count, notStored: count })
    .describe('since the start: read and stored, not readable, read and not stored'),
});

export const forwardStatus = z.object({
  id: z.string(),
  kind: z.string(),
  url: z.string(),
  lane: z.string(),
  waiting: z.number(),
  waitingBytes: z.number(),
  problem: z.string().nullable(),
  oldestWaitingAt: time.nullable(),
  retries: count.describe('tries since the start that ended with another one to come'),
  outcomes: z
    .array(z.object({ outcome: z.string(), bodies: count, records: count }))
    .describe(
      'what became of bodies, restarts included: sent, queue_full, http_… (refused for good), rejected_by_receiver',
    ),
});

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
  intake: intakeStatus,
  store: storeStatus,
  tick: z.object({ lastMs: z.number().nullable(), at: z.string().nullable(), objectives: z.number() }),
  coverage: z.object({ ratio: z.number().nullable(), mapped: z.number(), unmapped: z.number() }),
  recovered: z.string().nullable().describe('what was done to a damaged database at the start, and what was lost'),
  scrape: z.array(scrapeStatus),
  forward: z.array(forwardStatus),
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
