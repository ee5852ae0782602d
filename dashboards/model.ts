/** What the dashboards are drawn from: the profile's objectives, domains and triggers as plain data. */

import type { CompiledObjective } from '../slo/index.ts';
import type { Domain } from '../src/domains/index.ts';
import { isOnApplicationPage } from '../src/kernel/metric-name.ts';
import type { Matchers } from './promql.ts';

/** One objective; ratios 0..1, times in seconds. */
export interface DashboardObjective {
  readonly id: string;
  readonly sentence: string;
  readonly source: string;
  readonly domain: string | null;
  /** Wanted share of good events. */
  readonly target: number;
  /** The histogram behind a latency objective; null for every other kind and for one that has nothing to measure. */
  readonly latency: DashboardLatency | null;
  /** How fast the budget may burn before someone is told; empty without a burn policy. */
  readonly burnFactors: readonly number[];
}

/** A documented latency: which histogram, and the two documented bounds. */
export interface DashboardLatency {
  readonly signal: string;
  readonly where: Matchers;
  readonly atMostSeconds: number;
  /** The documented alert's own bound, or null when it names none. */
  readonly pageAtMostSeconds: number | null;
}

/** One extraction trigger; `threshold` in `unit`, null when a declared fact decides. */
export interface DashboardTrigger {
  readonly id: string;
  readonly domain: string;
  readonly title: string;
  readonly sentence: string;
  readonly source: string;
  readonly threshold: number | null;
  readonly unit: string;
  /** Share of the threshold below which a day counts as clearing; such as 0.8. */
  readonly clearBelow: number;
  /** The signal as apps send it, where one signal alone is the measure. */
  readonly live: DashboardLive | null;
}

/** `perUnit`: how many of the signal's units one unit of the threshold is, 0.001 for ms of a signal in seconds. */
export interface DashboardLive {
  readonly signal: string;
  readonly where: Matchers;
  /** Quantile of a histogram, or null for a gauge. */
  readonly quantile: number | null;
  readonly perUnit: number;
}

/** Everything that {@link generateDashboards} needs. */
export interface DashboardModel {
  readonly profile: string;
  readonly domains: readonly { readonly id: string; readonly title: string }[];
  readonly objectives: readonly DashboardObjective[];
  readonly triggers: readonly DashboardTrigger[];
}

/** The part of a trigger definition that is drawn. */
export interface TriggerSource {
  readonly id: string;
  readonly domain: string;
  readonly title: string;
  readonly sentence: string;
  readonly source: string;
  readonly unit: string;
  readonly threshold: number | null;
  readonly persistence: { readonly clearBelow: number };
  readonly measure: {
    readonly kind: string;
    readonly signal?: string;
    readonly where?: Matchers;
    readonly quantile?: number;
  };
}

const perUnit: Readonly<Record<string, number>> = { ms: 0.001, GB: 1e9 };

/** The model of one profile. */
export function dashboardModelOf(parts: {
  readonly profile: string;
  readonly domains: readonly Pick<Domain, 'id' | 'title'>[];
  readonly objectives: readonly CompiledObjective[];
  readonly triggers: readonly TriggerSource[];
}): DashboardModel {
  return {
    profile: parts.profile,
    domains: parts.domains.map(({ id, title }) => ({ id, title })),
    objectives: parts.objectives.map(objectiveOf),
    triggers: parts.triggers.map(triggerOf),
  };
}

function objectiveOf(compiled: CompiledObjective): DashboardObjective {
  const { id, definition, domain, target, policy } = compiled;
  return {
    ...{ id, sentence: definition.sentence, source: definition.source, domain, target },
    latency: latencyOf(compiled),
    burnFactors: policy?.pairs.map((pair) => pair.factor) ?? [],
  };
}

function latencyOf(compiled: CompiledObjective): DashboardLatency | null {
  const { kind, selector, goodAtMost, pageAtMost, notApplicable } = compiled;
  const isMeasured =
    selector !== null && notApplicable === null && (selector.source === 'metrics' || selector.source === 'scrape');
  if (kind !== 'latency' || goodAtMost === null || !isMeasured || !isOnApplicationPage(selector.signal)) return null;
  return {
    signal: selector.signal,
    where: selector.where,
    atMostSeconds: goodAtMost,
    pageAtMostSeconds: pageAtMost,
  };
}

function triggerOf(trigger: TriggerSource): DashboardTrigger {
  const { id, domain, title, sentence, source, unit, threshold, persistence } = trigger;
  return {
    id,
    domain,
    title,
    sentence,
    source,
    unit,
    threshold,
    clearBelow: persistence.clearBelow,
    live: liveOf(trigger),
  };
}

function liveOf({ measure, unit }: TriggerSource): DashboardLive | null {
  const { kind, signal, where = {}, quantile = null } = measure;
  if (signal === undefined || (kind !== 'quantile' && kind !== 'gauge')) return null;
  return { signal, where, quantile: kind === 'gauge' ? null : quantile, perUnit: perUnit[unit] ?? 1 };
}
