/** Builds, wires and closes everything: collector → engine → server, and the tick that drives them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Collector, openCollector } from '../../collector/index.ts';
import type { Config } from '../config.ts';
import type { LiveEvent, StatusAnswer } from '../contract/index.ts';
import { Engine, engineMigrations, Views } from '../engine/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { isoTime } from '../kernel/clock.ts';
import { AppError, messageOf } from '../kernel/errors.ts';
import { uuidv7 } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { repeat } from '../kernel/schedule.ts';
import type { Commands, OwnMetrics, RunningServer } from '../server/index.ts';
import { contrastStore } from './contrasts.ts';
import { watchDeclared } from './declared.ts';
import { buildProfile } from './profile.ts';
import { createQueries } from './queries.ts';
import { markDemoData, removeRunFile, writeRunFile } from './run-file.ts';
import { statusOf } from './status.ts';

export interface AppOptions {
  readonly config: Config;
  /** The configuration file, read again when it changes or appears. */
  readonly configPath: string;
  readonly reloadConfig: () => Config;
  readonly dataDir: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The standard OTLP/HTTP port, or null for none; a busy one is a warning. */
  readonly otlpPort: number | null;
  readonly demo: boolean;
  /** Folder of the built console, or null. */
  readonly webRoot: string | null;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunningApp {
  readonly url: string;
  readonly server: RunningServer;
  readonly collector: Collector;
  readonly engine: Engine;
  readonly views: Views;
  readonly close: () => Promise<void>;
}

/** How soon after a slice is complete it is judged; a fault shows that much earlier than by a tick every slice. */
const lookEveryMs = 1_000;

/** @throws CONFIG_INVALID, PROFILE_UNKNOWN, DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY, PORT_IN_USE */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const collector = await openStore(options);
  try {
    return await startOn(collector, options);
  } catch (error) {
    await collector.close();
    throw error;
  }
}

async function openStore(options: AppOptions): Promise<Collector> {
  const { config, dataDir, clock, log } = options;
  makeDataDir(dataDir);
  if (options.demo) markDemoData(dataDir);
  const retention = { spansMs: config.retention.spans, slicesMs: config.retention.slices };
  const mapping = config.domains.map(({ match, domain }) => ({
    match: { ...match, attributes: match.attributes ?? {} },
    domain,
  }));
  return openCollector({ file: databaseFile(dataDir), clock, log, mapping, migrations: engineMigrations, retention });
}

/** The parts that think, without any that listen. */
interface Core {
  readonly collector: Collector;
  readonly engine: Engine;
  readonly views: Views;
  readonly listeners: Set<(event: LiveEvent) => void>;
  readonly tick: () => void;
  readonly startedMs: number;
  readonly instanceId: string;
}

async function startOn(collector: Collector, options: AppOptions): Promise<RunningApp> {
  const { dataDir, clock, log } = options;
  const core = wireCore(collector, options);
  const stopListening = collector.onCommit((notice) => core.engine.apply(notice));
  core.tick();
  const server = await startServer(core, options);
  const schedule = repeat(
    lookEveryMs,
    () => (core.engine.isBehind() ? core.tick() : undefined),
    (error) => log.error({ reason: messageOf(error) }, 'tick failed'),
  );
  const startedAt = isoTime(clock.nowMs());
  writeRunFile(dataDir, { pid: process.pid, url: server.address, startedAt, demo: options.demo });
  const close = async (): Promise<void> => {
    removeRunFile(dataDir);
    await schedule.close();
    await server.close();
    stopListening();
    await collector.close();
  };
  return { url: server.address, server, collector, engine: core.engine, views: core.views, close };
}

function wireCore(collector: Collector, options: AppOptions): Core {
  const { config, clock, log } = options;
  const declared = watchDeclared(options.configPath, options.reloadConfig, log);
  const profile = buildProfile(config, collector.reader.series());
  const contrasts = contrastStore(databaseFile(options.dataDir), collector, log);
  const engine = new Engine({
    profile,
    reader: collector.reader,
    declared,
    contrasts,
    clock,
    timezone: config.timezone,
  });
  const views = new Views(engine, { tool: `seamwatch ${options.version}`, commit: null });
  const listeners = new Set<(event: LiveEvent) => void>();
  const tick = (): void => {
    for (const event of engine.tick()) for (const listener of listeners) listener(event);
  };
  const startedMs = clock.nowMs();
  return { collector, engine, views, listeners, tick, startedMs, instanceId: uuidv7(startedMs) };
}

async function startServer(core: Core, options: AppOptions): Promise<RunningServer> {
  const { config, version, clock, log, demo } = options;
  const { engine, views, collector } = core;
  // Loaded only by who listens: a report needs no express.
  const { createServer, renderOwnMetrics } = await import('../server/index.ts');
  const profile = engine.options.profile.names.join(', ');
  const identity = { version, clock, demo, profile, file: databaseFile(options.dataDir) };
  const status = (): StatusAnswer => statusOf({ ...core, ...identity, listeners: () => server.listeners() });
  const server: RunningServer = await createServer({
    ...{ host: config.listen.host, port: options.port, flagName: '--port', allowedHosts: [], commands: noCommands },
    ...{ webRoot: options.webRoot, version, clock, log },
    extraListeners: extraListeners(options.otlpPort),
    tokens: {
      ingest: config.tokens.ingest ?? null,
      read: config.tokens.read ?? null,
      admin: config.tokens.admin ?? null,
    },
    intake: collector.handle,
    queries: createQueries({ engine, views, reader: collector.reader, status }),
    live: {
      subscribe: (listener) => {
        core.listeners.add(listener);
        return () => core.listeners.delete(listener);
      },
    },
    metricsText: () => renderOwnMetrics(ownMetrics(core, status())),
    isReady: () => ({ ready: collector.failure() === null, reason: collector.failure() }),
  });
  return server;
}

function extraListeners(otlpPort: number | null) {
  return otlpPort === null ? [] : [{ name: 'OTLP/HTTP', port: otlpPort, required: false, flagName: '--otlp-port' }];
}

const refuse = (): Promise<never> =>
  Promise.reject(new AppError('UNAVAILABLE', 'no alerts are judged by this instance'));
const noCommands: Commands = { acknowledge: refuse, addSilence: refuse, endSilence: refuse };

/** The one database file of a data directory. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'seamwatch.db');
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw new AppError(
      'DATA_DIR_UNUSABLE',
      `data directory "${dataDir}" cannot be made: ${messageOf(error)}; choose another with --data or give write permission`,
      { cause: error },
    );
  }
}

function ownMetrics({ engine, views }: Core, { intake, store }: StatusAnswer): OwnMetrics {
  const objectives = views.objectives();
  return {
    objectives,
    objectiveCounters: objectives.map(({ id, domain }) => ({ objective: id, domain, ...engine.counterOf(id) })),
    triggers: views.triggers(),
    intake,
    ...{ probes: [], alerts: [], sinks: [], notifications: [] },
    storeBytes: store.bytes,
    memoryBytes: process.memoryUsage.rss(),
    seriesCount: store.series,
    watermarkMs: engine.state.watermarkMs,
    tickMs: engine.state.tookMs,
  };
}
