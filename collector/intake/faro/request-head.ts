/** What the head of a page's request says: who sends, and whether it has been here before. */
import type { IncomingMessage } from 'node:http';
import type { Caller } from './allowed-apps.ts';
import type { FaroApp } from './options.ts';
import type { PageContext } from './page-context.ts';

/** `pathKey` is the end of the path, for clients that cannot send headers. */
export function callerOf(request: IncomingMessage, pathKey: string | null): Caller {
  const sent = request.headers['x-api-key'];
  return {
    key: (Array.isArray(sent) ? sent[0] : sent) ?? (pathKey === null ? null : decoded(pathKey)),
    origin: request.headers.origin ?? null,
    host: request.headers.host ?? '',
    isLoopback: /^(?:::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? ''),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The SDK names each batch, and gives it the same name when it sends it again. */
export function batchOf(request: IncomingMessage, context: PageContext): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key.length > 7 ? `${context.sessionId ?? ''} ${key.slice(0, 120)}` : null;
}

/** Under which name a request is counted: that of its app when that is known, else where it came from. */
export function senderOf(request: IncomingMessage, app: FaroApp | null): string {
  if (app !== null && app.name !== null) return `faro ${app.name}`;
  return request.socket.remoteAddress ?? 'unknown';
}
