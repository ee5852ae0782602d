/** Query and path parameters: how each is written, checked and described; an error names parameter, value and what is accepted. */
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import { isCorrelationId } from '../../kernel/ids.ts';

/** One parameter; `schema` reads its text. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  /** What an error says is accepted. */
  readonly accepts: string;
  readonly example: string | number | boolean;
  readonly schema: z.ZodType;
}

const traceIdText = z.string().regex(/^[0-9a-f]{32}$/);
const shortText = z.string().min(1).max(200);
const correlationText = z.string().refine(isCorrelationId).meta({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:@/+=-]{0,127}$' });
const durationText = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/)
  .transform(Number)
  .pipe(z.number().min(0));
const exampleTraceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const timeAccepts = 'an ISO 8601 time with its zone, such as 2026-11-20T10:00:00Z';
const correlationAccepts = '1 to 128 letters, digits and ._:@/+=-, starting with a letter or digit';

/** An identifier at the end of a path. */
export const idParameter = (description: string, example: string): Parameter => ({
  name: 'id',
  description,
  accepts: '1 to 200 characters',
  example,
  schema: shortText,
});

export const traceIdPath: Parameter = {
  name: 'id',
  description: 'the trace ID',
  accepts: '32 lower-case hexadecimal digits',
  example: exampleTraceId,
  schema: traceIdText,
};

export const correlationIdPath: Parameter = {
  name: 'id',
  description: 'the correlation ID as the application logged it',
  accepts: correlationAccepts,
  example: 'req-7f3a91',
  schema: correlationText,
};

/** How many traces a page holds when `limit` is not given. */
export const defaultLimit = 50;

/** What `GET /traces` can be asked for. */
export const traceParameters: readonly Parameter[] = [
  { ...correlationIdPath, name: 'correlationId', description: 'traces that carry this correlation ID' },
  { ...traceIdPath, name: 'traceId', description: 'the trace with this ID' },
  {
    name: 'domain',
    description: 'traces with a span in this domain',
    accepts: '1 to 200 characters',
    example: 'notifications',
    schema: shortText,
  },
  {
    name: 'operation',
    description: 'traces with a span of this operation',
    accepts: '1 to 200 characters',
    example: 'deliver',
    schema: shortText,
  },
  {
    name: 'root',
    description: 'traces that began with this operation: the name or the operation of the root span',
    accepts: '1 to 200 characters',
    example: 'POST /api/posts/:id/comments',
    schema: shortText,
  },
  {
    name: 'attribute',
    description:
      'traces with a span that carries this attribute, key=value as the trace shows it: exact; `resource.` before what the resource says; lists and maps as JSON without spaces, bytes as base64',
    accepts: 'key=value, such as user.tier=gold; 1 to 200 characters before the first =, at most 1000 after it',
    example: 'http.response.status_code=503',
    schema: z.string().regex(/^[^=]{1,200}=[\s\S]{0,1000}$/),
  },
  {
    name: 'minDurationMs',
    description: 'traces that took at least this long to the end of their last span, in ms',
    accepts: 'a number of at least 0',
    example: 250,
    schema: durationText,
  },
  {
    name: 'minRootMs',
    description: 'traces whose root span, the answer that was waited for, took at least this long, in ms',
    accepts: 'a number of at least 0',
    example: 250,
    schema: durationText,
  },
  {
    name: 'error',
    description: 'true: traces with a failed span; false: traces without one',
    accepts: 'true or false',
    example: true,
    schema: z.stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' }),
  },
  {
    name: 'from',
    description: 'traces that started at this time or later',
    accepts: timeAccepts,
    example: '2026-11-20T09:00:00Z',
    schema: z.iso.datetime({ offset: true }),
  },
  {
    name: 'to',
    description: 'traces that started before this time',
    accepts: timeAccepts,
    example: '2026-11-20T10:00:00Z',
    schema: z.iso.datetime({ offset: true }),
  },
  {
    name: 'limit',
    description: `how many traces a page holds; ${defaultLimit} when not given`,
    accepts: 'a whole number from 1 to 200',
    example: 20,
    schema: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(z.number().int().min(1).max(200)),
  },
  {
    name: 'cursor',
    description: 'meta.nextCursor of the page before',
    accepts: 'the nextCursor of an earlier answer, at most 12,000 characters',
    example: 'MTc2MzYzMjgwMDAwMA',
    schema: z.string().min(1).max(12_000),
  },
];

/** What the service map looks back on when `minutes` is not given. */
export const defaultMapMinutes = 60;

export const mapMinutes: Parameter = {
  name: 'minutes',
  description: `how many minutes to look back on; ${defaultMapMinutes} when not given`,
  accepts: 'a whole number from 5 to 1440',
  example: 60,
  schema: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .pipe(z.number().int().min(5).max(1440)),
};

/** Checked values by parameter name; what was not given is absent. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/**
 * The checked `from` and `to` as Unix ms, half-open; what was not given is absent.
 * @throws INVALID_REQUEST when `from` is not before `to`
 */
export function timeRange({ from, to }: ParameterValues): { readonly fromMs?: number; readonly toMs?: number } {
  const fromMs = typeof from === 'string' ? Date.parse(from) : undefined;
  const toMs = typeof to === 'string' ? Date.parse(to) : undefined;
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    const message = `query parameter "from": ${String(from)} is not before "to": ${String(to)}; swap them or widen the range`;
    throw new AppError('INVALID_REQUEST', message, { details: { parameter: 'from', value: from } });
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) };
}

/**
 * Reads a query string against the parameters of its route.
 * @throws INVALID_REQUEST for an unknown, repeated or unreadable parameter
 */
export function readQuery(query: URLSearchParams, parameters: readonly Parameter[]): ParameterValues {
  const values: Record<string, unknown> = {};
  for (const [name, text] of query) {
    const parameter = parameters.find((one) => one.name === name);
    if (parameter === undefined) throw unknownParameter(name, text, parameters);
    if (Object.hasOwn(values, name)) {
      throw invalid(`query parameter "${name}" is given more than once; give it once`, name, text);
    }
    values[name] = readValue(parameter, text, 'query');
  }
  return values;
}

/** @throws INVALID_REQUEST when the text is not accepted */
export function readValue(parameter: Parameter, text: string, where: 'query' | 'path'): unknown {
  const parsed = parameter.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const message = `${where} parameter "${parameter.name}": ${quote(text)} is not accepted; write ${parameter.accepts}`;
  throw invalid(message, parameter.name, text);
}

function unknownParameter(name: string, text: string, parameters: readonly Parameter[]): AppError {
  const known = parameters.map((one) => one.name).join(', ');
  const accepted = known === '' ? 'this address accepts none' : `accepted are ${known}`;
  return invalid(`query parameter ${quote(name)} (${quote(text)}) is not known; ${accepted}`, name, text);
}

function invalid(message: string, parameter: string, value: string): AppError {
  return new AppError('INVALID_REQUEST', message, { details: { parameter, value: value.slice(0, 100) } });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
