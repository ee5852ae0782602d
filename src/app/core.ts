/** The parts that think, without any that listen: collector → engine → alerts, and the probes beside them. */
import { type Alerting, parseAlerts } from '../../alerts/index.ts';
import type { Collector } from '../../collector/index.ts';
import type { Prober } from '../../probes/index.ts';
import type { LiveEvent } from '../contract/index.ts';
import { Engine, Views } from '../engine/index.ts';
import { AppError } from '../kernel/errors.ts';
import { createAppAlerting, evaluateAlerts } from './alerting.ts';
import { contrastStore } from './contrasts.ts';
import { watchDeclared } from './declared.ts';
import { createEvidenceKeeper } from './evidence.ts';
import { instanceIdOf } from './instance-id.ts';
import { type AppOptions, databaseFile } from './options.ts';
import { createProbing } from './probing.ts';
import { buildProfile } from './profile.ts';
import { silentPages } from './silent-pages.ts';
import { openStreams, type Streams } from './streams.ts';

export interface Core {
  readonly collector: Collector;
  readonly engine: Engine;
  readonly views: Views;
  /** @throws UNAVAILABLE before {@link start} */
  readonly alerting: () => Alerting;
  /** The present prober; {@link probe} replaces it. */
  readonly prober: () => Prober;
  /** What pages send, what is read from metrics pages, what goes on to others. */
  readonly streams: Streams;
  /** Runs the probes against the application at `target` from now on; null = only those with addresses of their own. */
  readonly probe: (target: string | null) => Promise<void>;
  readonly subscribe: (listener: (event: LiveEvent) => void) => () => void;
  readonly tick: () => void;
  /** Begins to judge alerts and to send what is due; links in notifications begin with `publicUrl`. */
  readonly start: (publicUrl: string) => void;
  readonly startedMs: number;
  readonly instanceId: string;
  readonly close: () => Promise<void>;
}

/** @throws CONFIG_INVALID, PROFILE_UNKNOWN */
export function wireCore(collector: Collector, options: AppOptions): Core {
  const { config, dataDir, clock, log, random, fetch, version } = options;
  const file = databaseFile(dataDir);
  const startedMs = clock.nowMs();
  const instanceId = instanceIdOf(dataDir, startedMs);
  const listeners = new Set<(event: LiveEvent) => void>();
  const publish = (event: LiveEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const probing = { config, file, collector, clock, random, log, version, publish };
  const streams = openStreams(collector, options, { file, instanceId });
  const engine = createEngine(collector, options, file, streams);
  const views = new Views(engine, { tool: `seamwatch ${version}`, commit: null });
  let prober = createProbing(probing, config.target ?? null);
  const alertsConfig = parseAlerts(config.alerts, 'alerts');
  let alerting: Alerting | null = null;
  const keepEvidence = createEvidenceKeeper(collector, log);
  const tick = (): void => {
    for (const event of engine.tick()) publish(event);
    const probes = prober.answers();
    keepEvidence(views.triggers(), probes);
    if (alerting !== null) evaluateAlerts({ engine, views, collector, alerting, probes, clock, log });
  };
  return {
    ...{ collector, engine, views, streams, tick, startedMs, instanceId },
    alerting: () => alerting ?? starting(),
    start: (publicUrl) => {
      alerting = createAppAlerting({ ...probing, config: alertsConfig, instanceId, publicUrl, fetch });
      alerting.start();
      streams.start();
    },
    prober: () => prober,
    probe: async (target) => {
      await prober.close();
      prober = createProbing(probing, target);
      if (target !== null) for (const origin of originsOf(target)) streams.faro.allowOrigin(origin);
      prober.start();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await Promise.all([prober.close(), streams.close()]);
      await alerting?.close();
    },
  };
}

/** Of the application's pages; a loopback address has two names. */
function originsOf(target: string): readonly string[] {
  const { origin } = new URL(target);
  return [origin, origin.replace('//127.0.0.1:', '//localhost:')];
}

function starting(): never {
  throw new AppError('UNAVAILABLE', 'the instance is still starting; ask again in a second');
}

function createEngine(collector: Collector, options: AppOptions, file: string, streams: Streams): Engine {
  const { config, clock, log } = options;
  return new Engine({
    profile: buildProfile(config, collector.reader.series()),
    reader: collector.reader,
    findTraces: (query) => collector.traces.search(query),
    declared: watchDeclared(options.configPath, options.reloadConfig, log),
    contrasts: contrastStore(file, collector, log),
    silent: silentPages(file, streams.scraper),
    clock,
    timezone: config.timezone,
  });
}
