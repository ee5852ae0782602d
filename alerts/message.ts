/** What a sink is told, before it is put into the sink's own words. Free of secrets: it is stored. Pure. */
import type { AlertLink, AlertNotification } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import type { AlertDetails, AlertKind, AlertRecord, Severity } from './alert-record.ts';

export type NotificationAction = AlertNotification['action'];

/** One alert as a message carries it; times are ISO 8601 UTC, paths are of the console. */
export interface AlertFacts {
  readonly id: string;
  readonly rule: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly domain: string | null;
  readonly severity: Severity;
  readonly summary: string;
  readonly reason: string;
  readonly startedAt: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly path: string;
  readonly runbook: string;
  readonly links: readonly AlertLink[];
  readonly details: AlertDetails;
}

/** `key` is the incident's dedup key; empty for a change, which belongs to none. */
export interface NotificationMessage {
  readonly action: NotificationAction;
  readonly key: string;
  readonly at: string;
  readonly domain: string | null;
  readonly severity: Severity;
  readonly summary: string;
  /** The alerts that the message is about: those that fire, or for a resolve those that ended. */
  readonly alerts: readonly AlertFacts[];
  /** Who acknowledged. */
  readonly by: string | null;
  readonly links: readonly AlertLink[];
  readonly details: AlertDetails;
}

/** Path of an alert's page in the console. */
export function alertPath(id: string): string {
  return `/alerts/${id}`;
}

/** Path of the runbook of a kind of alerts in the console. */
export function runbookPath(kind: AlertKind): string {
  return `/runbooks/${kind}`;
}

export function factsOf(record: AlertRecord): AlertFacts {
  const { id, rule, kind, subject, domain, severity, summary, reason, links, details } = record;
  return {
    ...{ id, rule, kind, subject, domain, severity, summary, reason, links, details },
    startedAt: isoTime(record.startedAtMs),
    firedAt: record.firedAtMs === null ? null : isoTime(record.firedAtMs),
    resolvedAt: record.resolvedAtMs === null ? null : isoTime(record.resolvedAtMs),
    path: alertPath(id),
    runbook: runbookPath(kind),
  };
}

/**
 * A message about alerts of one incident, the most telling first: documented pages, then burns, probes, the rest, each by age.
 * @param records at least one
 */
export function messageAbout(
  action: NotificationAction,
  key: string,
  records: readonly AlertRecord[],
  atMs: number,
  by: string | null = null,
): NotificationMessage {
  const alerts = [...records].sort(compareTelling).map(factsOf);
  const first = alerts[0];
  const others = alerts.length - 1;
  const summary = others < 1 ? (first?.summary ?? '') : `${first?.summary ?? ''} (and ${others} more)`;
  return {
    ...{ action, key, at: isoTime(atMs), summary, alerts, by },
    domain: first?.domain ?? null,
    severity: first?.severity ?? 'info',
    links: first?.links ?? [],
    details: first?.details ?? {},
  };
}

const telling: readonly AlertKind[] = ['objective-page', 'objective-burn', 'probe', 'self', 'trigger'];

function compareTelling(left: AlertRecord, right: AlertRecord): number {
  return telling.indexOf(left.kind) - telling.indexOf(right.kind) || left.startedAtMs - right.startedAtMs;
}
