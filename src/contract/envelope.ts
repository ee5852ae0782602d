/** The envelope of every answer, errors, and the live events. */
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

/** The events of `GET /api/v1/live` (server-sent events); each says only that something changed, the page re-reads it. */
export const liveEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('tick'), watermark: z.string(), changed: z.array(z.string()) }),
  z.object({ type: z.literal('trigger'), id: z.string(), from: z.string(), to: z.string() }),
  z.object({ type: z.literal('alert'), id: z.string(), state: z.string() }),
  z.object({ type: z.literal('probe'), id: z.string(), state: z.string() }),
]);
