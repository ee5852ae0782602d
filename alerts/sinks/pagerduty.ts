/** PagerDuty Events API v2: trigger, acknowledge, resolve, and change events. */
import type { AlertLink } from '../../src/contract/index.ts';
import { isoTime } from '../../src/kernel/clock.ts';
import { domainName, type Severity } from '../alert-record.ts';
import { alertPath, type NotificationMessage } from '../message.ts';
import { policy } from '../policy.ts';
import { postJson } from './post-json.ts';
import { clip, type Sink, type SinkSurroundings } from './sink.ts';

/** `changeEndpoint` null = this sink takes no change events. */
export interface PagerDutyConfig {
  readonly id: string;
  readonly kind: 'pagerduty';
  readonly routingKey: string;
  readonly endpoint: string;
  readonly changeEndpoint: string | null;
}

export const defaultPagerDutyEndpoint = 'https://events.pagerduty.com/v2/enqueue';

/** The address of change events beside that of alert events; null when the latter does not end in `/enqueue`. */
export function changeEndpointOf(endpoint: string): string | null {
  return endpoint.endsWith('/enqueue') ? endpoint.replace(/\/enqueue$/, '/change/enqueue') : null;
}

const severityOf: Readonly<Record<Severity, string>> = { page: 'critical', ticket: 'warning', info: 'info' };

export function createPagerDuty(config: PagerDutyConfig, surroundings: SinkSurroundings): Sink {
  // Keys of rulesets begin with R and take no change events (PagerDuty, Change Events).
  const takesChanges = config.changeEndpoint !== null && !config.routingKey.startsWith('R');
  return {
    id: config.id,
    kind: config.kind,
    unit: 'incident',
    takes: ['trigger', 'acknowledge', 'resolve', ...(takesChanges ? (['change'] as const) : [])],
    refresh: null,
    send: (message, delivery) =>
      postJson({
        url: message.action === 'change' ? (config.changeEndpoint ?? config.endpoint) : config.endpoint,
        body: pagerDutyBody(message, config.routingKey, surroundings),
        headers: { 'user-agent': `seamwatch/${surroundings.version}` },
        secrets: surroundings.secrets,
        signal: delivery.signal,
        fetch: surroundings.fetch,
      }),
  };
}

/** The JSON of one event, within every documented limit; what does not fit is left out with a note in its place. */
export function pagerDutyBody(
  message: NotificationMessage,
  routingKey: string,
  surroundings: SinkSurroundings,
): string {
  const event = eventOf(message, routingKey, surroundings);
  const whole = JSON.stringify(event);
  if (Buffer.byteLength(whole) <= policy.pagerdutyEventBytes || event.payload === undefined) return whole;
  const note = 'left out: the event would have been larger than 512 KB; open the link for everything';
  return JSON.stringify({ ...event, payload: { ...event.payload, custom_details: { note } } });
}

interface Event {
  readonly routing_key: string;
  readonly event_action?: string;
  readonly dedup_key?: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload?: Readonly<Record<string, unknown>>;
}

function eventOf(message: NotificationMessage, routingKey: string, surroundings: SinkSurroundings): Event {
  const base = { routing_key: routingKey };
  const dedup_key = clip(message.key, policy.pagerdutyDedupKeyLength);
  switch (message.action) {
    case 'trigger':
      return {
        ...base,
        ...{ event_action: 'trigger', dedup_key, client: 'Seamwatch', client_url: clientUrl(message, surroundings) },
        links: linksOf(message, surroundings),
        payload: triggerPayload(message, surroundings),
      };
    case 'acknowledge':
    case 'resolve':
      return { ...base, ...{ event_action: message.action, dedup_key } };
    case 'change':
      return { ...base, links: linksOf(message, surroundings), payload: changePayload(message, surroundings) };
    default:
      return message.action satisfies never;
  }
}

function triggerPayload(message: NotificationMessage, { instanceId, publicUrl }: SinkSurroundings) {
  const [first] = message.alerts;
  return {
    summary: summaryOf(message),
    source: new URL(publicUrl).host,
    severity: severityOf[message.severity],
    timestamp: first?.firedAt ?? message.at,
    component: domainName(message.domain),
    group: instanceId,
    class: first?.kind ?? 'self',
    custom_details: {
      alerts: message.alerts.map(({ rule, summary, reason, firedAt, startedAt, details }) => ({
        ...{ rule, summary, reason, details },
        firing_since: firedAt ?? startedAt,
      })),
    },
  };
}

function changePayload(message: NotificationMessage, { publicUrl }: SinkSurroundings) {
  const reasons = message.alerts.map(({ rule, reason }) => ({ rule, reason }));
  const alerts = reasons.length === 0 ? {} : { alerts: reasons };
  return {
    summary: summaryOf(message),
    source: new URL(publicUrl).host,
    timestamp: isoTime(Date.parse(message.at)),
    custom_details: { ...message.details, ...alerts },
  };
}

function summaryOf(message: NotificationMessage): string {
  const text = message.summary.trim() === '' ? `${message.severity} in ${domainName(message.domain)}` : message.summary;
  return clip(text, policy.pagerdutySummaryLength);
}

function clientUrl(message: NotificationMessage, { publicUrl }: SinkSurroundings): string {
  const [first] = message.alerts;
  return `${publicUrl}${first === undefined ? '/alerts' : alertPath(first.id)}`;
}

/** Alert pages, runbooks and what the alerts themselves link to, each address once. */
function linksOf(
  message: NotificationMessage,
  { publicUrl }: SinkSurroundings,
): readonly { href: string; text: string }[] {
  const wanted: readonly AlertLink[] = [
    ...message.alerts.map(({ rule, path }) => ({ text: `Alert ${rule}`, path })),
    ...message.alerts.map(({ kind, runbook }) => ({ text: `Runbook: ${kind}`, path: runbook })),
    ...message.links,
    ...message.alerts.flatMap(({ links }) => links),
  ];
  const unique = [...new Map(wanted.map((link) => [link.path, link])).values()];
  return unique
    .slice(0, policy.pagerdutyLinks)
    .map(({ text, path }) => ({ href: `${publicUrl}${path}`, text: clip(text, policy.pagerdutySummaryLength) }));
}
