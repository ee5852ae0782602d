/** Alerts: lifecycle, incidents, silences, routing, an outbox that survives restarts, and the sinks. */
export type { AlertKind, AlertRecord, AlertSignal } from './alert-record.ts';
export { type Alerting, createAlerting } from './alerting.ts';
export type { Announcement } from './changes.ts';
export { dedupKeyOf } from './incidents.ts';
export { type AlertsConfig, parseAlerts } from './parse-alerts.ts';
export { listRunbooks } from './runbook-files.ts';
export type { AlertingOptions } from './running-alerts.ts';
export { alertMigrations } from './schema.ts';
export type { SinkCounts } from './sender.ts';
export { readStoredAlerts, type StoredAlerts } from './stored-alerts.ts';
