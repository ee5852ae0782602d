/** Every read address of the API, once: path, parameters, shape, words, and the query that answers it. */
import type { TraceQuery } from '../dependencies.ts';
import { logRoutes } from './log-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import {
  correlationIdPath,
  defaultLimit,
  defaultMapMinutes,
  idParameter,
  mapMinutes,
  type ParameterValues,
  timeRange,
  traceIdPath,
  traceParameters,
} from './parameters.ts';
import { found, plain, type Route } from './route.ts';

const objectiveRoutes: readonly Route[] = [
  {
    ...plain,
    path: '/objectives',
    operationId: 'listObjectives',
    summary: 'Every objective with its state, counts, budget and burn',
    description: 'State unknown always comes with its reason; counts of simulated events are told apart.',
    data: { component: 'Objective', isList: true },
    answer: async (queries) => ({ data: await queries.objectives() }),
  },
  {
    ...plain,
    path: '/objectives/{id}',
    operationId: 'getObjective',
    summary: 'One objective: explanation, proof, series, days, contributing operations',
    description: 'Adds to the listed objective what is needed to defend its state.',
    pathParameter: idParameter('the objective', 'api-latency'),
    data: { component: 'ObjectiveDetail', isList: false },
    answer: async (queries, id) => found(await queries.objective(id)),
  },
  {
    ...plain,
    path: '/triggers',
    operationId: 'listTriggers',
    summary: 'Every extraction trigger with its fourteen days and its evidence',
    description: 'A trigger fires at ten exceeding days of the last fourteen; each names its documented threshold.',
    data: { component: 'Trigger', isList: true },
    answer: async (queries) => ({ data: await queries.triggers() }),
  },
  {
    ...plain,
    path: '/triggers/{id}',
    operationId: 'getTrigger',
    summary: 'One extraction trigger',
    description: 'The same shape as in the list.',
    pathParameter: idParameter('the trigger', 'P1'),
    data: { component: 'Trigger', isList: false },
    answer: async (queries, id) => found(await queries.trigger(id)),
  },
  {
    ...plain,
    path: '/readiness',
    operationId: 'getReadiness',
    summary: 'The extraction-readiness report: a verdict per domain, for, against, missing, what flips it',
    description: 'The same report that `seamwatch report --format json` prints.',
    data: { component: 'Readiness', isList: false },
    answer: async (queries) => ({ data: await queries.readiness() }),
  },
];

const domainRoutes: readonly Route[] = [
  {
    ...plain,
    path: '/domains',
    operationId: 'listDomains',
    summary: 'Every domain with traffic, errors, p95, objectives and verdict',
    description: 'Null where nothing was measured, never zero.',
    data: { component: 'Domain', isList: true },
    answer: async (queries) => ({ data: await queries.domains() }),
  },
  {
    ...plain,
    path: '/domains/{id}',
    operationId: 'getDomain',
    summary: 'One domain in detail: rate, errors and latency of the last hour, operations, shares',
    description: 'The listed row and what its page shows; null where nothing is known, never zero.',
    pathParameter: idParameter('the domain', 'notifications'),
    data: { component: 'DomainDetail', isList: false },
    answer: async (queries, id) => found(await queries.domain(id)),
  },
  {
    ...plain,
    path: '/coupling',
    operationId: 'listCoupling',
    summary: 'Which domain calls which, how often, and whether the edge is strong',
    description: 'Strong: a synchronous call in at least 1 % of requests, a foreign write, or a shared transaction.',
    data: { component: 'CouplingEdge', isList: true },
    answer: async (queries) => ({ data: await queries.coupling() }),
  },
  {
    ...plain,
    path: '/map',
    operationId: 'getMap',
    summary: 'The service map: domains with their rate, errors and p95, and the calls between them',
    description:
      'Of the last minutes. A domain that nobody outside asks is counted by the calls of the others; null where nothing is known.',
    queryParameters: [mapMinutes],
    data: { component: 'ServiceMap', isList: false },
    answer: async (queries, _id, { minutes }) => ({
      data: await queries.map(typeof minutes === 'number' ? minutes : defaultMapMinutes),
    }),
  },
  {
    ...plain,
    path: '/facts',
    operationId: 'listFacts',
    summary: 'Declared facts with value, source, owner and expiry',
    description: 'An expired fact is stale and counts as unknown.',
    data: { component: 'Fact', isList: true },
    answer: async (queries) => ({ data: await queries.facts() }),
  },
  {
    ...plain,
    path: '/status',
    operationId: 'getStatus',
    summary: 'Is the watcher itself alive: watermark, intake, store, tick, listeners',
    description: 'The sentence says it aloud; the rest are its numbers.',
    data: { component: 'Status', isList: false },
    answer: async (queries) => ({ data: await queries.status() }),
  },
];

const traceRoutes: readonly Route[] = [
  {
    ...plain,
    path: '/traces',
    operationId: 'searchTraces',
    summary: 'Search traces, newest first',
    description: 'Conditions are joined by and. meta.nextCursor leads to the next page; it is null on the last.',
    queryParameters: traceParameters,
    data: { component: 'TraceSummary', isList: true },
    answer: async (queries, _id, query) => {
      const page = await queries.traces(toTraceQuery(query));
      return { data: page.traces, nextCursor: page.nextCursor };
    },
  },
  {
    ...plain,
    path: '/traces/{id}',
    operationId: 'getTrace',
    summary: 'One trace with its spans, edges between domains and critical path',
    description: 'Durations in ms; span times in Unix nanoseconds as text.',
    pathParameter: traceIdPath,
    data: { component: 'Trace', isList: false },
    answer: async (queries, id) => found(await queries.trace(id)),
  },
  {
    ...plain,
    path: '/correlations/{id}',
    operationId: 'getCorrelation',
    summary: 'Every trace of one correlation ID, oldest first',
    description: 'Follows one user action across requests, events and sockets. Empty when nothing carries the ID.',
    pathParameter: correlationIdPath,
    data: { component: 'Trace', isList: true },
    answer: async (queries, id) => ({ data: await queries.correlation(id) }),
  },
];

/** The read addresses in the order of the document. */
export const routes: readonly Route[] = [
  ...objectiveRoutes,
  ...domainRoutes,
  ...traceRoutes,
  ...logRoutes,
  ...operationRoutes,
];

/** First path segments of parts that this version does not have, and what each is. */
export const futureParts: Readonly<Record<string, string>> = {
  whatif: 'what-if replays',
};

/**
 * The search that checked parameters ask for.
 * @throws INVALID_REQUEST when `from` is not before `to`
 */
export function toTraceQuery(values: ParameterValues): TraceQuery {
  const { from, to, limit, attribute, ...rest } = values;
  return {
    ...rest,
    ...(typeof attribute === 'string' ? { attribute: toPair(attribute) } : {}),
    ...timeRange(values),
    limit: typeof limit === 'number' ? limit : defaultLimit,
  };
}

/** `a=b=c` → key `a`, value `b=c`. */
function toPair(text: string): NonNullable<TraceQuery['attribute']> {
  const at = text.indexOf('=');
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}
