/** From a dashboard's plain data to the JSON text that Grafana's file provider reads. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { buildPanel, consoleLink, dataSource } from './build-panel.ts';
import { dataSourceUid } from './provisioning.ts';
import type { DashboardSpec, RowSpec, VariableSpec } from './spec.ts';

/** Shared by all dashboards: each finds the others by it. */
const tag = 'seamwatch';

/** Pretty-printed, with a newline at the end; the same input gives the same bytes. `consoleUrl` has no slash at its end. */
export function buildDashboard(spec: DashboardSpec, consoleUrl: string): string {
  const builder = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.description)
    .tags([tag])
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-6h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .annotations([])
    .links([otherDashboards(), consoleLink(spec.console)]);
  for (const variable of variablesOf(spec, consoleUrl)) builder.withVariable({ build: () => variable });
  let id = 0;
  for (const row of spec.rows.filter(({ panels }) => panels.length > 0)) {
    id += 1;
    builder.withRow(new RowBuilder(row.title).id(id));
    id = addPanels(builder, row, id);
  }
  const dashboard: Dashboard = { ...builder.build(), annotations: { list: [] } };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function addPanels(builder: DashboardBuilder, row: RowSpec, lastId: number): number {
  let id = lastId;
  for (const spec of row.panels) {
    id += 1;
    const panel: Panel = buildPanel(spec, id);
    builder.withPanel({ build: () => panel });
  }
  return id;
}

function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Seamwatch')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .tooltip('The other dashboards')
    .keepTime(true)
    .includeVars(true);
}

function variablesOf(spec: DashboardSpec, consoleUrl: string): readonly VariableModel[] {
  return [
    new DatasourceVariableBuilder('datasource')
      .label('Data source')
      .description('The Prometheus that scrapes the control plane and the apps')
      .type('prometheus')
      .current({ selected: true, text: 'Seamwatch Prometheus', value: dataSourceUid })
      .build(),
    ...['job', 'instance'].map((name) => scrapeLabel(name, spec.jobsOf)),
    ...spec.variables.map(chosen),
    new TextBoxVariableBuilder('console_url')
      .label('Console')
      .description('Address of the Seamwatch console, for the links')
      .defaultValue(consoleUrl)
      .current({ selected: true, text: consoleUrl, value: consoleUrl })
      .build(),
  ];
}

/** All by default; for a Prometheus that scrapes more than one installation. */
function scrapeLabel(name: string, families: readonly string[]): VariableModel {
  const within = name === 'instance' ? ',job=~"$job"' : '';
  return queryVariable(name, `label_values({__name__=~"${families.join('|')}"${within}}, ${name})`)
    .label(name === 'job' ? 'Job' : 'Instance')
    .description(`Which ${name} of the scrape configuration; all by default`)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] })
    .build();
}

function chosen(spec: VariableSpec): VariableModel {
  return queryVariable(spec.name, spec.query)
    .label(spec.label)
    .description(spec.description)
    .multi(false)
    .includeAll(false)
    .current({ selected: true, text: spec.initial, value: spec.initial })
    .build();
}

function queryVariable(name: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .datasource(dataSource)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
}
