/** The read address of log records. */
import { z } from 'zod';
import { logShapes } from '../../contract/index.ts';
import type { LogQuery } from '../dependencies.ts';
import { type Parameter, type ParameterValues, timeRange, traceParameters } from './parameters.ts';
import { plain, type Route } from './route.ts';

const defaultLimit = 100;
const severities = logShapes.logSeverity.options;

const words: Readonly<Record<string, string>> = {
  traceId: 'records of this trace',
  correlationId: 'records that carry this correlation ID, with a trace or without',
  domain: 'records of this domain',
  from: 'records of this time or later',
  to: 'records from before this time',
};

/** What `GET /logs` can be asked for. */
export const logParameters: readonly Parameter[] = [
  ...['traceId', 'correlationId', 'domain', 'from', 'to', 'cursor'].flatMap((name) => asForTraces(name)),
  {
    name: 'severity',
    description: 'records of at least this severity',
    accepts: `one of ${severities.join(', ')}`,
    example: 'warn',
    schema: logShapes.logSeverity,
  },
  {
    name: 'text',
    description:
      'records with these words in their text or in a value among their own attributes, in upper or lower case',
    accepts: '1 to 200 characters',
    example: 'timed out',
    schema: z.string().min(1).max(200),
  },
  {
    name: 'limit',
    description: `how many records a page holds; ${defaultLimit} when not given`,
    accepts: 'a whole number from 1 to 500',
    example: 50,
    schema: z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(z.number().int().min(1).max(500)),
  },
];

/** The parameter of the search of traces with this name, said of log records. */
function asForTraces(name: string): Parameter[] {
  return traceParameters
    .filter((one) => one.name === name)
    .map((one) => ({ ...one, description: words[name] ?? one.description }));
}

export const logRoutes: readonly Route[] = [
  {
    ...plain,
    path: '/logs',
    operationId: 'searchLogs',
    summary: 'Search log records, newest first',
    description:
      'Conditions are joined by and. meta.nextCursor leads to the next page, null on the last; a page may hold few records or none and still have one, since each answer looks through a bounded amount. meta.unreadableRecords says how many records at most are missing because what is stored of them is damaged.',
    queryParameters: logParameters,
    data: { component: 'LogRecord', isList: true },
    answer: async (queries, _id, query) => {
      const page = await queries.logs(toLogQuery(query));
      return { data: page.logs, nextCursor: page.nextCursor, unreadableRecords: page.unreadableRecords };
    },
  },
];

/**
 * The search that checked parameters ask for.
 * @throws INVALID_REQUEST when `from` is not before `to`
 */
export function toLogQuery(values: ParameterValues): LogQuery {
  const { from: _from, to: _to, limit, ...rest } = values;
  return { ...rest, ...timeRange(values), limit: typeof limit === 'number' ? limit : defaultLimit };
}
