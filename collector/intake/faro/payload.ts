/** The body of a Faro request: what is known of it is checked, what is not is ignored, what is wrong with one member costs only it. */
import { z } from 'zod';
import { AppError, messageOf } from '../../../src/kernel/errors.ts';

const text = z.string().optional().catch(undefined);
const texts = z.record(z.string(), z.unknown()).optional().catch(undefined);
const flag = z
  .union([z.boolean(), z.string().transform((word) => word === 'true')])
  .optional()
  .catch(undefined);

const trace = z.object({ trace_id: text, span_id: text }).optional().catch(undefined);
const action = z.object({ name: text, id: text, parentId: text }).optional().catch(undefined);
const placed = { timestamp: text, trace, action };

const log = z.object({ message: z.string(), level: text, context: texts, ...placed });
const frame = z.object({
  function: text,
  module: text,
  filename: text,
  lineno: z.number().optional().catch(undefined),
  colno: z.number().optional().catch(undefined),
});
const exception = z.object({
  type: text,
  value: z.string(),
  stacktrace: z
    .object({ frames: z.array(frame) })
    .optional()
    .catch(undefined),
  fatal: flag,
  fingerprint: text,
  context: texts,
  ...placed,
});
const measurement = z.object({
  type: z.string(),
  values: z.record(z.string(), z.unknown()),
  context: texts,
  ...placed,
});
const event = z.object({ name: z.string().min(1), domain: text, attributes: texts, ...placed });

const brand = z.object({ brand: text, version: text });
const meta = z
  .object({
    sdk: z
      .object({
        name: text,
        version: text,
        integrations: z
          .array(z.object({ name: text }))
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
    app: z
      .object({ name: text, namespace: text, version: text, release: text, environment: text })
      .optional()
      .catch(undefined),
    user: z.object({ id: text, hash: text }).optional().catch(undefined),
    session: z.object({ id: text, attributes: texts }).optional().catch(undefined),
    page: z.object({ id: text, url: text, attributes: texts }).optional().catch(undefined),
    view: z.object({ name: text }).optional().catch(undefined),
    browser: z
      .object({
        ...{ name: text, version: text, os: text, language: text, mobile: flag },
        brands: z
          .union([z.string(), z.array(brand)])
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
  })
  .catch({});

export type FaroMeta = z.output<typeof meta>;
export type FaroLog = z.output<typeof log>;
export type FaroException = z.output<typeof exception>;
export type FaroMeasurement = z.output<typeof measurement>;
export type FaroEvent = z.output<typeof event>;
export type FaroAction = z.output<typeof action>;
export type FaroTrace = z.output<typeof trace>;

/** `invalid`: how many records of a kind could not be read, such as `log: 2`. */
export interface FaroPayload {
  readonly meta: FaroMeta;
  readonly logs: readonly FaroLog[];
  readonly exceptions: readonly FaroException[];
  readonly measurements: readonly FaroMeasurement[];
  readonly events: readonly FaroEvent[];
  /** OTLP/JSON as it was sent. */
  readonly resourceSpans: readonly unknown[];
  readonly invalid: Readonly<Record<string, number>>;
}

/** @throws INVALID_REQUEST naming the member when the whole is no Faro body */
export function parsePayload(body: Buffer): FaroPayload {
  const whole = objectOf(parseJson(body), 'the body');
  const invalid: Record<string, number> = {};
  const read = <T>(name: string, schema: z.ZodType<T>): T[] => {
    const kept: T[] = [];
    for (const entry of listOf(whole[name], name)) {
      const result = schema.safeParse(entry);
      if (result.success) kept.push(result.data);
      else invalid[name.slice(0, -1)] = (invalid[name.slice(0, -1)] ?? 0) + 1;
    }
    return kept;
  };
  const { resourceSpans } = objectOf(whole.traces ?? {}, 'traces');
  return {
    meta: meta.parse(whole.meta),
    logs: read('logs', log),
    exceptions: read('exceptions', exception),
    measurements: read('measurements', measurement),
    events: read('events', event),
    resourceSpans: listOf(resourceSpans, 'traces.resourceSpans'),
    invalid,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw malformed(`the body cannot be parsed (${messageOf(error).slice(0, 120)})`);
  }
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed(`${name} must be an object`);
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw malformed(`${name} must be a list`);
}

function malformed(what: string): AppError {
  return new AppError(
    'INVALID_REQUEST',
    `this is no Faro body: ${what}; send {meta, logs, exceptions, measurements, events, traces} as JSON`,
  );
}
