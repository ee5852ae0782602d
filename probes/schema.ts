/** Reads probes as people write them; every refusal names the probe, the key, the value and the remedy. */
import { z } from 'zod';
import { AppError } from '../src/kernel/errors.ts';
import { parseWith, shownValue } from '../src/kernel/validate.ts';
import type { ProbeBase, ProbeDefinition } from './definition.ts';
import { anySuccess, duration, expectation, headers, method, probeId, socketMatch, socketMessage } from './fields.ts';
import { parseJourney } from './journey-schema.ts';
import { noTarget, parseTarget, resolveAddress, resolveUrl, shownAddress, shownUrl } from './target.ts';

const confirm = z
  .strictObject({ failures: z.number().int().min(1).max(20), of: z.number().int().min(1).max(20) })
  .refine(({ failures, of }) => failures <= of, {
    error: 'failures must not be more than of; write such as { failures: 2, of: 3 }',
  });

const shared = {
  id: probeId,
  title: z.string().min(1).optional(),
  domain: z.string().min(1).nullable().default(null),
  source: z.string().min(1).nullable().default(null),
  every: duration
    .pipe(z.number().min(1_000, 'must be at least 1s').max(86_400_000, 'must be at most 1d'))
    .prefault('30s'),
  timeout: duration
    .pipe(z.number().min(10, 'must be at least 10ms').max(600_000, 'must be at most 10m'))
    .prefault('5s'),
  confirm: confirm.prefault({ failures: 2, of: 3 }),
};
const counts = { uptime: z.boolean().default(true) };

const http = z.strictObject({
  ...shared,
  ...counts,
  kind: z.literal('http'),
  url: z.string().min(1),
  method: method.default('GET'),
  headers: headers.default({}),
  json: z.unknown().optional(),
  expect: expectation.default(anySuccess),
});
const tls = z.strictObject({
  ...shared,
  uptime: z.boolean().default(false),
  kind: z.literal('tls'),
  address: z.string().optional(),
  serverName: z.string().min(1).nullable().default(null),
  minDays: z.number().min(0).max(3_650).default(14),
});
const tcp = z.strictObject({
  ...shared,
  ...counts,
  kind: z.literal('tcp'),
  address: z.string().optional(),
  send: z.string().min(1).nullable().default(null),
  expectPrefix: z.string().min(1).nullable().default(null),
});
const websocket = z.strictObject({
  ...shared,
  ...counts,
  kind: z.literal('websocket'),
  url: z.string().min(1),
  headers: headers.default({}),
  send: socketMessage.nullable().default(null),
  receive: socketMatch.nullable().default(null),
  expect: z.strictObject({ atMost: duration.optional() }).default({}),
});
const journey = z.strictObject({
  ...shared,
  ...counts,
  kind: z.literal('journey'),
  headers: headers.default({}),
  steps: z.array(z.unknown()).min(1).max(30),
  cleanup: z.array(z.unknown()).max(30).default([]),
});
const kinds = ['http', 'tls', 'tcp', 'websocket', 'journey'] as const;

/**
 * The `probes` section: a list; null or absent is an empty one. `where` names the file or section, `target` is the base URL of the
 * app that relative addresses belong to. Without it they stay in the list as not configured.
 * @throws CONFIG_INVALID naming probe, step, key, value and remedy
 */
export function parseProbes(section: unknown, where: string, target: string | null): readonly ProbeDefinition[] {
  if (section === null || section === undefined) return [];
  if (!Array.isArray(section)) {
    throw new AppError('CONFIG_INVALID', `${where}: must be a list; begin each probe with "- id:"`);
  }
  const base = parseTarget(target);
  const probes = section.map((row: unknown, index) => {
    const id = typeof row === 'object' && row !== null ? Reflect.get(row, 'id') : undefined;
    return parseProbe(row, `${where}: probe ${typeof id === 'string' ? `"${id}"` : `number ${index + 1}`}`, base);
  });
  const twice = probes.find(({ id }, index) => probes.findIndex((other) => other.id === id) !== index);
  if (twice === undefined) return probes;
  throw new AppError('CONFIG_INVALID', `${where}: probe "${twice.id}": is defined twice; rename or remove one`);
}

/** The profile's probes with those of the configuration in their place by id, or added at the end. */
export function overlayProbes(
  profile: readonly ProbeDefinition[],
  own: readonly ProbeDefinition[],
): readonly ProbeDefinition[] {
  const known = new Set(profile.map(({ id }) => id));
  return [
    ...profile.map((probe) => own.find(({ id }) => id === probe.id) ?? probe),
    ...own.filter(({ id }) => !known.has(id)),
  ];
}

function parseProbe(row: unknown, subject: string, target: URL | null): ProbeDefinition {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new AppError('CONFIG_INVALID', `${subject}: ${shownValue(row)} is no probe; write its id, kind and address`);
  }
  const kind = kinds.find((known) => known === Reflect.get(row, 'kind'));
  switch (kind) {
    case 'http':
      return parseHttp(row, subject, target);
    case 'tls':
    case 'tcp':
      return kind === 'tls' ? parseTls(row, subject, target) : parseTcp(row, subject, target);
    case 'websocket':
      return parseWebSocket(row, subject, target);
    case 'journey':
      return parseJourneyProbe(row, subject, target);
    case undefined:
      throw new AppError(
        'CONFIG_INVALID',
        `${subject}: kind ${shownValue(Reflect.get(row, 'kind') ?? null)} is not known; write one of ${kinds.join(', ')}`,
      );
    default:
      return kind satisfies never;
  }
}

function parseHttp(row: object, subject: string, target: URL | null): ProbeDefinition {
  const raw = parseWith(http, row, subject);
  const url = resolveUrl(raw.url, 'http', target, subject);
  const request = { method: raw.method, url: url ?? raw.url, headers: raw.headers, json: raw.json };
  const base = baseOf(raw, `${raw.method} ${shownUrl(raw.url)}`, shownUrl(request.url), url === null);
  return { ...base, kind: 'http', request, expect: raw.expect };
}

function parseTls(row: object, subject: string, target: URL | null): ProbeDefinition {
  const { serverName, minDays, ...raw } = parseWith(tls, row, subject);
  const address = resolveAddress(raw.address, target, subject);
  const shown = address === null ? '' : shownAddress(address);
  const base = baseOf(raw, `certificate of ${shown || 'the target'}`, shown, address === null);
  return { ...base, kind: 'tls', address: address ?? { host: '', port: 0 }, serverName, minDays };
}

function parseTcp(row: object, subject: string, target: URL | null): ProbeDefinition {
  const { send, expectPrefix, ...raw } = parseWith(tcp, row, subject);
  const address = resolveAddress(raw.address, target, subject);
  const shown = address === null ? '' : shownAddress(address);
  const base = baseOf(raw, `connection to ${shown || 'the target'}`, shown, address === null);
  return { ...base, kind: 'tcp', address: address ?? { host: '', port: 0 }, send, expectPrefix };
}

function parseWebSocket(row: object, subject: string, target: URL | null): ProbeDefinition {
  const raw = parseWith(websocket, row, subject);
  const url = resolveUrl(raw.url, 'ws', target, subject);
  const shown = shownUrl(url ?? raw.url);
  const { headers: sent, send, receive } = raw;
  const base = baseOf(raw, `socket ${shownUrl(raw.url)}`, shown, url === null);
  return {
    ...base,
    kind: 'websocket',
    url: url ?? raw.url,
    headers: sent,
    send,
    receive,
    atMostMs: raw.expect.atMost ?? null,
  };
}

function parseJourneyProbe(row: object, subject: string, target: URL | null): ProbeDefinition {
  const raw = parseWith(journey, row, subject);
  const { steps, cleanup, isComplete, hosts } = parseJourney(raw, subject, target, raw.timeout);
  const base = baseOf(raw, raw.id, hosts.join(', ') || (target?.origin ?? ''), !isComplete);
  return { ...base, kind: 'journey', steps, cleanup };
}

type SharedRaw = Omit<z.output<typeof sharedObject>, 'uptime'> & { readonly uptime: boolean };
const sharedObject = z.object({ ...shared, ...counts });

function baseOf(raw: SharedRaw, title: string, shown: string, isMissing: boolean): ProbeBase {
  return {
    id: raw.id,
    title: raw.title ?? title,
    domain: raw.domain,
    source: raw.source,
    everyMs: raw.every,
    timeoutMs: raw.timeout,
    confirm: raw.confirm,
    countsForUptime: raw.uptime,
    target: shown,
    notConfigured: isMissing ? noTarget : null,
  };
}
