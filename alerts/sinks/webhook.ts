/**
 * A signed POST to an address of your own. The body is JSON:
 * `{version: 1, delivery, action: trigger|acknowledge|resolve|change, at, incident: {key, domain, severity, summary} | null, summary, by,
 * details, links: [{text, href}], alerts: [{id, rule, kind, subject, domain, severity, summary, reason, startedAt, firedAt, resolvedAt,
 * href, runbook, details}]}`; times are ISO 8601 UTC, absent values null. `delivery` is the same when an attempt is repeated.
 *
 * `x-seamwatch-timestamp` is the Unix time in seconds; `x-seamwatch-signature` is `sha256=` and the hexadecimal HMAC-SHA256, keyed by the
 * secret, of the timestamp, a full stop and the body. A receiver compares in constant time and refuses timestamps older than a few minutes.
 */
import { createHmac } from 'node:crypto';
import type { AlertFacts, NotificationMessage } from '../message.ts';
import { basicAuth } from './basic-auth.ts';
import { postJson } from './post-json.ts';
import type { Sink, SinkSurroundings } from './sink.ts';

/** `url` is free of userinfo. */
export interface WebhookConfig {
  readonly id: string;
  readonly kind: 'webhook';
  readonly url: string;
  /** `user:password` of the configured address, or null. */
  readonly userInfo: string | null;
  readonly secret: string;
}

export function createWebhook(config: WebhookConfig, surroundings: SinkSurroundings): Sink {
  const auth = basicAuth(config.userInfo);
  return {
    id: config.id,
    kind: config.kind,
    unit: 'incident',
    takes: ['trigger', 'acknowledge', 'resolve', 'change'],
    refresh: null,
    send: (message, { id, nowMs, signal }) => {
      const body = JSON.stringify(webhookBody(message, id, surroundings));
      const timestamp = String(Math.floor(nowMs / 1_000));
      return postJson({
        url: config.url,
        body,
        headers: {
          'user-agent': `seamwatch/${surroundings.version}`,
          'x-seamwatch-timestamp': timestamp,
          'x-seamwatch-signature': signatureOf(config.secret, timestamp, body),
          ...auth.headers,
        },
        secrets: surroundings.secrets,
        signal,
        fetch: surroundings.fetch,
      });
    },
  };
}

/** The value of `x-seamwatch-signature`; `timestamp` is the text of the other header. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function webhookBody(message: NotificationMessage, delivery: string, { publicUrl }: SinkSurroundings) {
  const { action, key, at, domain, severity, summary, by, details } = message;
  return {
    version: 1,
    ...{ delivery, action, at, summary, by, details },
    incident: action === 'change' ? null : { key, domain, severity, summary },
    links: message.links.map(({ text, path }) => ({ text, href: `${publicUrl}${path}` })),
    alerts: message.alerts.map((alert) => alertOf(alert, publicUrl)),
  };
}

function alertOf({ path, runbook, links: _, ...alert }: AlertFacts, publicUrl: string) {
  return { ...alert, href: `${publicUrl}${path}`, runbook: `${publicUrl}${runbook}` };
}
