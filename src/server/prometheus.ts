/** The own Prometheus page: objectives, triggers, intake and tick as text format 0.0.4. Pure. */
import type { ObjectiveAnswer, StatusAnswer, TriggerAnswer } from '../contract/index.ts';
import { ownMetric } from '../kernel/conventions.ts';

/** Events of one objective since the process began to count; neither number ever goes back. */
export interface ObjectiveCounter {
  readonly objective: string;
  /** Null for an objective of all domains. */
  readonly domain: string | null;
  readonly good: number;
  readonly events: number;
}

/** What the page is made of. */
export interface OwnMetrics {
  readonly objectives: readonly Pick<ObjectiveAnswer, 'id' | 'domain' | 'state' | 'budgetRemaining' | 'burn'>[];
  /** Not the counts of a window, which shrink: monotonic ones. */
  readonly objectiveCounters: readonly ObjectiveCounter[];
  readonly triggers: readonly Pick<TriggerAnswer, 'id' | 'domain' | 'state' | 'value'>[];
  readonly intake: Pick<StatusAnswer['intake'], 'spans' | 'points' | 'bytes' | 'rejected'>;
  readonly seriesCount: number;
  /** Unix ms; null before the first data. */
  readonly watermarkMs: number | null;
  /** Duration of the last tick; null before the first. */
  readonly tickMs: number | null;
}

type Labels = Readonly<Record<string, string>>;
/** Null is not known and is left out: a missing sample is honest, a zero is not. */
type Sample = readonly [Labels, number | null];

const objectiveStates: readonly ObjectiveAnswer['state'][] = ['met', 'breached', 'unknown', 'notApplicable'];
const triggerStates: readonly TriggerAnswer['state'][] = ['clear', 'pending', 'fired', 'clearing', 'unknown'];

/** The page, ending in a newline; families without a sample are left out. */
export function renderOwnMetrics(metrics: OwnMetrics): string {
  return [...objectiveFamilies(metrics), ...triggerFamilies(metrics), ...selfFamilies(metrics)].join('');
}

function objectiveFamilies({ objectives, objectiveCounters }: OwnMetrics): string[] {
  const of = (one: { id: string; domain: string | null }): Labels => ({ objective: one.id, domain: one.domain ?? '' });
  const counted = (one: ObjectiveCounter): Labels => of({ id: one.objective, domain: one.domain });
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
    family(
      ownMetric.objectiveState,
      'gauge',
      'State of an objective: 1 for the one it is in.',
      objectives.flatMap((one) => oneHot({ objective: one.id }, objectiveStates, one.state)),
    ),
    family(
      ownMetric.errorBudgetRemaining,
      'gauge',
      'Share of the error budget that is left in the first window; negative when overspent.',
      objectives.map((one) => [of(one), one.budgetRemaining]),
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
  ];
}

function selfFamilies({ intake, seriesCount, watermarkMs, tickMs }: OwnMetrics): string[] {
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  const rejected = intake.rejected.map(({ reason, count }): Sample => [{ reason }, count]);
  return [
    family(ownMetric.intakeSpans, 'counter', 'Spans taken in.', [[{}, intake.spans]]),
    family(ownMetric.intakePoints, 'counter', 'Metric points taken in.', [[{}, intake.points]]),
    family(ownMetric.intakeBytes, 'counter', 'Bytes of telemetry taken in.', [[{}, intake.bytes]]),
    family(ownMetric.intakeRejected, 'counter', 'Records refused, by reason.', rejected),
    family(ownMetric.seriesCount, 'gauge', 'Series stored.', [[{}, seriesCount]]),
    family(ownMetric.watermarkSeconds, 'gauge', 'Unix time up to which the numbers are complete.', [
      [{}, seconds(watermarkMs)],
    ]),
    family(ownMetric.tickDuration, 'gauge', 'How long the last evaluation took.', [[{}, seconds(tickMs)]]),
  ];
}

function oneHot<State extends string>(labels: Labels, states: readonly State[], current: State): Sample[] {
  return states.map((state): Sample => [{ ...labels, state }, state === current ? 1 : 0]);
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const lines = samples.flatMap(([labels, value]) =>
    value === null ? [] : [`${name}${labelText(labels)} ${value}\n`],
  );
  return lines.length === 0 ? '' : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, double quote and line feed, as the text format asks. */
function escapeLabel(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
}
