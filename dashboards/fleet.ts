/** Fleet overview: is anything broken, where is the traffic, what do the documents promise. */
import { entryValue, label, ownMetric } from '../src/kernel/conventions.ts';
import { latencyLines, latencyPanel, linesSaid } from './latency-panel.ts';
import { familyOf } from './metric-names.ts';
import type { DashboardModel, DashboardObjective } from './model.ts';
import { objectiveTable } from './objective-table.ts';
import { colour, objectiveStates, stateMapping } from './palette.ts';
import { aggregate, outcomeShare, quantile, selector, stateCode, sumRate } from './promql.ts';
import { type DashboardSpec, dashboardUid, type PanelSpec, type RowSpec, type StatSpec } from './spec.ts';

const users = { [label.entry]: entryValue.request };
const third = { kind: 'timeseries', width: 8, height: 8 } as const;

/** The first page to open. */
export function fleetDashboard(model: DashboardModel): DashboardSpec {
  return {
    uid: dashboardUid.fleet,
    file: 'fleet.json',
    title: 'Seamwatch: fleet overview',
    description: 'Which promises are kept, which are broken, and where the traffic and the shared load come from.',
    jobsOf: [ownMetric.watermarkSeconds, `${familyOf('requestDuration')}_count`],
    variables: [],
    console: { title: 'Console: overview', path: '/' },
    rows: [nowRow(), objectivesRow(model), trafficRow(model), documentedRow(model), sharedRow()],
  };
}

function nowRow(): RowSpec {
  const objectives = (state: string): string => aggregate('sum', ownMetric.objectiveState, { state });
  return {
    title: 'Right now',
    panels: [
      number('Objectives breached', 'Objectives whose window has spent more than its error budget.', {
        expr: objectives('breached'),
        alarmFrom: 1,
      }),
      number('Objectives unknown', 'Objectives without enough fresh data to judge; unknown is not a pass.', {
        expr: objectives('unknown'),
      }),
      number('Objectives met', 'Objectives whose window is inside its error budget.', { expr: objectives('met') }),
      number('Triggers fired', 'Documented extraction triggers that have held for long enough.', {
        expr: aggregate('sum', ownMetric.triggerState, { state: 'fired' }),
        alarmFrom: 1,
      }),
      number('Alerts firing', 'Alerts of any severity that fire now and that nobody has acknowledged.', {
        expr: aggregate('sum', ownMetric.alerts, { state: 'firing' }),
        alarmFrom: 1,
      }),
      number(
        'Age of the numbers',
        'Seconds since the moment up to which the numbers are complete; 20 to 30 s is normal.',
        {
          expr: `time() - max (${selector(ownMetric.watermarkSeconds)})`,
          unit: 's',
          alarmFrom: 60,
        },
      ),
    ],
  };
}

function number(
  title: string,
  description: string,
  query: { readonly expr: string; readonly unit?: string; readonly alarmFrom?: number },
): StatSpec {
  const { expr, unit = 'short', alarmFrom } = query;
  return {
    kind: 'stat',
    title,
    description,
    unit,
    queries: [{ expr, legend: title }],
    ...(alarmFrom === undefined ? {} : { thresholds: [{ value: alarmFrom, colour: colour.breached }] }),
    width: 4,
    height: 4,
  };
}

function objectivesRow(model: DashboardModel): RowSpec {
  return {
    title: 'Objectives',
    panels: [
      objectiveTable(model, {}, { width: 14, height: 14 }),
      {
        kind: 'states',
        title: 'States over time',
        description: 'The state of each objective at each moment; a gap means that the control plane said nothing.',
        unit: 'short',
        queries: [
          {
            expr: stateCode(
              ownMetric.objectiveState,
              objectiveStates.map((one) => one.state),
              {},
              ['objective'],
            ),
            legend: '{{objective}}',
          },
        ],
        mapping: stateMapping(objectiveStates),
        width: 10,
        height: 14,
      },
    ],
  };
}

function trafficRow(model: DashboardModel): RowSpec {
  const requests = familyOf('requestDuration');
  const api = model.objectives.find(isOfEveryRequest);
  const frame = { width: 8, height: 9, link: { title: 'Console: domains', path: '/domains' } } as const;
  return {
    title: 'Requests of users, by domain',
    panels: [
      {
        ...frame,
        kind: 'timeseries',
        title: 'Requests per second',
        description: 'Requests from outside, probes left out, by the domain that answers them.',
        unit: 'reqps',
        isStacked: true,
        queries: [{ expr: sumRate(`${requests}_count`, users, [label.domain]), legend: '{{domain}}' }],
      },
      {
        ...frame,
        kind: 'timeseries',
        title: 'Share of failed requests',
        description:
          'Answers of 500 and above and thrown errors, of all requests of a domain; a refused request (4xx) is no failure.',
        unit: 'percentunit',
        queries: [{ expr: outcomeShare(requests, 'error', users, [label.domain]), legend: '{{domain}}' }],
      },
      {
        ...frame,
        kind: 'timeseries',
        title: 'p95 of the time to answer',
        description:
          `The time within which 95 % of a domain's requests are answered. ${api?.latency ? linesSaid(api.latency, api.source) : ''}`.trim(),
        unit: 's',
        queries: [{ expr: quantile(0.95, requests, users, [label.domain]), legend: '{{domain}}' }],
        ...(api?.latency ? { thresholds: latencyLines(api.latency) } : {}),
      },
    ],
  };
}

/** The objective over every user's request, whatever its domain: its bounds hold for each domain's picture. */
export function isOfEveryRequest({ latency }: DashboardObjective): boolean {
  if (latency === null) return false;
  return Object.entries(latency.where).every(([key, value]) => key === label.entry && value === entryValue.request);
}

function documentedRow(model: DashboardModel): RowSpec {
  const panels = model.objectives.flatMap((objective): PanelSpec[] => {
    const { id, latency, sentence, source, target } = objective;
    if (latency === null) return [];
    const frame = { title: id, sentence, source, target, width: 6, height: 8 };
    const path = `/objectives/${encodeURIComponent(id)}`;
    return [{ ...latencyPanel(latency, frame), link: { title: 'Console: objective', path } }];
  });
  return { title: 'What the documents promise, in time', panels };
}

function sharedRow(): RowSpec {
  return { title: 'What the domains share', panels: [...resourcePanels(), ...busPanels()] };
}

function resourcePanels(): readonly PanelSpec[] {
  return [
    {
      ...third,
      title: 'Processor time',
      description: 'Seconds of processor time a second, by domain; “unattributed” is what no domain call covers.',
      unit: 'percentunit',
      queries: [{ expr: sumRate(familyOf('cpuMs'), {}, [label.domain]), legend: '{{domain}}' }],
    },
    {
      ...third,
      title: 'Blocked event loop',
      description:
        'How long the one thread that answers everything was not free, at the 99th percentile and the median.',
      unit: 's',
      queries: [0.5, 0.99].map((share) => ({
        expr: quantile(share, familyOf('loopBlock')),
        legend: `p${share * 100}`,
      })),
    },
    {
      ...third,
      title: 'Database time',
      description:
        'Seconds of statements a second, by the domain that issued them; the sum is how busy the shared database is.',
      unit: 'percentunit',
      isStacked: true,
      queries: [{ expr: sumRate(`${familyOf('dbDuration')}_sum`, {}, [label.domain]), legend: '{{domain}}' }],
    },
  ];
}

function busPanels(): readonly PanelSpec[] {
  return [
    {
      ...third,
      title: 'Events published and consumed',
      description: 'Domain events a second on the bus; consumers that fall behind the publishers build up lag.',
      unit: 'cps',
      queries: [
        { expr: sumRate(familyOf('eventPublished'), {}, [label.domain]), legend: 'published by {{domain}}' },
        { expr: sumRate(familyOf('eventConsumed'), {}, [label.domain]), legend: 'consumed by {{domain}}' },
      ],
    },
    {
      ...third,
      title: 'Lag of events, p95',
      description: 'Time from an event being published to a domain consuming it, for 95 % of the events.',
      unit: 's',
      queries: [{ expr: quantile(0.95, familyOf('eventLag'), {}, [label.domain]), legend: '{{domain}}' }],
    },
    {
      ...third,
      title: 'Events given up',
      description:
        'Events a second that no retry could deliver; any is worth a look, “no data” means that none ever was.',
      unit: 'cps',
      queries: [{ expr: sumRate(familyOf('eventDeadLetter'), {}, [label.domain]), legend: '{{domain}}' }],
    },
  ];
}
