/** The own Prometheus page: objectives, triggers, intake and tick as text format 0.0.4. Pure. */
import type { AlertAnswer, ObjectiveAnswer, ProbeAnswer, StatusAnswer, TriggerAnswer } from '../contract/index.ts';
import { ownMetric } from '../kernel/conventions.ts';
import { type IntakeMetrics, intakeFamilies, streamFamilies } from './prometheus-intake.ts';
import { family, type Labels, oneHot, type Sample } from './prometheus-text.ts';

/** Events of one objective since the process began to count; neither number ever goes back. */
export interface ObjectiveCounter {
  readonly objective: string;
  /** Null for an objective of all domains. */
  readonly domain: string | null;
  readonly good: number;
  readonly events: number;
}

/** What the page is made of. */
export interface OwnMetrics extends IntakeMetrics {
  /** Unix ms. */
  readonly nowMs: number;
  readonly objectives: readonly Pick<
    ObjectiveAnswer,
    'id' | 'domain' | 'state' | 'target' | 'budgetRemaining' | 'burn'
  >[];
  /** Not the counts of a window, which shrink: monotonic ones. */
  readonly objectiveCounters: readonly ObjectiveCounter[];
  readonly triggers: readonly Pick<TriggerAnswer, 'id' | 'domain' | 'state' | 'value' | 'threshold'>[];
  readonly probes: readonly Pick<ProbeAnswer, 'id' | 'domain' | 'state' | 'durationMs'>[];
  readonly alerts: readonly Pick<AlertAnswer, 'severity' | 'state'>[];
  readonly sinks: readonly Pick<StatusAnswer['sinks'][number], 'id' | 'queued'>[];
  /** Messages to sinks since the process started. */
  readonly notifications: readonly { readonly sink: string; readonly outcome: string; readonly count: number }[];
  readonly memoryBytes: number;
  readonly seriesCount: number;
  /** Unix ms; null before the first data. */
  readonly watermarkMs: number | null;
  /** Duration of the last tick; null before the first. */
  readonly tickMs: number | null;
}

const objectiveStates: readonly ObjectiveAnswer['state'][] = ['met', 'breached', 'unknown', 'notApplicable'];
const triggerStates: readonly TriggerAnswer['state'][] = ['clear', 'pending', 'fired', 'clearing', 'unknown'];

/** The page, ending in a newline; families without a sample are left out. */
export function renderOwnMetrics(metrics: OwnMetrics): string {
  return [
    ...objectiveFamilies(metrics),
    ...triggerFamilies(metrics),
    ...probeFamilies(metrics),
    ...alertFamilies(metrics),
    ...streamFamilies(metrics, metrics.nowMs),
    ...intakeFamilies(metrics),
    ...selfFamilies(metrics),
  ].join('');
}

function objectiveFamilies({ objectives, objectiveCounters }: OwnMetrics): string[] {
  const counted = (one: ObjectiveCounter): Labels => labelsOf({ id: one.objective, domain: one.domain });
  return [
    family(
      ownMetric.objectiveGood,
      'counter',
      'Good events of an objective since the process started.',
      objectiveCounters.map((one) => [counted(one), one.good]),
    ),
    family(
      ownMetric.objectiveEvents,
      'counter',
      'All events of an objective since the process started.',
      objectiveCounters.map((one) => [counted(one), one.events]),
    ),
    ...objectiveStateFamilies(objectives),
  ];
}

function labelsOf(one: { readonly id: string; readonly domain: string | null }): Labels {
  return { objective: one.id, domain: one.domain ?? '' };
}

function objectiveStateFamilies(objectives: OwnMetrics['objectives']): string[] {
  return [
    family(
      ownMetric.objectiveState,
      'gauge',
      'State of an objective: 1 for the one it is in.',
      objectives.flatMap((one) => oneHot({ objective: one.id }, objectiveStates, one.state)),
    ),
    family(
      ownMetric.objectiveTarget,
      'gauge',
      'Share of good events that an objective promises.',
      objectives.map((one) => [labelsOf(one), one.target]),
    ),
    family(
      ownMetric.errorBudgetRemaining,
      'gauge',
      'Share of the error budget that is left in the first window; negative when overspent.',
      objectives.map((one) => [labelsOf(one), one.budgetRemaining]),
    ),
    family(
      ownMetric.burnRate,
      'gauge',
      'How fast the error budget burns; 1 spends exactly the budget over the window.',
      objectives.flatMap((one) =>
        one.burn.map((burn): Sample => [{ objective: one.id, window: burn.window }, burn.rate]),
      ),
    ),
  ];
}

function triggerFamilies({ triggers }: OwnMetrics): string[] {
  const of = (one: { id: string; domain: string }): Labels => ({ domain: one.domain, trigger: one.id });
  return [
    family(
      ownMetric.triggerState,
      'gauge',
      'State of an extraction trigger: 1 for the one it is in.',
      triggers.flatMap((one) => oneHot(of(one), triggerStates, one.state)),
    ),
    family(
      ownMetric.triggerValue,
      'gauge',
      'Value of an extraction trigger on the last day that could be judged, in its own unit.',
      triggers.map((one) => [of(one), one.value]),
    ),
    family(
      ownMetric.triggerThreshold,
      'gauge',
      'Documented threshold of an extraction trigger, in its own unit.',
      triggers.map((one) => [of(one), one.threshold]),
    ),
  ];
}

function probeFamilies({ probes }: OwnMetrics): string[] {
  const of = (one: { id: string; domain: string | null }): Labels => ({ probe: one.id, domain: one.domain ?? '' });
  const success = { up: 1, down: 0, unknown: null } as const;
  return [
    family(
      ownMetric.probeSuccess,
      'gauge',
      'State of a probe as confirmed by its last runs: 1 up, 0 down; absent while unknown.',
      probes.map((one) => [of(one), success[one.state]]),
    ),
    family(
      ownMetric.probeDuration,
      'gauge',
      'Duration of the last run of a probe.',
      probes.map((one) => [of(one), secondsOf(one.durationMs)]),
    ),
  ];
}

function alertFamilies({ alerts, sinks, notifications }: OwnMetrics): string[] {
  const severities: readonly AlertAnswer['severity'][] = ['page', 'ticket', 'info'];
  const states: readonly AlertAnswer['state'][] = ['pending', 'firing', 'acknowledged'];
  const count = (severity: string, state: string): number =>
    alerts.filter((one) => one.severity === severity && one.state === state).length;
  return [
    family(
      ownMetric.alerts,
      'gauge',
      'Open alerts by severity and state.',
      severities.flatMap((severity) => states.map((state): Sample => [{ severity, state }, count(severity, state)])),
    ),
    family(
      ownMetric.notificationsQueued,
      'gauge',
      'Messages that wait for a sink.',
      sinks.map((one) => [{ sink: one.id }, one.queued]),
    ),
    family(
      ownMetric.notifications,
      'counter',
      'Messages to a sink since the process started, by what became of them.',
      notifications.map((one) => [{ sink: one.sink, outcome: one.outcome }, one.count]),
    ),
  ];
}

function selfFamilies({ seriesCount, watermarkMs, tickMs, memoryBytes }: OwnMetrics): string[] {
  return [
    family(ownMetric.memoryBytes, 'gauge', 'Resident memory of the control plane.', [[{}, memoryBytes]]),
    family(ownMetric.seriesCount, 'gauge', 'Series stored.', [[{}, seriesCount]]),
    family(ownMetric.watermarkSeconds, 'gauge', 'Unix time up to which the numbers are complete.', [
      [{}, secondsOf(watermarkMs)],
    ]),
    family(ownMetric.tickDuration, 'gauge', 'How long the last evaluation took.', [[{}, secondsOf(tickMs)]]),
  ];
}

function secondsOf(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
