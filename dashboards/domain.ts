/** One domain: its requests, its seams to the others, its share of what all share, its promises. */
import { entryValue, label, metric, ownMetric } from '../src/kernel/conventions.ts';
import { isOfEveryRequest } from './fleet.ts';
import { latencyLines, linesSaid } from './latency-panel.ts';
import { familyOf } from './metric-names.ts';
import type { DashboardModel, DashboardObjective } from './model.ts';
import { objectiveState, objectiveTable } from './objective-table.ts';
import { objectiveStates, stateMapping } from './palette.ts';
import { labelValues, outcomeShare, quantile, rate, share, sumRate } from './promql.ts';
import { type DashboardSpec, dashboardUid, type PanelSpec, type RowSpec } from './spec.ts';

const requests = familyOf('requestDuration');
const calls = familyOf('callDuration');
const statements = familyOf('dbDuration');
const own = { [label.domain]: '$domain' };
const users = { ...own, [label.entry]: entryValue.request };
const frame = { kind: 'timeseries', width: 8, height: 8 } as const;

/** Templated by `$domain`. */
export function domainDashboard(model: DashboardModel): DashboardSpec {
  return {
    uid: dashboardUid.domain,
    file: 'domain.json',
    title: 'Seamwatch: domain',
    description:
      'One domain: rate, errors and latency of its requests, the calls over its seams, and its share of what all domains share.',
    jobsOf: [`${requests}_count`, ownMetric.watermarkSeconds],
    variables: [
      {
        name: 'domain',
        label: 'Domain',
        description: 'A domain that answers requests',
        query: labelValues(`${requests}_count`, label.domain, { [label.entry]: entryValue.request }),
        initial: model.domains[0]?.id ?? '',
      },
    ],
    console: { title: 'Console: this domain', path: `/domains/\${domain:percentencode}` },
    rows: [requestRow(model), seamRow(), sharedRow(model), objectiveRow(model)],
  };
}

function requestRow(model: DashboardModel): RowSpec {
  const api = model.objectives.find(isOfEveryRequest);
  const lines = api?.latency ? ` ${linesSaid(api.latency, api.source)}` : '';
  return {
    title: 'Requests of users to $domain',
    panels: [
      {
        ...frame,
        title: 'Requests per second',
        description: 'Requests from outside by operation, probes left out.',
        unit: 'reqps',
        queries: [{ expr: sumRate(`${requests}_count`, users, [label.operation]), legend: '{{operation}}' }],
      },
      {
        ...frame,
        title: 'Share of failed and of refused requests',
        description: 'Failed: 500 and above, or thrown; these spend the error budget. Refused: 4xx, which do not.',
        unit: 'percentunit',
        queries: ['error', 'rejected'].map((outcome) => ({
          expr: outcomeShare(requests, outcome, users),
          legend: outcome === 'error' ? 'failed' : 'refused',
        })),
      },
      {
        ...frame,
        title: 'Time to answer',
        description: `The time within which half, 95 % and 99 % of the requests are answered.${lines}`,
        unit: 's',
        queries: [0.5, 0.95, 0.99].map((part) => ({ expr: quantile(part, requests, users), legend: `p${part * 100}` })),
        ...(api?.latency ? { thresholds: latencyLines(api.latency) } : {}),
      },
      {
        kind: 'heatmap',
        title: 'All requests by their time',
        description: 'How many requests a second fall into each bucket of time; two bands mean two kinds of request.',
        unit: 's',
        queries: [{ expr: sumRate(`${requests}_bucket`, users, ['le']), legend: '{{le}}' }],
        width: 12,
        height: 9,
      },
      {
        ...frame,
        title: 'p95 by operation',
        description:
          'The time within which 95 % of each operation is answered, to find the one that pulls the domain up.',
        unit: 's',
        queries: [{ expr: quantile(0.95, requests, users, [label.operation]), legend: '{{operation}}' }],
        width: 12,
        height: 9,
      },
    ],
  };
}

const calling = { [label.from]: '$domain' };
const called = { [label.to]: '$domain' };

function seamRow(): RowSpec {
  return { title: 'Seams of $domain', panels: [...callPanels(), ...eventPanels()] };
}

function callPanels(): readonly PanelSpec[] {
  return [
    {
      ...frame,
      title: 'Calls into the domain',
      description: 'Calls a second by who calls and how; “entry” is a request from outside.',
      unit: 'cps',
      queries: [{ expr: sumRate(`${calls}_count`, called, [label.from, label.mode]), legend: '{{from}} {{mode}}' }],
    },
    {
      ...frame,
      title: 'Calls out of the domain',
      description: 'Calls a second by whom it calls and how; a synchronous one would become a network hop.',
      unit: 'cps',
      queries: [{ expr: sumRate(`${calls}_count`, calling, [label.to, label.mode]), legend: '{{to}} {{mode}}' }],
    },
    {
      ...frame,
      title: 'p95 of calls into the domain',
      description: 'The time within which 95 % of the synchronous calls to the domain return, by who calls.',
      unit: 's',
      queries: [{ expr: quantile(0.95, calls, { ...called, [label.mode]: 'sync' }, [label.from]), legend: '{{from}}' }],
    },
    {
      ...frame,
      width: 12,
      title: 'Share of failed calls into the domain',
      description:
        'Of the calls of each caller; failed: thrown, or 500 and above. A caller that goes on without an answer hides these from its own requests.',
      unit: 'percentunit',
      queries: [{ expr: outcomeShare(calls, 'error', called, [label.from]), legend: '{{from}}' }],
    },
    {
      ...frame,
      width: 12,
      title: 'Calls into the domain inside a transaction',
      description:
        'Share of the calls made while the caller holds a database transaction; such a call cannot simply become remote.',
      unit: 'percentunit',
      queries: [
        {
          expr: `(${sumRate(`${calls}_count`, { ...called, [label.inTransaction]: 'true' })} or 0 * ${sumRate(`${calls}_count`, called)}) / (${sumRate(`${calls}_count`, called)} > 0)`,
          legend: 'in a transaction',
        },
      ],
    },
  ];
}

function eventPanels(): readonly PanelSpec[] {
  return [
    {
      ...frame,
      width: 12,
      title: 'Events published',
      description: 'Events a second that the domain publishes, by type; “no data” for one that publishes none.',
      unit: 'cps',
      queries: [{ expr: sumRate(familyOf('eventPublished'), own, [label.type]), legend: '{{type}}' }],
    },
    {
      ...frame,
      width: 12,
      title: 'Events consumed',
      description: 'Events a second that the domain consumes, by type; “no data” for one that consumes none.',
      unit: 'cps',
      queries: [{ expr: sumRate(familyOf('eventConsumed'), own, [label.type]), legend: '{{type}}' }],
    },
  ];
}

function sharedRow(model: DashboardModel): RowSpec {
  const database = model.objectives.find(isOfEveryStatement);
  const lines = database?.latency ? ` ${linesSaid(database.latency, database.source)}` : '';
  const traffic = `${requests}_count`;
  return {
    title: 'Share of $domain in what all share',
    panels: [
      {
        ...frame,
        title: 'Database time by table',
        description: 'Seconds of statements a second that the domain issues, by table.',
        unit: 'percentunit',
        isStacked: true,
        queries: [{ expr: sumRate(`${statements}_sum`, own, [label.table]), legend: '{{table}}' }],
      },
      {
        ...frame,
        title: 'Statements, p95',
        description: `The time within which 95 % of the domain's statements are done.${lines}`,
        unit: 's',
        queries: [{ expr: quantile(0.95, statements, own), legend: 'p95' }],
        ...(database?.latency ? { thresholds: latencyLines(database.latency) } : {}),
      },
      {
        ...frame,
        title: 'Share of requests and of database time',
        description:
          'Of all domains together; a domain with little traffic and much database time is a noisy neighbour.',
        unit: 'percentunit',
        queries: [
          {
            expr: share(`sum (${rate(traffic, users)})`, sumRate(traffic, { [label.entry]: entryValue.request })),
            legend: 'requests',
          },
          {
            expr: share(`sum (${rate(`${statements}_sum`, own)})`, sumRate(`${statements}_sum`)),
            legend: 'database time',
          },
        ],
      },
    ],
  };
}

function isOfEveryStatement({ latency }: DashboardObjective): boolean {
  return latency?.signal === metric.dbDuration && Object.keys(latency.where).length === 0;
}

function objectiveRow(model: DashboardModel): RowSpec {
  return {
    title: 'Promises of $domain',
    panels: [
      objectiveTable(model, own, { width: 14, height: 8 }),
      {
        kind: 'states',
        title: 'States over time',
        description:
          'The state of each objective of the domain at each moment; a gap means that the control plane said nothing.',
        unit: 'short',
        queries: [{ expr: objectiveState(own), legend: '{{objective}}' }],
        mapping: stateMapping(objectiveStates),
        width: 10,
        height: 8,
      },
    ],
  };
}
