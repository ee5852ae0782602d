/** The values that probes are written with, as zod schemas. */
import { z } from 'zod';
import { parseDurationMs } from '../src/kernel/duration.ts';
import { messageOf } from '../src/kernel/errors.ts';
import { shownValue } from '../src/kernel/validate.ts';
import { faultOfCondition } from './condition.ts';
import type { AcceptedStatus, Expectation } from './definition.ts';
import { isJsonPath } from './json-path.ts';

/** `200ms`, `30s` → ms. A bare number is refused: it has no unit. */
export const duration = z.unknown().transform((value, context): number => {
  const refuse = (message: string): number => {
    context.addIssue({ code: 'custom', message, input: value });
    return z.NEVER;
  };
  if (typeof value === 'number') return refuse(`${value} has no unit; write ${value}ms or ${value}s`);
  if (typeof value !== 'string') return refuse(`${shownValue(value)} is not a duration; write one such as 5s`);
  try {
    return parseDurationMs(value);
  } catch (error) {
    return refuse(messageOf(error));
  }
});

/** Ids of probes: short enough that `probe-<id>-<run>` is a correlation ID. */
export const probeId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, {
  error: (issue) => `${shownValue(issue.input)} is not an id; write at most 64 small letters, digits and hyphens`,
});

/** Names and values of HTTP headers; those that the probe sets itself are refused. */
export const headers = z
  .record(z.string(), z.union([z.string(), z.number()]).transform(String))
  .superRefine((all, context) => {
    for (const [name, value] of Object.entries(all)) {
      const problem = headerProblem(name.toLowerCase(), value);
      if (problem !== null) context.addIssue({ code: 'custom', message: `"${name}" ${problem}`, input: all });
    }
  });

const ownHeaders = [
  'traceparent',
  'tracestate',
  'x-correlation-id',
  'user-agent',
  'connection',
  'host',
  'content-length',
];

function headerProblem(name: string, value: string): string | null {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return 'is not the name of a header';
  if (ownHeaders.includes(name)) return 'is set by the probe itself; remove it';
  return /[\r\n\0]/.test(value) ? 'holds a line break; write one line' : null;
}

/** Upper case; GET unless said. */
export const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A path such as `$.items[0].id`. */
export const jsonPath = z.string().refine(isJsonPath, {
  error: (issue) => `${shownValue(issue.input)} is not a path; write one such as $.id or $.items[0].name`,
});

const statusCode = z.number().int().min(100).max(599);

/** What a JSON value must be like. */
export const condition = z.unknown().superRefine((value, context) => {
  const fault = faultOfCondition(value);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault, input: value });
});

/** `expect` and `until`: absent = any status of 200 to 299. */
export const expectation = z
  .strictObject({
    status: z.union([statusCode, z.array(statusCode).min(1)]).optional(),
    bodyContains: z.string().min(1).optional(),
    json: z.record(z.string(), condition).optional(),
    atMost: duration.optional(),
  })
  .superRefine(({ json }, context) => {
    for (const path of Object.keys(json ?? {})) {
      if (isJsonPath(path)) continue;
      const message = `"${path}" is not a path; write one such as $.id or $.items[0].name`;
      context.addIssue({ code: 'custom', message, path: ['json'], input: json });
    }
  })
  .transform(
    (raw): Expectation => ({
      status: statusOf(raw.status),
      bodyContains: raw.bodyContains ?? null,
      json: Object.entries(raw.json ?? {}),
      atMostMs: raw.atMost ?? null,
    }),
  );

/** What holds where nothing is expected explicitly. */
export const anySuccess: Expectation = { status: null, bodyContains: null, json: [], atMostMs: null };

/** A message to a socket: `json` or `text`. */
export const socketMessage = z
  .strictObject({ json: z.unknown().optional(), text: z.string().optional() })
  .transform((raw, context) => {
    if ((raw.json === undefined) === (raw.text === undefined)) {
      context.addIssue({ code: 'custom', message: 'needs json or text, one of them', input: raw });
      return z.NEVER;
    }
    if (raw.text !== undefined) return { kind: 'text' as const, text: raw.text };
    return { kind: 'json' as const, json: raw.json };
  });

/** A message from a socket: `match` (JSON) or `contains` (text). */
export const socketMatch = z
  .strictObject({ match: condition.optional(), contains: z.string().min(1).optional() })
  .transform((raw, context) => {
    if ((raw.match === undefined) === (raw.contains === undefined)) {
      context.addIssue({ code: 'custom', message: 'needs match or contains, one of them', input: raw });
      return z.NEVER;
    }
    if (raw.contains !== undefined) return { kind: 'text' as const, contains: raw.contains };
    return { kind: 'json' as const, condition: raw.match };
  });

function statusOf(raw: number | readonly number[] | undefined): AcceptedStatus {
  if (raw === undefined) return null;
  return typeof raw === 'number' ? [raw] : raw;
}
