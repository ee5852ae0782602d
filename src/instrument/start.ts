/** Starts and stops the library in an app. */
import { type Clock, systemClock } from '../kernel/clock.ts';
import { attribute, defaultPort, durationBoundsSeconds } from '../kernel/conventions.ts';
import { messageOf } from '../kernel/errors.ts';
import { uuidv7 } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { repeat, sleep } from '../kernel/schedule.ts';
import { Registry } from './cells.ts';
import { connectTracing } from './connect-tracing.ts';
import { type Fetch, propagatingFetch } from './fetch.ts';
import { logQueue } from './log-queue.ts';
import { createLogsExport } from './logs-export.ts';
import { createLosses, type Dropped, type Losses } from './losses.ts';
import { exportMetrics, type MetricsExportOptions } from './metrics-export.ts';
import { type MetricsPage, renderMetricsPage } from './metrics-page.ts';
import { type Runtime, runtime, setRuntime, type Tracing } from './runtime.ts';
import { watchProcess } from './runtime-signals.ts';
import { thresholdOf } from './trace-context.ts';
import { createTransport, type Transport } from './transport.ts';

export type { Dropped } from './losses.ts';

/** Every default is in the field's comment. */
export interface StartOptions {
  readonly serviceName: string;
  /** OTLP/HTTP base, default http://127.0.0.1:4600; null = no export. */
  readonly endpoint?: string | null;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Metrics, default 10_000; spans and log lines leave at most every 1_000 ms. */
  readonly exportIntervalMs?: number;
  /** 0..1, default 1: consistent head sampling. */
  readonly sampleRatio?: number;
  /** More histogram bounds in seconds, merged with the documented ones. */
  readonly bounds?: readonly number[];
  readonly resource?: Readonly<Record<string, string | boolean>>;
  /** Hosts (`host` or `host:port`) that correlation headers may leave for; default: loopback only. */
  readonly propagateTo?: readonly string[];
  readonly log?: Log;
}

/** The running library. */
export interface Instrumentation {
  /** The Prometheus page; `openMetrics` adds exemplars. */
  readonly metricsPage: (options?: { readonly openMetrics?: boolean }) => Promise<MetricsPage>;
  /** Pushes spans, log lines and metrics now; resolves when the collector has answered or is given up. */
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
  readonly dropped: () => Dropped;
  /** Sends correlation and trace headers to the hosts of `propagateTo`. */
  readonly fetch: Fetch;
}

const defaultExportIntervalMs = 10_000;
const logsIntervalMs = 1_000;
/** The longest that each half of a shutdown waits. */
const shutdownMs = 3_000;
const loopback = ['127.0.0.1', 'localhost', '[::1]'] as const;
const quiet: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

let running: Promise<Instrumentation> | null = null;

/** Starts counting, and tracing where @opentelemetry/api is installed. A second start returns the running instance. */
export function start(options: StartOptions): Promise<Instrumentation> {
  if (running !== null) {
    options.log?.warn({ service: options.serviceName }, 'the library is started already; this start is ignored');
    return running;
  }
  running = launch(options, systemClock);
  return running;
}

/** Flushes and stops the started instance; does nothing when there is none. */
export async function shutdown(): Promise<void> {
  await (await running)?.shutdown();
}

async function launch(options: StartOptions, clock: Clock): Promise<Instrumentation> {
  const log = options.log ?? quiet;
  const startMs = clock.nowMs();
  const resource = {
    ...options.resource,
    [attribute.serviceName]: options.serviceName,
    [attribute.serviceInstanceId]: uuidv7(startMs),
  };
  const registry = new Registry(mergedBounds(options.bounds), (name) =>
    log.warn({ name }, 'a metric name is used as two kinds; the second use is not recorded'),
  );
  const losses = createLosses(registry);
  const transport = openTransport(options, log);
  const sampleRatio = options.sampleRatio ?? 1;
  const tracing = await connectTracing({ resource, sampleRatio, transport, losses, log });
  const next: Runtime = {
    clock,
    log,
    registry,
    tracing: tracing?.tracing ?? null,
    sampling: samplingOf(sampleRatio, tracing?.isForeign ?? false),
    propagateTo: options.propagateTo ?? loopback,
  };
  setRuntime(next);
  return assemble(next, { startMs, resource, transport, losses, intervalMs: options.exportIntervalMs });
}

interface LaunchParts {
  readonly startMs: number;
  readonly resource: Readonly<Record<string, string | boolean>>;
  readonly transport: Transport | null;
  readonly losses: Losses;
  readonly intervalMs: number | undefined;
}

function assemble(started: Runtime, parts: LaunchParts): Instrumentation {
  const { registry, clock, log, tracing } = started;
  const { transport, losses, startMs, resource } = parts;
  const suppressed = tracing?.suppressed ?? (<T>(work: () => T): T => work());
  const metrics: MetricsExportOptions | null =
    transport === null ? null : { registry, transport, losses, clock, startMs, resource, suppressed };
  const failed = (error: unknown): void => log.warn({ error: messageOf(error) }, 'an export failed');
  const exportNow = async (): Promise<void> => {
    if (metrics !== null) await exportMetrics(metrics).catch(failed);
  };
  const sendLogs = createLogsExport({ queue: logQueue, transport, losses, clock, resource, suppressed });
  const schedules = [
    repeat(logsIntervalMs, sendLogs, failed),
    watchProcess(registry, clock, failed),
    repeat(parts.intervalMs ?? defaultExportIntervalMs, exportNow, failed),
  ];
  const flush = async (): Promise<void> => {
    await (tracing?.flush() ?? Promise.resolve()).catch(failed);
    await sendLogs().catch(failed);
    await exportNow();
  };
  return {
    metricsPage: (page) => renderMetricsPage(registry, page?.openMetrics ?? false),
    flush,
    shutdown: async () => {
      if (runtime !== started) return;
      setRuntime(null);
      running = null;
      const stop = async (): Promise<void> => {
        await Promise.all(schedules.map((schedule) => schedule.close()));
        await flush();
      };
      await withinMs(shutdownMs, stop());
      await withinMs(shutdownMs, stopTracing(tracing, failed));
      transport?.close();
    },
    dropped: losses.read,
    fetch: propagatingFetch(globalThis.fetch),
  };
}

/** A collector that does not answer must not keep the app from ending. */
async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([work, sleep(ms, waiting.signal)]);
  waiting.abort();
}

async function stopTracing(tracing: Tracing | null, failed: (error: unknown) => void): Promise<void> {
  await (tracing?.shutdown() ?? Promise.resolve()).catch(failed);
}

/** The app must run even when its observability is misconfigured: an unusable address is a warning, not a crash. */
function openTransport(options: StartOptions, log: Log): Transport | null {
  const endpoint = options.endpoint === undefined ? `http://127.0.0.1:${defaultPort.console}` : options.endpoint;
  if (endpoint === null) return null;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    log.warn({ endpoint }, 'the endpoint is not an http(s) address, nothing is exported; write http://host:port');
    return null;
  }
  return createTransport(endpoint, options.token ?? null);
}

function mergedBounds(own: readonly number[] | undefined): number[] {
  const usable = (own ?? []).filter((bound) => Number.isFinite(bound) && bound > 0);
  return [...new Set([...durationBoundsSeconds, ...usable])].sort((left, right) => left - right);
}

function samplingOf(ratio: number, isForeign: boolean): Runtime['sampling'] {
  if (isForeign) return { kind: 'foreign' };
  if (ratio >= 1) return { kind: 'all' };
  return ratio > 0 ? { kind: 'ratio', threshold: thresholdOf(ratio) } : { kind: 'none' };
}
