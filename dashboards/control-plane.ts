/** Health of the watcher itself: is it alive, does it take everything in, does it tell anyone. */
import { label, ownMetric, sliceMs, watermarkLagMs } from '../src/kernel/conventions.ts';
import { familyOf, scrapeMetric } from './metric-names.ts';
import { colour, upMapping } from './palette.ts';
import { aggregate, selector, sumRate } from './promql.ts';
import { type DashboardSpec, dashboardUid, type PanelSpec, type RowSpec } from './spec.ts';

/** Complete slices are at most one slice behind the watermark's lag. */
const normalAgeSeconds = (watermarkLagMs + sliceMs.fine) / 1000;
/** Promised for 1,000 objectives and for 10 k series: docs/architecture.md, performance. */
const promisedTickSeconds = 0.05;
const promisedMemoryBytes = 250 * 1024 * 1024;
const frame = { kind: 'timeseries', width: 8, height: 8 } as const;

/** Who watches the watcher. */
export function controlPlaneDashboard(): DashboardSpec {
  return {
    uid: dashboardUid.controlPlane,
    file: 'control-plane.json',
    title: 'Seamwatch: control-plane health',
    description:
      'Is the watcher alive, does it take in everything that is sent, and does it reach the people it must tell.',
    jobsOf: [ownMetric.watermarkSeconds, `${familyOf('requestDuration')}_count`],
    variables: [],
    console: { title: 'Console: status', path: '/status' },
    rows: [aliveRow(), intakeRow(), storeRow(), tellingRow(), probeRow()],
  };
}

function aliveRow(): RowSpec {
  return {
    title: 'Is it alive?',
    panels: [
      {
        ...frame,
        title: 'Age of the numbers',
        description: `At each scrape, the time since the moment up to which the numbers are complete. Dashed: ${normalAgeSeconds} s, above which slices are late.`,
        unit: 's',
        queries: [
          {
            expr: `timestamp(${selector(ownMetric.watermarkSeconds)}) - ${selector(ownMetric.watermarkSeconds)}`,
            legend: '{{instance}}',
          },
        ],
        thresholds: [{ value: normalAgeSeconds, colour: colour.breached }],
      },
      {
        ...frame,
        title: 'Duration of a tick',
        description:
          'How long the last evaluation of all objectives took. Dashed: the 50 ms promised for 1,000 objectives.',
        unit: 's',
        queries: [{ expr: aggregate('max', ownMetric.tickDuration, {}, ['instance']), legend: '{{instance}}' }],
        thresholds: [{ value: promisedTickSeconds, colour: colour.breached }],
      },
      {
        kind: 'states',
        title: 'Scrapes',
        description:
          'Did Prometheus reach each target at each moment; a control plane that is down cannot say so itself.',
        unit: 'short',
        queries: [{ expr: selector(scrapeMetric.up), legend: '{{job}} {{instance}}' }],
        mapping: upMapping,
        width: 8,
        height: 8,
      },
    ],
  };
}

function intakeRow(): RowSpec {
  return { title: 'Intake', panels: [...acceptedPanels(), ...lostPanels()] };
}

function acceptedPanels(): readonly PanelSpec[] {
  return [
    {
      ...frame,
      title: 'Spans and points taken in',
      description:
        'Per second, counted once each; a fall to zero means that the apps stopped sending or cannot reach us.',
      unit: 'cps',
      queries: [
        { expr: sumRate(ownMetric.intakeSpans), legend: 'spans' },
        { expr: sumRate(ownMetric.intakePoints), legend: 'points' },
      ],
    },
    {
      ...frame,
      title: 'Bytes taken in',
      description: 'Bytes of telemetry a second after decompression.',
      unit: 'Bps',
      queries: [{ expr: sumRate(ownMetric.intakeBytes), legend: 'bytes' }],
    },
  ];
}

function lostPanels(): readonly PanelSpec[] {
  return [
    {
      ...frame,
      title: 'Refused records',
      description: 'Records a second that were refused, by reason; “no data” means that none ever was.',
      unit: 'cps',
      queries: [{ expr: sumRate(ownMetric.intakeRejected, {}, [label.reason]), legend: '{{reason}}' }],
    },
    {
      ...frame,
      title: 'Repeated bodies and late points',
      description:
        'Bodies a second that were sent twice and counted once, and points a second that came after their slice was judged.',
      unit: 'cps',
      queries: [
        { expr: sumRate(ownMetric.intakeRepeatedBodies), legend: 'repeated bodies' },
        { expr: sumRate(ownMetric.intakeLatePoints), legend: 'late points' },
      ],
    },
    {
      ...frame,
      title: 'Dropped by the library',
      description:
        'Records a second that the library in an app gave up because nobody took them; “no data” means that none ever was.',
      unit: 'cps',
      queries: [
        {
          expr: sumRate(familyOf('exportDropped'), {}, [label.signal, label.reason]),
          legend: '{{signal}} {{reason}}',
        },
      ],
    },
    {
      ...frame,
      title: 'Time of a scrape',
      description: 'How long Prometheus waits for each page of metrics.',
      unit: 's',
      queries: [{ expr: selector(scrapeMetric.duration), legend: '{{job}} {{instance}}' }],
    },
  ];
}

function storeRow(): RowSpec {
  return {
    title: 'Store and memory',
    panels: [
      {
        ...frame,
        title: 'Stored bytes',
        description: 'Size of the database on disk; the retention in the configuration bounds it.',
        unit: 'bytes',
        queries: [{ expr: aggregate('max', ownMetric.storeBytes, {}, ['instance']), legend: '{{instance}}' }],
      },
      {
        ...frame,
        title: 'Series',
        description: 'Stored series; a steady climb means that a label carries an id.',
        unit: 'short',
        queries: [{ expr: aggregate('max', ownMetric.seriesCount, {}, ['instance']), legend: '{{instance}}' }],
      },
      {
        ...frame,
        title: 'Memory',
        description: 'Resident memory of the process. Dashed: the 250 MiB promised for 10,000 series and 30 days.',
        unit: 'bytes',
        queries: [{ expr: aggregate('max', ownMetric.memoryBytes, {}, ['instance']), legend: '{{instance}}' }],
        thresholds: [{ value: promisedMemoryBytes, colour: colour.breached }],
      },
    ],
  };
}

function tellingRow(): RowSpec {
  return {
    title: 'Alerts and those who must hear of them',
    panels: [
      {
        ...frame,
        title: 'Alerts',
        link: { title: 'Console: alerts', path: '/alerts' },
        description: 'Open alerts by severity and state.',
        unit: 'short',
        queries: [
          { expr: aggregate('sum', ownMetric.alerts, {}, ['severity', 'state']), legend: '{{severity}} {{state}}' },
        ],
      },
      {
        ...frame,
        title: 'Notifications waiting',
        description:
          'Written down and not yet accepted, by sink; a growing number means that the sink does not answer.',
        unit: 'short',
        queries: [{ expr: aggregate('sum', ownMetric.notificationsQueued, {}, ['sink']), legend: '{{sink}}' }],
      },
      {
        ...frame,
        title: 'Notifications by fate',
        description: 'Attempts a second by sink: sent, failed (tried again) and dead (given up).',
        unit: 'cps',
        queries: [
          { expr: sumRate(ownMetric.notifications, {}, ['sink', label.outcome]), legend: '{{sink}} {{outcome}}' },
        ],
      },
    ],
  };
}

function probeRow(): RowSpec {
  return {
    title: 'Probes',
    panels: [
      {
        kind: 'states',
        title: 'Probes up and down',
        description: 'The last run of each probe at each moment.',
        unit: 'short',
        queries: [{ expr: aggregate('min', ownMetric.probeSuccess, {}, [label.probe]), legend: '{{probe}}' }],
        mapping: upMapping,
        width: 12,
        height: 9,
        link: { title: 'Console: probes', path: '/probes' },
      },
      {
        ...frame,
        title: 'Duration of the last run',
        description: 'How long the last run of each probe took, all its steps together.',
        unit: 's',
        queries: [{ expr: aggregate('max', ownMetric.probeDuration, {}, [label.probe]), legend: '{{probe}}' }],
        width: 12,
        height: 9,
      },
    ],
  };
}
