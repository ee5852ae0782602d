/** All dashboards and the provisioning as files. */
import { defaultPort } from '../src/kernel/conventions.ts';
import { buildDashboard } from './build-dashboard.ts';
import { controlPlaneDashboard } from './control-plane.ts';
import { domainDashboard } from './domain.ts';
import { extractionDashboard } from './extraction.ts';
import { fleetDashboard } from './fleet.ts';
import type { DashboardModel } from './model.ts';
import { objectiveDashboard } from './objective.ts';
import { dashboardProviderYaml, dataSourceYaml } from './provisioning.ts';

/** A file as it must be; `path` is relative to the folder `dashboards`. */
export interface DashboardFile {
  readonly path: string;
  readonly text: string;
}

/** `consoleUrl`: where links to the console lead until a reader says otherwise at the top; default this machine's. */
export interface DashboardOptions {
  readonly consoleUrl?: string;
}

/** `generated/*.json` and `provisioning/**`; the same model gives the same bytes. */
export function generateDashboards(model: DashboardModel, options: DashboardOptions = {}): readonly DashboardFile[] {
  const consoleUrl = (options.consoleUrl ?? `http://127.0.0.1:${defaultPort.console}`).replace(/\/+$/, '');
  const dashboards = [
    fleetDashboard(model),
    domainDashboard(model),
    objectiveDashboard(model),
    extractionDashboard(model),
    controlPlaneDashboard(),
  ];
  return [
    ...dashboards.map((spec) => ({ path: `generated/${spec.file}`, text: buildDashboard(spec, consoleUrl) })),
    { path: 'provisioning/datasources/seamwatch.yaml', text: dataSourceYaml() },
    { path: 'provisioning/dashboards/seamwatch.yaml', text: dashboardProviderYaml() },
  ];
}
