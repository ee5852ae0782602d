/** Who is asking: tokens compared in constant time, and the session cookie of the console. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kernel/clock.ts';
import { hourMs } from '../kernel/duration.ts';
import { AppError } from '../kernel/errors.ts';
import type { IntakeCaller, Tokens } from './dependencies.ts';
import { isFromBrowser, isLoopbackHost } from './host-check.ts';

/** What a token is for; `admin` may do what the others may. */
export type Role = keyof Tokens;

const roles: readonly Role[] = ['ingest', 'read', 'admin'];

/** Roles that can open the console. */
export type SessionRole = 'read' | 'admin';

export const sessionCookie = 'seamwatch_session';

/** How long a session of the console lasts. */
export const sessionMs = 12 * hourMs;

/** Sent with telemetry older than an hour when no tokens are configured. A browser cannot add it across origins without asking first. */
export const backfillHeader = 'x-seamwatch-backfill';

/** Checks of one server's tokens. */
export interface Auth {
  /** @throws UNAUTHENTICATED without a known token, FORBIDDEN with one for something else */
  readonly requireIngest: (request: IncomingMessage) => IntakeCaller;
  /** The same for a sender that is no HTTP request, by its `authorization`. @throws as above */
  readonly ingestBy: (authorization: string | null) => IntakeCaller;
  /** @throws UNAUTHENTICATED without a known token, FORBIDDEN with one for something else */
  readonly requireRead: (request: IncomingMessage) => void;
  /** For what changes anything: open only when no token is configured. @throws UNAUTHENTICATED, FORBIDDEN as above */
  readonly requireAdmin: (request: IncomingMessage) => void;
  /** The Set-Cookie header for a token. @throws UNAUTHENTICATED, FORBIDDEN, or INVALID_REQUEST when there is nothing to log in to */
  readonly openSession: (token: string) => {
    readonly cookie: string;
    readonly role: SessionRole;
    readonly untilMs: number;
  };
}

/**
 * Refuses what would leave data open to the network.
 * @throws CONFIG_INVALID when a token is empty, or when `host` is not loopback and the ingest or the read token is missing
 */
export function checkTokens(tokens: Tokens, host: string): void {
  const isEmpty: Readonly<Record<Role, boolean>> = {
    ingest: tokens.ingest.some(({ token }) => token.trim() === ''),
    read: tokens.read?.trim() === '',
    admin: tokens.admin?.trim() === '',
  };
  const empty = roles.find((role) => isEmpty[role]);
  if (empty !== undefined) {
    throw new AppError('CONFIG_INVALID', `tokens.${empty} is empty; give it a long random value or leave the key out`);
  }
  const missing = [
    ...(tokens.ingest.length === 0 ? ['tokens.ingest'] : []),
    ...(tokens.read === null ? ['tokens.read'] : []),
  ];
  if (!isLoopbackHost(host) && missing.length > 0) {
    throw new AppError(
      'CONFIG_INVALID',
      `listen.host "${host}" can be reached from other machines but ${missing.join(' and ')} is not set; set it, or listen on 127.0.0.1`,
    );
  }
}

export function createAuth(tokens: Tokens, clock: Clock): Auth {
  const isOpen = tokens.ingest.length === 0 && tokens.read === null && tokens.admin === null;
  const keys = keysOf(tokens);
  const keysHeldBy = (token: string): readonly Key[] => matching(keys, token);
  const rolesOf = (token: string): readonly Role[] => keysHeldBy(token).map(({ role }) => role);
  const require = (authorization: string | undefined, wanted: Role, held: readonly Role[]): void => {
    if (held.includes(wanted) || held.includes('admin')) return;
    if (held.length > 0)
      throw new AppError('FORBIDDEN', `this token is not the ${wanted} token; it opens nothing here`);
    throw new AppError('UNAUTHENTICATED', missingText(authorization, wanted));
  };
  const ingestBy = (authorization: string | undefined): IntakeCaller => {
    const held = keysHeldBy(bearerIn(authorization) ?? '');
    const isHeld = held.map(({ role }) => role);
    if (tokens.ingest.length > 0) require(authorization, 'ingest', isHeld);
    return { mayBackfill: isHeld.includes('admin'), caller: held.find(({ role }) => role !== 'read')?.name };
  };
  const heldBy = (request: IncomingMessage): readonly Role[] => {
    const token = bearerOf(request);
    if (token !== null) return rolesOf(token);
    const session = sessionRoleOf(request, tokens, clock.nowMs());
    return session === null ? [] : [session];
  };
  return {
    requireIngest: (request) => {
      const caller = ingestBy(request.headers.authorization);
      const marked = isOpen && request.headers[backfillHeader] === '1' && !isFromBrowser(request);
      return { ...caller, mayBackfill: caller.mayBackfill || marked };
    },
    ingestBy: (authorization) => ingestBy(authorization ?? undefined),
    requireRead: (request) => {
      if (tokens.read !== null) require(request.headers.authorization, 'read', heldBy(request));
    },
    requireAdmin: (request) => {
      if (!isOpen) require(request.headers.authorization, 'admin', heldBy(request));
    },
    openSession: (token) => {
      if (isOpen)
        throw new AppError('INVALID_REQUEST', 'no token is configured: everything is open, no session is needed');
      const held = rolesOf(token);
      const role = held.includes('admin') ? 'admin' : held.includes('read') ? 'read' : null;
      if (role !== null) return sessionFor(role, tokens[role] ?? '', clock.nowMs());
      if (held.length > 0)
        throw new AppError('FORBIDDEN', 'this is the ingest token; the console needs the read or the admin token');
      throw new AppError('UNAUTHENTICATED', 'this token is not known; use the value of tokens.read or tokens.admin');
    },
  };
}

function missingText(authorization: string | undefined, wanted: Role): string {
  const given = authorization === undefined ? 'a token is needed' : 'this token is not known';
  return `${given}; send "Authorization: Bearer …" with the value of tokens.${wanted}`;
}

function bearerOf(request: IncomingMessage): string | null {
  return bearerIn(request.headers.authorization);
}

function bearerIn(authorization: string | undefined): string | null {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? null;
}

/** One configured token; `name` is that of its sender, or its role. */
interface Key {
  readonly role: Role;
  readonly name: string;
  readonly digest: Buffer;
}

function keysOf({ ingest, read, admin }: Tokens): readonly Key[] {
  return [
    ...ingest.map(({ name, token }): Key => ({ role: 'ingest', name, digest: digestOf(token) })),
    ...(read === null ? [] : [{ role: 'read', name: 'read', digest: digestOf(read) } as const]),
    ...(admin === null ? [] : [{ role: 'admin', name: 'admin', digest: digestOf(admin) } as const]),
  ];
}

/** Every key is looked at, whichever matches: the time it takes tells nothing. */
function matching(keys: readonly Key[], given: string): readonly Key[] {
  const sent = digestOf(given);
  return keys.filter(({ digest }) => timingSafeEqual(digest, sent) && given !== '');
}

/** Digests are compared, so that neither the content nor the length shows in the time it takes. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** `role.untilMs.signature`: the token itself never leaves, and changing the token ends every session. */
function sessionFor(role: SessionRole, token: string, nowMs: number) {
  const untilMs = nowMs + sessionMs;
  const value = `${role}.${untilMs}.${signatureOf(role, untilMs, token)}`;
  const cookie = `${sessionCookie}=${value}; Path=/; Max-Age=${sessionMs / 1000}; HttpOnly; SameSite=Strict`;
  return { cookie, role, untilMs };
}

function signatureOf(role: SessionRole, untilMs: number, token: string): string {
  return createHmac('sha256', token).update(`seamwatch session ${role} ${untilMs}`).digest('base64url');
}

function sessionRoleOf(request: IncomingMessage, tokens: Tokens, nowMs: number): SessionRole | null {
  const value = new RegExp(`(?:^|; *)${sessionCookie}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1] ?? '';
  const [role, until, signature] = value.split('.');
  if (role !== 'read' && role !== 'admin') return null;
  const token = tokens[role];
  const untilMs = Number(until);
  if (token === null || signature === undefined || !(untilMs > nowMs)) return null;
  return timingSafeEqual(digestOf(signature), digestOf(signatureOf(role, untilMs, token))) ? role : null;
}
