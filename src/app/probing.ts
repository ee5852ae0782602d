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
    day: createDays(collector, clock),
    onRun: (run, state, changed) => {
      record(run, state);
      if (changed) publish({ type: 'probe', id: run.probe, state });
    },
  });
}

const slotMs = 15 * minuteMs;
type Day = readonly ProbeAnswer['day'][number][];

/** The day of each probe, read for all of them once a minute: states are asked for at every tick, slots last a quarter of an hour. */
function createDays(collector: Collector, clock: Clock): (probe: string) => Day {
  let readFor = Number.NaN;
  let days: ReadonlyMap<string, Day> = new Map();
  return (probe) => {
    const nowMs = clock.nowMs();
    const minute = Math.floor(nowMs / minuteMs);
    if (minute !== readFor) {
      days = daysOf(collector, nowMs);
      readFor = minute;
    }
    return days.get(probe) ?? emptyDay(nowMs);
  };
}

/** Runs of the last 24 h of every probe in slots of 15 min, oldest first. */
function daysOf({ reader }: Collector, nowMs: number): ReadonlyMap<string, Day> {
  const own = new Map(
    reader.series().flatMap((series) => {
      const { [label.probe]: probe, [label.outcome]: outcome } = series.labels;
      const isOwn = series.signal === metric.probeResult && probe !== undefined;
      return isOwn ? [[series.id, { probe, isOk: outcome === 'ok' }] as const] : [];
    }),
  );
  const days = new Map([...own.values()].map(({ probe }) => [probe, emptyDay(nowMs)]));
  const firstMs = firstSlotMs(nowMs);
  for (const slice of reader.slices([...own.keys()], firstMs, nowMs)) {
    const series = own.get(slice.seriesId);
    const slot = days.get(series?.probe ?? '')?.[Math.floor((slice.startMs - firstMs) / slotMs)];
    if (series === undefined || slot === undefined) continue;
    if (series.isOk) slot.ok += slice.sum;
    else slot.failed += slice.sum;
  }
  return days;
}

function firstSlotMs(nowMs: number): number {
  return Math.floor(nowMs / slotMs) * slotMs - dayMs + slotMs;
}

function emptyDay(nowMs: number): ProbeAnswer['day'] {
  const firstMs = firstSlotMs(nowMs);
  return Array.from({ length: dayMs / slotMs }, (_, index) => ({
    at: isoTime(firstMs + index * slotMs),
    ok: 0,
    failed: 0,
  }));
}
