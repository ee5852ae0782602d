/** Grafana dashboards from one typed model, and the reading of their queries. */
export { type DashboardFile, type DashboardOptions, generateDashboards } from './generate.ts';
export { emittedNames } from './metric-names.ts';
export {
  type DashboardLatency,
  type DashboardLive,
  type DashboardModel,
  type DashboardObjective,
  type DashboardTrigger,
  dashboardModelOf,
  type TriggerSource,
} from './model.ts';
export { type DashboardQuery, fillVariables, queriesOf } from './queries.ts';
