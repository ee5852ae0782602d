/** Where a probe goes: addresses as written, resolved against the app's base URL. Pure. */
import { AppError } from '../src/kernel/errors.ts';
import { shownValue } from '../src/kernel/validate.ts';
import type { Address } from './definition.ts';
import { fillText, namesIn } from './template.ts';

/** What a probe without a target says. */
export const noTarget = 'no target is configured; set target: https://… in seamwatch.yaml';

/** An absolute address, or null when it is relative and there is no target. */
export type Resolved = string | null;

const schemes = { http: ['http:', 'https:'], ws: ['ws:', 'wss:'] } as const;

/**
 * The base URL of the app. A path in it is kept: `/api/feed` under `https://a.example/app` is `https://a.example/app/api/feed`.
 * @throws CONFIG_INVALID unless it is http or https
 */
export function parseTarget(target: string | null): URL | null {
  if (target === null) return null;
  const url = URL.parse(target);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new AppError(
    'CONFIG_INVALID',
    `target ${shownValue(target)} is not an address; write the app's base URL, such as https://campus.example`,
  );
}

/**
 * `text` as an absolute URL; templates stay in its path and query. A relative one takes host and scheme from `target`.
 * @param family `ws` turns http into ws and https into wss
 * @throws CONFIG_INVALID for another scheme, or a template in the host
 */
export function resolveUrl(text: string, family: 'http' | 'ws', target: URL | null, subject: string): Resolved {
  const refuse = (why: string): AppError =>
    new AppError('CONFIG_INVALID', `${subject}: url ${shownValue(text)} ${why}`);
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(text);
  if (!isAbsolute && !text.startsWith('/')) {
    throw refuse('is not understood; begin it with / for a path below the target, or with http:// or https://');
  }
  if (text.startsWith('//')) throw refuse('has no scheme; begin it with http:// or https://');
  if (!isAbsolute && target === null) return null;
  const absolute = isAbsolute ? text : `${baseOf(target)}${text}`;
  if (originOf(absolute, 'x') === null)
    throw refuse('is not an address; write one such as https://campus.example/health');
  if (originOf(absolute, 'x') !== originOf(absolute, 'y')) {
    throw refuse('has a template in its host; templates may stand in the path and the query only');
  }
  const scheme = `${/^([a-z]+):/i.exec(absolute)?.[1]?.toLowerCase()}:`;
  const accepted: readonly string[] = [...schemes.http, ...schemes[family]];
  if (!accepted.includes(scheme))
    throw refuse(`must begin with ${schemes[family].map((one) => `${one}//`).join(' or ')}`);
  return family === 'ws' ? absolute.replace(/^http/i, 'ws') : absolute;
}

/** `host:port` or, when absent, those of the target; null when there is none. @throws CONFIG_INVALID */
export function resolveAddress(text: string | undefined, target: URL | null, subject: string): Address | null {
  if (text === undefined) {
    return target === null ? null : { host: bareHost(target.hostname), port: portOf(target) };
  }
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})$/i.exec(text) ?? [];
  const number = Number(port);
  if (host === undefined || !(number >= 1 && number <= 65_535)) {
    throw new AppError(
      'CONFIG_INVALID',
      `${subject}: address ${shownValue(text)} is not understood; write host:port, such as campus.example:443`,
    );
  }
  return { host: bareHost(host), port: number };
}

/** A URL or a path as a person may see it: no credentials, no query, no fragment. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url.replaceAll('{{', '%7B%7B').replaceAll('}}', '%7D%7D'));
  if (parsed === null) return url.split(/[?#]/, 1)[0] ?? '';
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`.replaceAll('%7B%7B', '{{').replaceAll('%7D%7D', '}}');
}

/** `host:port`, an IPv6 host in brackets. */
export function shownAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Host and port that a URL leads to. */
export function addressOf(url: URL): Address {
  return { host: bareHost(url.hostname), port: portOf(url) };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' || url.protocol === 'wss:' ? 443 : 80;
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function baseOf(target: URL | null): string {
  return target === null ? '' : `${target.origin}${target.pathname.replace(/\/$/, '')}`;
}

function originOf(url: string, filler: string): string | null {
  const values = new Map(namesIn(url).map((name) => [name, filler]));
  const parsed = URL.parse(fillText(url, values));
  return parsed === null ? null : `${parsed.protocol}//${parsed.username}:${parsed.password}@${parsed.host}`;
}
