/** Alertmanager API v2: every alert on its own, because Alertmanager groups for itself; repeated while it fires, ended by `endsAt`. */
import { isoTime } from '../../src/kernel/clock.ts';
import { domainName } from '../alert-record.ts';
import type { AlertFacts } from '../message.ts';
import { policy } from '../policy.ts';
import { basicAuth } from './basic-auth.ts';
import { postJson } from './post-json.ts';
import type { Delivery, Sink, SinkSurroundings } from './sink.ts';

/** `url` is the root of Alertmanager, without a trailing slash and without userinfo. */
export interface AlertmanagerConfig {
  readonly id: string;
  readonly kind: 'alertmanager';
  readonly url: string;
  /** `user:password` of the configured address, or null. */
  readonly userInfo: string | null;
}

export function createAlertmanager(config: AlertmanagerConfig, surroundings: SinkSurroundings): Sink {
  const auth = basicAuth(config.userInfo);
  const post = (alerts: readonly AlertFacts[], { nowMs, signal }: Delivery) =>
    postJson({
      url: `${config.url}/api/v2/alerts`,
      body: JSON.stringify(alerts.map((alert) => postableAlert(alert, nowMs, surroundings))),
      headers: { 'user-agent': `seamwatch/${surroundings.version}`, ...auth.headers },
      secrets: surroundings.secrets,
      signal,
      fetch: surroundings.fetch,
    });
  return {
    id: config.id,
    kind: config.kind,
    unit: 'alert',
    takes: ['trigger', 'resolve'],
    refresh: post,
    send: (message, delivery) => post(message.alerts, delivery),
  };
}

/**
 * One alert as Alertmanager takes it. Its labels are its identity there: they hold nothing that changes between two episodes of one rule,
 * and all names are valid in every version. A firing one ends by itself when it is not repeated for 5 min.
 */
export function postableAlert(alert: AlertFacts, nowMs: number, { instanceId, publicUrl }: SinkSurroundings) {
  return {
    labels: {
      alertname: alertNameOf(alert.kind),
      domain: domainName(alert.domain),
      severity: alert.severity,
      rule: alert.rule,
      subject: alert.subject,
      instance: instanceId,
    },
    annotations: {
      summary: alert.summary,
      reason: alert.reason,
      runbook_url: `${publicUrl}${alert.runbook}`,
    },
    startsAt: alert.firedAt ?? alert.startedAt,
    endsAt: alert.resolvedAt ?? isoTime(nowMs + policy.alertmanagerEndsAfterMs),
    generatorURL: `${publicUrl}${alert.path}`,
  };
}

/** `objective-page` → `SeamwatchObjectivePage`. */
function alertNameOf(kind: string): string {
  const words = kind.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `Seamwatch${words.join('')}`;
}
