/** Connects what the engine judges with who is told: one evaluation a tick, and the watcher's checks on itself. */
import { type Alerting, type AlertsConfig, createAlerting, readStoredAlerts } from '../../alerts/index.ts';
import type { Collector } from '../../collector/index.ts';
import type { LiveEvent, ProbeAnswer } from '../contract/index.ts';
import { alertSignals, type Engine, freshnessAt, type SelfCheck, type Views } from '../engine/index.ts';
import type { Clock } from '../kernel/clock.ts';
import { formatDurationMs, minuteMs } from '../kernel/duration.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { readStored } from './stored.ts';

export interface AlertingParts {
  readonly config: AlertsConfig;
  readonly file: string;
  readonly instanceId: string;
  /** Where links begin. */
  readonly publicUrl: string;
  readonly version: string;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly fetch: typeof globalThis.fetch;
  readonly publish: (event: LiveEvent) => void;
}

/** Not started. */
export function createAppAlerting(parts: AlertingParts): Alerting {
  const { file, collector, publish, ...rest } = parts;
  return createAlerting({
    ...rest,
    store: {
      read: () => readStored(file, readStoredAlerts),
      save: (statements) => collector.write(statements),
    },
    onChange: ({ id, state }) => publish({ type: 'alert', id, state }),
  });
}

/** What an evaluation looks at. */
export interface Watched {
  readonly engine: Engine;
  readonly views: Views;
  readonly collector: Collector;
  readonly alerting: Alerting;
  readonly probes: readonly ProbeAnswer[];
  readonly clock: Clock;
  readonly log: Log;
}

/** One evaluation of everything at the newest watermark; a failure is logged, the next tick tries again. */
export function evaluateAlerts(watched: Watched): void {
  const { engine, views, alerting, probes, clock, log } = watched;
  const signals = alertSignals({
    entries: engine.books.objectives.entries,
    evaluations: engine.state.evaluations,
    watermarkMs: engine.state.watermarkMs,
    triggers: views.triggers(),
    probes,
    checks: selfChecks(watched),
  });
  alerting
    .evaluate(signals, clock.nowMs())
    .catch((error: unknown) => log.error({ reason: messageOf(error) }, 'alerts could not be judged'));
}

/** Without a point for this long the watcher is blind. */
const silenceMs = 2 * minuteMs;

/** Can it still store, does anything arrive, can it still tell somebody. */
export function selfChecks({ engine, collector, alerting }: Watched): readonly SelfCheck[] {
  const failure = collector.failure();
  const crowded = collector.crowded();
  const lastMs = newestPointMs(engine);
  const ageMs = lastMs === null ? null : engine.nowMs() - lastMs;
  return [
    {
      id: 'storage',
      condition: failure === null ? 'ok' : 'firing',
      ...{ severity: 'page', forMs: 0, summary: 'Seamwatch can not store telemetry' },
      reason: failure ?? 'everything that arrives is stored',
    },
    {
      id: 'no-telemetry',
      condition: ageMs === null ? 'unknown' : ageMs > silenceMs ? 'firing' : 'ok',
      ...{ severity: 'page', forMs: 3 * minuteMs, summary: 'No telemetry arrives: every objective is blind' },
      reason:
        ageMs === null
          ? 'nothing has ever arrived'
          : `the newest point is ${formatDurationMs(Math.round(Math.max(0, ageMs) / 1_000) * 1_000)} old`,
    },
    {
      id: 'disk-limit',
      condition: crowded === null ? 'ok' : 'firing',
      ...{ severity: 'ticket', forMs: 5 * minuteMs, summary: 'Slices leave no room for traces and logs' },
      reason: crowded ?? 'spans and log records have room',
    },
    ...alerting.sinks().map(
      (sink): SelfCheck => ({
        id: `sink-${sink.id}`,
        condition: sink.state === 'failing' ? 'firing' : sink.state,
        ...{ severity: 'ticket', forMs: 5 * minuteMs, summary: `Messages do not reach the sink ${sink.id}` },
        reason: sink.reason ?? `${sink.queued} messages wait`,
      }),
    ),
  ];
}

/** Newest point of what users' traffic is judged by; probes are our own and say nothing about it. */
function newestPointMs(engine: Engine): number | null {
  const freshness = freshnessAt(engine.options.reader, engine.nowMs());
  const points = engine.books.objectives
    .sources()
    .filter(({ source }) => source !== 'probe')
    .map(({ signal, source }) => freshness(signal, source)?.lastPointMs ?? 0);
  return Math.max(0, ...points) || null;
}
