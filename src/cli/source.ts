/** Answers for read commands: from the running instance over HTTP, from the stored database, or from nothing, which is an answer too. */
import { emptyHistory, type HistoryReader, openHistory } from '../../collector/index.ts';
import { buildProfile, contrastStore, isDemoData, parseDeclared } from '../app/index.ts';
import type { Config } from '../config.ts';
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
  let made: Views | null = null;
  /** Only for questions about numbers: it reads two months of them. */
  const views = (): Views => {
    made ??= viewsOf(found, reader, declared, config, world);
    return made;
  };
  return {
    where: found.kind === 'stored' ? found.file : `nothing: there is no database in ${found.dataDir}`,
    readiness: async () => views().readiness(),
    objectives: async () => views().objectives(),
    triggers: async () => views().triggers(),
    facts: async () => views().facts(),
    status: async () => null,
    traces: async (id) => {
      const found = reader.tracesByCorrelation(id);
      const trace = found.length === 0 && isTraceId(id) ? reader.trace(id.toLowerCase()) : null;
      return trace === null ? found : [trace];
    },
    close: () => reader.close(),
  };
}

function viewsOf(
  found: Exclude<Found, { kind: 'running' }>,
  reader: HistoryReader,
  declared: ReturnType<typeof parseDeclared>,
  config: Config,
  world: World,
): Views {
  const engine = new Engine({
    profile: buildProfile(config, reader.series()),
    reader,
    declared: () => declared,
    contrasts: contrastStore(found.kind === 'stored' ? found.file : null, null, world.log),
    clock: world.clock,
    timezone: config.timezone,
  });
  return new Views(engine, { tool: `seamwatch ${world.version}`, commit: null });
}

function isTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/i.test(id);
}

/** What does not exist is an answer; every other failure goes on. */
function nullIfUnknown(error: unknown): null {
  if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
  throw error;
}
