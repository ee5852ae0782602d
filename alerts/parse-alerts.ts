/** The section `alerts` of the configuration: sinks and routes. Its messages never show a routing key, a secret or an address with one. */
import { z } from 'zod';
import { operations } from '../src/contract/index.ts';
import { AppError } from '../src/kernel/errors.ts';
import { parseWith, shownValue } from '../src/kernel/validate.ts';
import { policy } from './policy.ts';
import type { Route } from './routing.ts';
import type { SinkConfig } from './sinks/open-sink.ts';
import { changeEndpointOf, defaultPagerDutyEndpoint } from './sinks/pagerduty.ts';

/** Checked and free of userinfo in addresses. Holds secrets: never log it. */
export interface AlertsConfig {
  readonly sinks: readonly SinkConfig[];
  readonly routes: readonly Route[];
}

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens');
const route = z.strictObject({
  match: z
    .strictObject({
      severity: operations.severity.optional(),
      domain: z.string().min(1).optional(),
      kind: operations.alertKind.optional(),
    })
    .prefault({}),
  to: z.array(z.string()).min(1),
});
const section = z.strictObject({ sinks: z.array(z.unknown()).default([]), routes: z.array(route).default([]) });
const sinkHead = z.looseObject({ id: name, kind: z.enum(['pagerduty', 'alertmanager', 'webhook']) });

const routingKey = secret(
  'routingKey',
  (text) => [...text].length === policy.pagerdutyRoutingKeyLength && /^[A-Za-z0-9]+$/.test(text),
  `must be the ${policy.pagerdutyRoutingKeyLength} letters and digits of an Events API v2 integration key`,
);
const webhookSecret = secret(
  'secret',
  (text) => text.length >= 16,
  'must have at least 16 characters; it signs each body',
);

const pagerduty = z.strictObject({
  id: name,
  kind: z.literal('pagerduty'),
  routingKey,
  endpoint: address().default(defaultPagerDutyEndpoint),
  changeEndpoint: address().optional(),
});
const alertmanager = z.strictObject({ id: name, kind: z.literal('alertmanager'), url: inNetworkAddress() });
const webhook = z.strictObject({ id: name, kind: z.literal('webhook'), url: address(), secret: webhookSecret });

/**
 * Sinks and routes of the section; absent = none.
 * @throws CONFIG_INVALID naming place, key and remedy, never a secret
 */
export function parseAlerts(value: unknown, where: string): AlertsConfig {
  const { sinks: rows, routes } = parseWith(section, value ?? {}, `${where}: alerts`);
  const sinks = rows.map((row, index) => parseSink(row, `${where}: alerts.sinks[${index}]`));
  const ids = sinks.map((sink) => sink.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw invalid(`${where}: alerts.sinks: the id "${twice}" is there twice; give each sink its own`);
  }
  for (const [index, { to }] of routes.entries()) {
    const unknown = to.find((id) => !ids.includes(id));
    if (unknown === undefined) continue;
    const known = ids.length === 0 ? 'there is none yet, add it to alerts.sinks' : `write one of ${ids.join(', ')}`;
    throw invalid(`${where}: alerts.routes[${index}]: "${unknown}" is the id of no sink; ${known}`);
  }
  return { sinks, routes };
}

function parseSink(row: unknown, place: string): SinkConfig {
  if (typeof row !== 'object' || row === null) throw invalid(`${place}: write a sink with id, kind and its address`);
  const { id, kind } = parseWith(sinkHead, row, place);
  const subject = `${place} "${id}"`;
  switch (kind) {
    case 'pagerduty': {
      const { endpoint, changeEndpoint, ...rest } = parseWith(pagerduty, row, subject);
      const derived = changeEndpoint ?? changeEndpointOf(endpoint);
      refuseUserInfo([endpoint, derived], subject);
      return { ...rest, endpoint, changeEndpoint: derived };
    }
    case 'alertmanager': {
      const { url, ...rest } = parseWith(alertmanager, row, subject);
      const split = splitUserInfo(url);
      return { ...rest, ...split, url: split.url.replace(/\/+$/, '') };
    }
    case 'webhook': {
      const { url, ...rest } = parseWith(webhook, row, subject);
      return { ...rest, ...splitUserInfo(url) };
    }
    default:
      return kind satisfies never;
  }
}

/** A text that is never shown, whatever is wrong with it. */
function secret(key: string, isGood: (text: string) => boolean, rule: string) {
  return z.custom<string>((value) => typeof value === 'string' && isGood(value), {
    error: ({ input }) => (input === undefined ? `is missing; add ${key}: "\${NAME}"` : `${rule} (not shown here)`),
  });
}

/** https, or http to this machine. The message names the host at most: the rest of an address may be a secret. */
function address() {
  return z.custom<string>((value) => addressProblem(value) === null, {
    error: ({ input }) => addressProblem(input) ?? 'is not an address',
  });
}

/** Alertmanager speaks plain http inside a network by default: that is taken too, as long as it carries no password. */
function inNetworkAddress() {
  const problem = (value: unknown): string | null => {
    const url = typeof value === 'string' ? URL.parse(value) : null;
    const isPlain = url?.protocol === 'http:' && url.username === '' && url.password === '';
    return isPlain ? null : addressProblem(value);
  };
  return z.custom<string>((value) => problem(value) === null, {
    error: ({ input }) => problem(input) ?? 'is not an address',
  });
}

function addressProblem(value: unknown): string | null {
  if (value === undefined) return 'is missing; add an address such as https://host.example/path';
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url === null) return 'is not an address; write one such as https://host.example/path';
  if (url.protocol === 'https:') return null;
  if (url.protocol === 'http:' && isLoopback(url.hostname)) return null;
  return `${shownValue(`${url.protocol}//${url.host}`)} is not https; only this machine (127.0.0.1, localhost) may be told over http`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function splitUserInfo(text: string): { readonly url: string; readonly userInfo: string | null } {
  const url = new URL(text);
  if (url.username === '' && url.password === '') return { url: text, userInfo: null };
  const userInfo = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, userInfo };
}

function refuseUserInfo(urls: readonly (string | null)[], subject: string): void {
  if (urls.some((url) => url !== null && splitUserInfo(url).userInfo !== null)) {
    throw invalid(`${subject}: the endpoint holds a user name; PagerDuty knows the sender by routingKey, remove it`);
  }
}

function invalid(message: string): AppError {
  return new AppError('CONFIG_INVALID', message);
}
