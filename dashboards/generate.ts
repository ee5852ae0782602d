/** All dashboards and the provisioning as files. */
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

/** `generated/*.json` and `provisioning/**`; the same model gives the same bytes. */
export function generateDashboards(model: DashboardModel): readonly DashboardFile[] {
  const dashboards = [
    fleetDashboard(model),
    domainDashboard(model),
    objectiveDashboard(model),
    extractionDashboard(model),
    controlPlaneDashboard(),
  ];
  return [
    ...dashboards.map((spec) => ({ path: `generated/${spec.file}`, text: buildDashboard(spec) })),
    { path: 'provisioning/datasources/seamwatch.yaml', text: dataSourceYaml() },
    { path: 'provisioning/dashboards/seamwatch.yaml', text: dashboardProviderYaml() },
  ];
}
