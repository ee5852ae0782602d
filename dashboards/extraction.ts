/** The extraction board: each documented trigger's value against its threshold. */
import { metric, ownMetric } from '../src/kernel/conventions.ts';
import { prometheusName } from '../src/kernel/metric-name.ts';
import type { DashboardLive, DashboardModel, DashboardTrigger } from './model.ts';
import { domainTitles } from './objective-table.ts';
import { colour, stateMapping, textMapping, triggerStates } from './palette.ts';
import { aggregate, quantile, selector, stateCode } from './promql.ts';
import {
  type DashboardSpec,
  dashboardUid,
  type PanelSpec,
  type RowSpec,
  type TableSpec,
  type ThresholdSpec,
  type TimeseriesSpec,
} from './spec.ts';

const byTrigger = ['domain', 'trigger'] as const;
const codes = triggerStates.map((one) => one.state);

/** One row a trigger below the board. */
export function extractionDashboard(model: DashboardModel): DashboardSpec {
  return {
    uid: dashboardUid.extraction,
    file: 'extraction.json',
    title: 'Seamwatch: extraction board',
    description:
      'Which documented reason to extract a domain holds, how far its value is from its threshold, and for how long.',
    jobsOf: [ownMetric.triggerState, `${prometheusName(metric.requestDuration, 'histogram')}_count`],
    variables: [],
    console: { title: 'Console: extraction', path: '/extraction' },
    rows: [boardRow(model), ...model.triggers.map(triggerRow)],
  };
}

function boardRow(model: DashboardModel): RowSpec {
  return {
    title: 'The board',
    panels: [
      boardTable(model),
      {
        kind: 'states',
        title: 'States over time',
        description: 'The state of each trigger at each moment: where its present colour begins, it has held since.',
        unit: 'short',
        queries: [{ expr: stateCode(ownMetric.triggerState, codes, {}, byTrigger), legend: '{{trigger}} {{domain}}' }],
        mapping: stateMapping(triggerStates),
        width: 10,
        height: 10,
      },
      {
        kind: 'timeseries',
        title: 'Value as a share of the threshold',
        description:
          'The value of the last day that could be judged over the documented threshold. Dashed: 100 %, where a day exceeds, and 80 %, below which it clears.',
        unit: 'percentunit',
        queries: [
          {
            expr: `${aggregate('max', ownMetric.triggerValue, {}, byTrigger)} / (${aggregate('max', ownMetric.triggerThreshold, {}, byTrigger)} > 0)`,
            legend: '{{trigger}} {{domain}}',
          },
        ],
        thresholds: [
          { value: 0.8, colour: colour.clearing },
          { value: 1, colour: colour.breached },
        ],
        reaches: 1,
        width: 24,
        height: 9,
      },
    ],
  };
}

function boardTable(model: DashboardModel): TableSpec {
  const titles = model.triggers.map(({ id, title, unit }) => [id, `${id} · ${title}${unitSaid(unit)}`] as const);
  return {
    kind: 'table',
    title: 'Triggers',
    description:
      'Each trigger in its own unit: the value of the last day that could be judged, the documented threshold, the state, and how much of the time shown that state has held.',
    unit: 'short',
    queries: [
      { expr: stateCode(ownMetric.triggerState, codes, {}, byTrigger), legend: 'state' },
      { expr: aggregate('max', ownMetric.triggerValue, {}, byTrigger), legend: 'value' },
      { expr: aggregate('max', ownMetric.triggerThreshold, {}, byTrigger), legend: 'threshold' },
      { expr: held(), legend: 'held' },
    ],
    columns: [
      { field: 'trigger', title: 'Trigger', mapping: textMapping(Object.fromEntries(titles)) },
      {
        field: 'domain',
        title: 'Domain',
        widthPx: 140,
        mapping: domainTitles(model),
        opens: { uid: dashboardUid.domain, variable: 'domain' },
      },
      { field: 'A', title: 'State', widthPx: 110, mapping: stateMapping(triggerStates) },
      { field: 'B', title: 'Value', widthPx: 90 },
      { field: 'C', title: 'Threshold', widthPx: 90 },
      { field: 'D', title: 'In this state', unit: 's', widthPx: 110 },
    ],
    width: 14,
    height: 10,
  };
}

/** Seconds within the time shown in which a trigger was in the state that it is in now. */
function held(): string {
  const state = selector(ownMetric.triggerState);
  return `max by (domain, trigger) (60 * sum_over_time(${state}[$__range:1m]) and ${state} == 1)`;
}

function triggerRow(trigger: DashboardTrigger): RowSpec {
  const { id, domain, title } = trigger;
  const own = { trigger: id };
  const state: PanelSpec = {
    kind: 'stat',
    title: `${id}: state`,
    description: `“${trigger.sentence}” (${trigger.source}).`,
    unit: 'short',
    queries: [{ expr: stateCode(ownMetric.triggerState, codes, own, byTrigger), legend: '{{trigger}}' }],
    mapping: stateMapping(triggerStates),
    width: 4,
    height: 8,
    link: { title: 'Console: trigger', path: `/extraction/${encodeURIComponent(id)}` },
  };
  if (trigger.threshold === null) return { title: `${id} · ${domain}: ${title}`, panels: [state] };
  const panels = [state, valuePanel(trigger), ...(trigger.live === null ? [] : [livePanel(trigger, trigger.live)])];
  return { title: `${id} · ${domain}: ${title}`, panels };
}

function valuePanel(trigger: DashboardTrigger): PanelSpec {
  return {
    kind: 'timeseries',
    title: `${trigger.id}: judged value`,
    description: `The value of the last day that could be judged, ${trigger.title}. ${linesSaid(trigger)}`,
    unit: grafanaUnit(trigger.unit),
    queries: [{ expr: aggregate('max', ownMetric.triggerValue, { trigger: trigger.id }), legend: 'value' }],
    ...scale(trigger),
    width: 10,
    height: 8,
  };
}

function livePanel(trigger: DashboardTrigger, live: DashboardLive): PanelSpec {
  const raw =
    live.quantile === null
      ? aggregate('sum', prometheusName(live.signal, 'gauge'), live.where)
      : quantile(live.quantile, prometheusName(live.signal, 'histogram'), live.where);
  return {
    kind: 'timeseries',
    title: `${trigger.id}: right now`,
    description: `The same signal as the apps report it at this moment; the trigger judges whole days, not this. ${linesSaid(trigger)}`,
    unit: grafanaUnit(trigger.unit),
    queries: [{ expr: live.perUnit === 1 ? raw : `${raw} / ${live.perUnit}`, legend: 'now' }],
    ...scale(trigger),
    width: 10,
    height: 8,
  };
}

/** Both marks are in sight; a threshold of zero stands for a difference, which may be negative. */
function scale(trigger: DashboardTrigger): Pick<TimeseriesSpec, 'thresholds' | 'reaches' | 'minimum'> {
  const { threshold } = trigger;
  if (threshold === null) return {};
  return { thresholds: lines(trigger), reaches: threshold, minimum: threshold === 0 ? null : 0 };
}

function lines({ threshold, clearBelow }: DashboardTrigger): readonly ThresholdSpec[] {
  if (threshold === null) return [];
  const exceeding = { value: threshold, colour: colour.breached };
  return threshold === 0 ? [exceeding] : [{ value: threshold * clearBelow, colour: colour.clearing }, exceeding];
}

function linesSaid({ threshold, clearBelow, unit, source }: DashboardTrigger): string {
  if (threshold === null) return '';
  const clearing = threshold === 0 ? '' : `, and ${clearBelow * 100} % of it, below which a day clears`;
  return `Dashed: the documented threshold of ${threshold} ${unit} (${source})${clearing}.`;
}

function unitSaid(unit: string): string {
  return unit === 'declared' ? '' : `, in ${unit}`;
}

function grafanaUnit(unit: string): string {
  const known: Readonly<Record<string, string>> = { s: 's', ms: 'ms', bytes: 'decbytes', GB: 'decgbytes' };
  return known[unit] ?? 'short';
}
