/** Which Host and Origin headers are accepted: the defence against DNS rebinding and foreign pages. */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../kernel/errors.ts';

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

/** True for names and addresses that only this machine can reach. */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return loopbackNames.has(name) || /^127(?:\.\d{1,3}){3}$/.test(name);
}

/** A Host header taken apart; the name is lower case and without brackets, the port null when not written. */
export interface HostName {
  readonly name: string;
  readonly port: string | null;
}

/** Parses `name`, `name:port`, `[v6]` or `[v6]:port`; null when it is none of these. */
export function parseHost(text: string): HostName | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? null : { name: name.toLowerCase(), port: match?.[3] ?? null };
}

/**
 * Accepts loopback names, the bound host, the address the connection came in on, and the allow-list.
 * @throws FORBIDDEN for any other Host header, INVALID_REQUEST when there is none that can be read
 */
export function checkHost(request: IncomingMessage, boundHost: string, allowedHosts: readonly string[]): void {
  const text = request.headers.host;
  const host = text === undefined ? null : parseHost(text);
  if (host === null) {
    throw new AppError('INVALID_REQUEST', `the Host header ${JSON.stringify(text ?? '')} is not a name or name:port`);
  }
  if (loopbackNames.has(host.name) || host.name === boundHost.toLowerCase()) return;
  if (host.name === localAddressOf(request)) return;
  if (allowedHosts.some((entry) => isEntry(entry, host))) return;
  throw new AppError(
    'FORBIDDEN',
    `the Host header "${host.name}" is not one of this server's names; open it as localhost or by its IP address, or allow the name`,
  );
}

/**
 * Lets through what no browser sent, and what a page of this very server sent.
 * @throws FORBIDDEN when a page of another origin is behind the request
 */
export function checkOrigin(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const foreignOrigin = origin !== undefined && !isOwnOrigin(origin, request.headers.host ?? '');
  if (foreignSite || foreignOrigin) {
    throw new AppError('FORBIDDEN', `requests from pages of another origin (${origin ?? site}) are not accepted here`);
  }
}

/** True when a browser is behind the request: it marks what its pages send and lets no page take the mark away. */
export function isFromBrowser(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
}

function isOwnOrigin(origin: string, host: string): boolean {
  return (
    origin.toLowerCase() === `http://${host}`.toLowerCase() || origin.toLowerCase() === `https://${host}`.toLowerCase()
  );
}

function localAddressOf(request: IncomingMessage): string | undefined {
  return request.socket.localAddress?.replace(/^::ffff:/, '').toLowerCase();
}

function isEntry(entry: string, host: HostName): boolean {
  const allowed = parseHost(entry);
  return allowed !== null && allowed.name === host.name && (allowed.port === null || allowed.port === host.port);
}
