/** Test data: queries that answer from the documented examples, and the dependencies of a server around them. */
import type {
  AlertAnswer,
  CouplingEdge,
  DomainDetail,
  DomainRow,
  FactAnswer,
  LiveEvent,
  LogRecord,
  ObjectiveAnswer,
  ObjectiveDetail,
  ProbeAnswer,
  ReadinessReport,
  RehearsalAnswer,
  RunbookAnswer,
  ServiceMap,
  SilenceAnswer,
  StatusAnswer,
  Trace,
  TraceSummary,
  TriggerAnswer,
} from '../contract/index.ts';
import { fakeClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { silentLog } from '../kernel/log.ts';
import { type ComponentName, components } from './api/components.ts';
import { examples } from './api/examples.ts';
import type { Commands, Queries, ServerDependencies, TraceQuery } from './dependencies.ts';

/** 2026-11-20T10:00:00Z. */
export const fixtureNowMs = 1_795_168_800_000;

/** The example of a component, checked against its schema. */
export function exampleOf<T>(component: ComponentName): T {
  return components[component].parse(examples[component]) as T;
}

const trace = exampleOf<Trace>('Trace');
const objective = exampleOf<ObjectiveDetail>('ObjectiveDetail');

/** Five objectives, one a state and one with an awkward id; nothing else than the documented examples otherwise. */
export const fixtureObjectives: readonly ObjectiveAnswer[] = [
  exampleOf('Objective'),
  { ...exampleOf<ObjectiveAnswer>('Objective'), id: 'api-latency', domain: null, state: 'met', reason: null },
  {
    ...exampleOf<ObjectiveAnswer>('Objective'),
    id: 'error-rate-per-service:search',
    domain: 'search',
    state: 'unknown',
  },
  {
    ...exampleOf<ObjectiveAnswer>('Objective'),
    id: 'hop-latency',
    state: 'notApplicable',
    good: 0,
    total: 0,
    budgetRemaining: null,
    burn: [],
    page: null,
    windows: [],
    lastDataAt: null,
  },
];

/** Queries over the fixture; `seen` collects the trace searches that reached them. */
export function fixtureQueries(seen: TraceQuery[] = []): Queries {
  const triggers: readonly TriggerAnswer[] = [exampleOf('Trigger')];
  const domains: readonly DomainRow[] = [exampleOf('Domain')];
  return {
    objectives: () => fixtureObjectives,
    objective: (id) => {
      const listed = fixtureObjectives.find((one) => one.id === id);
      return listed === undefined ? null : { ...objective, ...listed };
    },
    triggers: async () => triggers,
    trigger: (id) => triggers.find((one) => one.id === id) ?? null,
    readiness: () => exampleOf<ReadinessReport>('Readiness'),
    domains: () => domains,
    domain: (id) => (domains.some((one) => one.id === id) ? exampleOf<DomainDetail>('DomainDetail') : null),
    traces: (query) => {
      seen.push(query);
      return {
        traces: [exampleOf<TraceSummary>('TraceSummary')],
        nextCursor: query.cursor === undefined ? 'next' : null,
      };
    },
    trace: async (id) => (id === trace.traceId ? trace : null),
    correlation: (id) => (id === trace.correlationId ? [trace] : []),
    logs: ({ cursor }) => ({
      logs: [exampleOf<LogRecord>('LogRecord')],
      nextCursor: cursor === undefined ? 'next' : null,
    }),
    coupling: () => [exampleOf<CouplingEdge>('CouplingEdge')],
    map: () => exampleOf<ServiceMap>('ServiceMap'),
    facts: () => [exampleOf<FactAnswer>('Fact')],
    status: () => exampleOf<StatusAnswer>('Status'),
    probes: () => [exampleOf<ProbeAnswer>('Probe')],
    alerts: () => [exampleOf<AlertAnswer>('Alert')],
    silences: () => [exampleOf<SilenceAnswer>('Silence')],
    runbooks: () => [exampleOf<RunbookAnswer>('Runbook')],
    rehearsals: () => [exampleOf<RehearsalAnswer>('Rehearsal')],
    watermark: () => '2026-11-20T09:59:40.000Z',
  };
}

/** Commands on the one alert and the one silence of the fixture; `seen` collects what reached them. */
export function fixtureCommands(seen: unknown[] = []): Commands {
  const alert = exampleOf<AlertAnswer>('Alert');
  const silence = exampleOf<SilenceAnswer>('Silence');
  return {
    acknowledge: async (id, by) => {
      seen.push({ acknowledge: id, by });
      if (id !== alert.id) throw new AppError('NOT_FOUND', `there is no alert "${id}"; GET /api/v1/alerts lists them`);
      return { ...alert, state: 'acknowledged', acknowledgedBy: by };
    },
    addSilence: async (request) => {
      seen.push({ addSilence: request });
      return { ...silence, ...request, startsAt: request.startsAt ?? silence.createdAt };
    },
    endSilence: async (id) => {
      seen.push({ endSilence: id });
      return { ...silence, endsAt: silence.createdAt };
    },
  };
}

/** A source of live events that a test can push into; `listenerCount` shows a forgotten subscription. */
export function fixtureLive() {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    subscribe: (listener: (event: LiveEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    publish: (event: LiveEvent) => {
      for (const listener of listeners) listener(event);
    },
    listenerCount: () => listeners.size,
  };
}

/** Dependencies of a server on a free loopback port without tokens; the intake answers with what the caller may do. */
export function fixtureDependencies(changes: Partial<ServerDependencies> = {}): ServerDependencies {
  return {
    host: '127.0.0.1',
    port: 0,
    flagName: '--port',
    extraListeners: [],
    tokens: { ingest: [], read: null, admin: null },
    allowedHosts: [],
    intake: (request, response, caller) => {
      request.resume().on('end', () => response.end(JSON.stringify({ url: request.url, ...caller })));
    },
    queries: fixtureQueries(),
    commands: fixtureCommands(),
    live: fixtureLive(),
    metricsText: () => '# HELP seamwatch_series Series stored.\n# TYPE seamwatch_series gauge\nseamwatch_series 412\n',
    isReady: () => ({ ready: true, reason: null }),
    webRoot: null,
    clock: fakeClock(fixtureNowMs),
    log: silentLog,
    version: '0.1.0',
    ...changes,
  };
}
