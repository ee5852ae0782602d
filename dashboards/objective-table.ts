/** The table of objectives: the documented sentence, the state, what is left of the budget, how fast it burns. */
import { ownMetric } from '../src/kernel/conventions.ts';
import type { DashboardModel } from './model.ts';
import { objectiveStates, stateMapping, textMapping } from './palette.ts';
import { aggregate, type Matchers, stateCode } from './promql.ts';
import { dashboardUid, type TableSpec } from './spec.ts';

/** Those of one domain with `{ domain: '$domain' }`, all without. */
export function objectiveTable(
  model: DashboardModel,
  where: Matchers,
  size: { readonly width: number; readonly height: number },
): TableSpec {
  const sentences = model.objectives.map(({ id, sentence, source, domain }) => {
    const of = id.includes(':') && domain !== null ? ` (${domain})` : '';
    return [id, `${sentence}${of} · ${source}`] as const;
  });
  return {
    kind: 'table',
    title: 'Objectives and their budgets',
    description:
      'Every documented objective: its state, its target, the share of its error budget that is left (below zero is overspent), and how fast the last hour burns it (1 spends exactly the budget over the window).',
    unit: 'short',
    queries: [
      { expr: objectiveState(where), legend: 'state' },
      { expr: withDomain(byObjective(ownMetric.objectiveTarget), where), legend: 'target' },
      { expr: withDomain(byObjective(ownMetric.errorBudgetRemaining), where), legend: 'budget' },
      { expr: withDomain(byObjective(ownMetric.burnRate, { window: '1h' }), where), legend: 'burn' },
    ],
    columns: [
      {
        field: 'objective',
        title: 'Objective',
        mapping: textMapping(Object.fromEntries(sentences)),
        opens: { uid: dashboardUid.objective, variable: 'objective' },
      },
      {
        field: 'domain',
        title: 'Domain',
        widthPx: 130,
        mapping: domainTitles(model),
        opens: { uid: dashboardUid.domain, variable: 'domain' },
      },
      { field: 'A', title: 'State', mapping: stateMapping(objectiveStates), widthPx: 130 },
      { field: 'B', title: 'Target', unit: 'percentunit', widthPx: 90 },
      { field: 'C', title: 'Budget left', unit: 'percentunit', widthPx: 110 },
      { field: 'D', title: 'Burn, 1 h', unit: 'short', widthPx: 90 },
    ],
    ...size,
  };
}

/** The state's code by objective and domain. */
export function objectiveState(where: Matchers): string {
  const states = objectiveStates.map((one) => one.state);
  return withDomain(stateCode(ownMetric.objectiveState, states, {}, ['objective']), where);
}

/** Id → title, for a column or a legend. */
export function domainTitles(model: DashboardModel): ReturnType<typeof textMapping> {
  return textMapping(Object.fromEntries(model.domains.map(({ id, title }) => [id, title])));
}

function byObjective(name: string, where: Matchers = {}): string {
  return aggregate('max', name, where, ['objective']);
}

/** Adds the domain to series that may carry the objective alone: the family of events has both. */
function withDomain(expr: string, where: Matchers): string {
  const events = aggregate('max', ownMetric.objectiveEvents, where, ['objective', 'domain']);
  return `${expr} * on (objective) group_right () (${events} * 0 + 1)`;
}
