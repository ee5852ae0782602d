/** Builds, wires and closes everything: the core, the server in front of it, and the tick that drives it. */
import { mkdirSync } from 'node:fs';
import { listRunbooks } from '../../alerts/index.ts';
import type { Collector } from '../../collector/index.ts';
import type { StatusAnswer } from '../contract/index.ts';
import type { Engine, Views } from '../engine/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { AppError, messageOf } from '../kernel/errors.ts';
import { repeat } from '../kernel/schedule.ts';
import type { Commands, ListenerState, RunningServer } from '../server/index.ts';
import { type Core, wireCore } from './core.ts';
import { type GrpcListener, listenGrpc } from './grpc.ts';
import { type AppOptions, databaseFile } from './options.ts';
import { ownMetrics } from './own-metrics.ts';
import { createQueries } from './queries.ts';
import { rehearsalsIn } from './rehearsals.ts';
import { markDemoData, removeRunFile, writeRunFile } from './run-file.ts';
import { createSpanEdges } from './span-edges.ts';
import { statusOf } from './status.ts';
import { limitBytesOf, openStore } from './store.ts';

export interface RunningApp {
  readonly url: string;
  readonly server: RunningServer;
  readonly collector: Collector;
  readonly engine: Engine;
  readonly views: Views;
  /** Everything that takes requests, gRPC included. */
  readonly listeners: () => readonly ListenerState[];
  /** Probes the application at `target` from now on. */
  readonly probe: (target: string | null) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** How soon after a slice is complete it is judged; a fault shows that much earlier than by a tick every slice. */
const lookEveryMs = 1_000;

/** @throws CONFIG_INVALID, PROFILE_UNKNOWN, DATA_DIR_UNUSABLE, DATABASE_CORRUPT, DATABASE_BUSY, PORT_IN_USE */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  makeDataDir(options.dataDir);
  if (options.demo) markDemoData(options.dataDir);
  const collector = await openStore(options);
  try {
    return await startOn(collector, options);
  } catch (error) {
    await collector.close();
    throw error;
  }
}

async function startOn(collector: Collector, options: AppOptions): Promise<RunningApp> {
  const { dataDir, clock, log, config } = options;
  const core = wireCore(collector, options);
  const stopListening = collector.onCommit((notice) => core.engine.apply(notice));
  core.tick();
  const beside: ListenerState[] = [];
  const server = await startServer(core, options, beside);
  core.start(config.publicUrl ?? server.address);
  const grpc = await openGrpc(core, server, options);
  if (grpc !== null) beside.push(grpc.state);
  const schedule = repeat(
    lookEveryMs,
    () => (core.engine.isBehind() ? core.tick() : undefined),
    (error) => log.error({ reason: messageOf(error) }, 'tick failed'),
  );
  const startedAt = isoTime(clock.nowMs());
  writeRunFile(dataDir, { pid: process.pid, url: server.address, startedAt, demo: options.demo });
  // The demo's application starts after us and is probed when it has an address.
  if (!options.demo) await core.probe(config.target ?? null);
  const close = async (): Promise<void> => {
    removeRunFile(dataDir);
    await schedule.close();
    await grpc?.close();
    await server.close();
    await core.close();
    stopListening();
    await collector.close();
  };
  const { engine, views, probe } = core;
  const listeners = (): ListenerState[] => [...server.listeners(), ...beside];
  return { url: server.address, server, collector, engine, views, listeners, probe, close };
}

async function openGrpc(core: Core, server: RunningServer, options: AppOptions): Promise<GrpcListener | null> {
  const { otlpGrpcPort: port, config, clock, log } = options;
  if (port === null) return null;
  return listenGrpc({ collector: core.collector, server, config, port, clock, log });
}

/** `beside`: listeners of others, for the status. */
async function startServer(core: Core, options: AppOptions, beside: readonly ListenerState[]): Promise<RunningServer> {
  const { config, version, clock, log, demo, dataDir } = options;
  const { engine, views, collector } = core;
  // Loaded only by who listens: a report needs no express.
  const { createServer, renderOwnMetrics } = await import('../server/index.ts');
  const profile = engine.options.profile.names.join(', ');
  const identity = { version, clock, demo, profile, file: databaseFile(dataDir), limitBytes: limitBytesOf(config) };
  const status = (): StatusAnswer =>
    statusOf({ ...core, ...identity, alerting: core.alerting(), listeners: () => [...server.listeners(), ...beside] });
  const queries = createQueries({
    ...{ engine, views, status, runbooks: listRunbooks() },
    traces: collector.traces,
    spanEdges: createSpanEdges(collector.traces, () => engine.state.watermarkMs, log),
    probes: () => core.prober().answers(),
    alerting: core.alerting,
    rehearsals: () => rehearsalsIn(dataDir),
  });
  const server: RunningServer = await createServer({
    ...{ host: config.listen.host, port: options.port, flagName: '--port', allowedHosts: allowedHosts(options) },
    ...{ webRoot: options.webRoot, version, clock, log, queries },
    extraListeners: extraListeners(options.otlpPort),
    tokens: {
      ingest: config.tokens.ingest,
      read: config.tokens.read ?? null,
      admin: config.tokens.admin ?? null,
    },
    intake: collector.handle,
    onTelemetryRefused: collector.countRefused,
    faro: (request, response) => core.streams.faro.handle(request, response),
    commands: commandsOf(core),
    live: { subscribe: core.subscribe },
    metricsText: () => renderOwnMetrics(ownMetrics(core, status(), clock.nowMs())),
    isReady: () => ({ ready: collector.failure() === null, reason: collector.failure() }),
  });
  return server;
}

function commandsOf({ alerting }: Core): Commands {
  return {
    acknowledge: (id, by) => alerting().acknowledge(id, by),
    addSilence: (request) => alerting().addSilence(request),
    endSilence: (id) => alerting().endSilence(id),
  };
}

/** The name under which people open the console, behind a proxy, is a name of this server too. */
function allowedHosts({ config }: AppOptions): readonly string[] {
  const { allowedHosts } = config.listen;
  return config.publicUrl == null ? allowedHosts : [...allowedHosts, new URL(config.publicUrl).hostname];
}

function extraListeners(otlpPort: number | null) {
  return otlpPort === null ? [] : [{ name: 'OTLP/HTTP', port: otlpPort, required: false, flagName: '--otlp-port' }];
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
