/** Runs the probes of profile and configuration and hands their results to the collector like anybody's telemetry. */
import type { Collector } from '../../collector/index.ts';
import {
  createProber,
  overlayProbes,
  type ProbeDefinition,
  type ProbeRun,
  type Prober,
  parseProbes,
  readStoredProbes,
  runToOtlp,
} from '../../probes/index.ts';
import type { Config } from '../config.ts';
import type { LiveEvent, ProbeAnswer } from '../contract/index.ts';
import { loadProfile } from '../domains/index.ts';
import { type Clock, isoTime } from '../kernel/clock.ts';
import { label, metric } from '../kernel/conventions.ts';
import { dayMs, minuteMs } from '../kernel/duration.ts';
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { readStored } from './stored.ts';

export interface ProbingParts {
  readonly config: Config;
  readonly file: string;
  readonly collector: Collector;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly version: string;
  readonly publish: (event: LiveEvent) => void;
}

/** The definitions of the profile with those of the configuration in their place or added. @throws CONFIG_INVALID */
export function probesOf(config: Config, target: string | null, where = 'probes'): readonly ProbeDefinition[] {
  const profile = loadProfile(config.profile);
  return overlayProbes(
    parseProbes(profile.probes, `${profile.name}/probes.yaml`, target),
    parseProbes(config.probes, where, target),
  );
}

/** Not started: it has answers (state unknown) and runs nothing. @throws CONFIG_INVALID */
export function createProbing(parts: ProbingParts, target: string | null): Prober {
  const { config, file, collector, clock, random, log, version, publish } = parts;
  const definitions = probesOf(config, target);
  const byId = new Map(definitions.map((one) => [one.id, one]));
  const record = (run: ProbeRun, state: ProbeAnswer['state']): void => {
    const definition = byId.get(run.probe);
    if (definition === undefined) return;
    const { metrics, traces } = runToOtlp(run, definition, state);
    const lost = (reason: string): void => log.warn({ probe: run.probe, reason }, 'a probe run was not kept whole');
    Promise.all([
      collector.receive({ telemetry: 'metrics', source: 'probe', body: metrics }),
      collector.receive({ telemetry: 'traces', body: traces }),
    ])
      .then((received) => received.filter(({ rejected }) => rejected > 0).map(({ reason }) => lost(reason)))
      .catch((error: unknown) => lost(messageOf(error)));
  };
  return createProber({
    ...{ definitions, clock, random, log, version },
    store: {
      read: () => readStored(file, readStoredProbes),
      save: (statements) => collector.write(statements),
    },
    day: (probe) => dayOf(collector, probe, clock.nowMs()),
    onRun: (run, state, changed) => {
      record(run, state);
      if (changed) publish({ type: 'probe', id: run.probe, state });
    },
  });
}

const slotMs = 15 * minuteMs;

/** Runs of the last 24 h in slots of 15 min, oldest first. */
function dayOf({ reader }: Collector, probe: string, nowMs: number): readonly ProbeAnswer['day'][number][] {
  const lastMs = Math.floor(nowMs / slotMs) * slotMs;
  const firstMs = lastMs - dayMs + slotMs;
  const slots = Array.from({ length: dayMs / slotMs }, (_, index) => ({
    at: isoTime(firstMs + index * slotMs),
    ok: 0,
    failed: 0,
  }));
  const isOk = new Map(
    reader.series().flatMap((series) => {
      const own = series.signal === metric.probeResult && series.labels[label.probe] === probe;
      return own ? [[series.id, series.labels[label.outcome] === 'ok'] as const] : [];
    }),
  );
  for (const slice of reader.slices([...isOk.keys()], firstMs, nowMs)) {
    const slot = slots[Math.floor((slice.startMs - firstMs) / slotMs)];
    if (slot === undefined) continue;
    if (isOk.get(slice.seriesId) === true) slot.ok += slice.sum;
    else slot.failed += slice.sum;
  }
  return slots;
}
