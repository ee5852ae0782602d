/** Answers for read commands: from the running instance over HTTP, from the stored database, or from nothing, which is an answer too. */
import { emptyHistory, openHistory } from '../../collector/index.ts';
import { buildProfile, contrastStore, isDemoData, parseDeclared } from '../app/index.ts';
import type {
  FactAnswer,
  ObjectiveAnswer,
  ReadinessReport,
  StatusAnswer,
  Trace,
  TriggerAnswer,
} from '../contract/index.ts';
import { Engine, Views } from '../engine/index.ts';
import { AppError } from '../kernel/errors.ts';
import { askInstance, type Instance } from './instance.ts';
import { configOf, configPathOf, demoConfigOf, type Found, findData } from './settings.ts';
import type { CommonOptions, World } from './world.ts';

export interface Source {
  /** As a person would say it: the address or the file. */
  readonly where: string;
  readonly readiness: () => Promise<ReadinessReport>;
  readonly objectives: () => Promise<readonly ObjectiveAnswer[]>;
  readonly triggers: () => Promise<readonly TriggerAnswer[]>;
  readonly facts: () => Promise<readonly FactAnswer[]>;
  /** Null unless an instance is running. */
  readonly status: () => Promise<StatusAnswer | null>;
  readonly traces: (id: string) => Promise<readonly Trace[]>;
  readonly close: () => void;
}

/** @throws CONFIG_INVALID, DATABASE_CORRUPT, UNAVAILABLE */
export function openSource(options: CommonOptions, world: World): Source {
  const found = findData(options);
  if (found.kind === 'running')
    return overHttp({ url: found.run.url, token: configOf(options, world).tokens.read ?? null });
  return fromReader(found, options, world);
}

function overHttp(instance: Instance): Source {
  const get = <T>(path: string): Promise<T> => askInstance<T>(instance, path);
  return {
    where: instance.url,
    readiness: () => get('readiness'),
    objectives: () => get('objectives'),
    triggers: () => get('triggers'),
    facts: () => get('facts'),
    status: () => get('status'),
    traces: async (id) => {
      const found = await get<readonly Trace[]>(`correlations/${encodeURIComponent(id)}`);
      if (found.length > 0 || !isTraceId(id)) return found;
      const trace = await get<Trace>(`traces/${id.toLowerCase()}`).catch(nullIfUnknown);
      return trace === null ? [] : [trace];
    },
    close: () => {},
  };
}

function fromReader(found: Exclude<Found, { kind: 'running' }>, options: CommonOptions, world: World): Source {
  const config = isDemoData(found.dataDir) ? demoConfigOf(options, world) : configOf(options, world);
  const declared = parseDeclared(config, configPathOf(options) ?? 'the defaults');
  const reader = found.kind === 'stored' ? openHistory(found.file) : emptyHistory();
  const profile = buildProfile(config, reader.series());
  const engine = new Engine({
    profile,
    reader,
    declared: () => declared,
    contrasts: contrastStore(found.kind === 'stored' ? found.file : null, null, world.log),
    clock: world.clock,
    timezone: config.timezone,
  });
  const views = new Views(engine, { tool: `seamwatch ${world.version}`, commit: null });
  return {
    where: found.kind === 'stored' ? found.file : `nothing: there is no database in ${found.dataDir}`,
    readiness: async () => views.readiness(),
    objectives: async () => views.objectives(),
    triggers: async () => views.triggers(),
    facts: async () => views.facts(),
    status: async () => null,
    traces: async (id) => {
      const found = reader.tracesByCorrelation(id);
      const trace = found.length === 0 && isTraceId(id) ? reader.trace(id.toLowerCase()) : null;
      return trace === null ? found : [trace];
    },
    close: () => reader.close(),
  };
}

function isTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/i.test(id);
}

/** What does not exist is an answer; every other failure goes on. */
function nullIfUnknown(error: unknown): null {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
  throw error;
}
