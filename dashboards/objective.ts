/** One objective: state, share of good events against the target, budget, burn. */
import { ownMetric } from '../src/kernel/conventions.ts';
import type { DashboardModel } from './model.ts';
import { objectiveTable } from './objective-table.ts';
import { colour, objectiveStates, stateMapping } from './palette.ts';
import { aggregate, labelValues, rate, share, stateCode } from './promql.ts';
import { type DashboardSpec, dashboardUid, type PanelSpec, type RowSpec } from './spec.ts';

const own = { objective: '$objective' };
const good = `sum (${rate(ownMetric.objectiveGood, own)})`;
const events = `sum (${rate(ownMetric.objectiveEvents, own)})`;
const state = stateCode(
  ownMetric.objectiveState,
  objectiveStates.map((one) => one.state),
  own,
  ['objective'],
);

/** Templated by `$objective`. */
export function objectiveDashboard(model: DashboardModel): DashboardSpec {
  return {
    uid: dashboardUid.objective,
    file: 'objective.json',
    title: 'Seamwatch: objective',
    description:
      'One objective: is it met, how much of its error budget is left, how fast does it burn, and since when.',
    jobsOf: [ownMetric.objectiveState],
    variables: [
      {
        name: 'objective',
        label: 'Objective',
        description: 'Id of an objective, as in its YAML',
        query: labelValues(ownMetric.objectiveState, 'objective'),
        initial: model.objectives[0]?.id ?? '',
      },
    ],
    console: { title: 'Console: this objective', path: `/objectives/\${objective:percentencode}` },
    rows: [
      nowRow(model),
      { title: 'How it came to this', panels: [sharePanel(), budgetPanel(), burnPanel(model), eventPanel()] },
    ],
  };
}

function nowRow(model: DashboardModel): RowSpec {
  return {
    title: '$objective, right now',
    panels: [
      {
        kind: 'stat',
        title: 'State',
        description:
          'Met, breached, unknown (not enough fresh data), or not applicable (nothing to measure by design).',
        unit: 'short',
        queries: [{ expr: state, legend: '{{objective}}' }],
        mapping: stateMapping(objectiveStates),
        width: 5,
        height: 5,
      },
      {
        kind: 'stat',
        title: 'Error budget left',
        description:
          'Share of the budget of the first window that is left; below zero it is overspent and the objective is breached.',
        unit: 'percentunit',
        queries: [{ expr: aggregate('min', ownMetric.errorBudgetRemaining, own), legend: 'left' }],
        width: 5,
        height: 5,
      },
      objectiveTable(model, own, { width: 14, height: 5 }),
      {
        kind: 'states',
        title: 'State over time',
        description: 'The state at each moment; a gap means that the control plane said nothing.',
        unit: 'short',
        queries: [{ expr: state, legend: '{{objective}}' }],
        mapping: stateMapping(objectiveStates),
        width: 24,
        height: 4,
      },
    ],
  };
}

function sharePanel(): PanelSpec {
  return {
    kind: 'timeseries',
    title: 'Share of good events',
    description:
      'Good events of all events in each interval, beside the target (dashed); the state is judged over the whole window, not here.',
    unit: 'percentunit',
    minimum: null,
    queries: [
      { expr: share(good, events), legend: 'good' },
      { expr: aggregate('max', ownMetric.objectiveTarget, own), legend: 'target' },
    ],
    dashed: ['target'],
    width: 12,
    height: 9,
  };
}

function budgetPanel(): PanelSpec {
  return {
    kind: 'timeseries',
    title: 'Error budget left',
    description:
      'Share of the budget of the first window that is left. Dashed: zero, below which the objective is breached.',
    unit: 'percentunit',
    minimum: null,
    queries: [{ expr: aggregate('min', ownMetric.errorBudgetRemaining, own), legend: 'left' }],
    thresholds: [{ value: 0, colour: colour.breached }],
    width: 12,
    height: 9,
  };
}

function burnPanel(model: DashboardModel): PanelSpec {
  const factors = [...new Set(model.objectives.flatMap((one) => one.burnFactors))].sort((left, right) => right - left);
  const said = factors.length === 0 ? '' : ` Dashed: ${factors.join(', ')}, from which the burn alerts fire.`;
  return {
    kind: 'timeseries',
    title: 'Burn rate by window',
    description: `How fast the budget is spent; 1 spends exactly all of it over the window.${said}`,
    unit: 'short',
    queries: [{ expr: aggregate('max', ownMetric.burnRate, own, ['window']), legend: '{{window}}' }],
    thresholds: factors.map((value, index) => ({ value, colour: index < 2 ? colour.breached : colour.pending })),
    width: 12,
    height: 9,
  };
}

function eventPanel(): PanelSpec {
  return {
    kind: 'timeseries',
    title: 'Events per second',
    description: 'All events that count for the objective, and the bad ones among them.',
    unit: 'cps',
    queries: [
      { expr: events, legend: 'all' },
      { expr: `${events} - ${good}`, legend: 'bad' },
    ],
    width: 12,
    height: 9,
  };
}
