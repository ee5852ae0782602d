/** What browsers are told of who may send what: the named origin, never everybody, never with credentials. */
import { header } from '../../../src/kernel/conventions.ts';

const allowedHeaders = [
  ...['content-type', 'content-encoding', header.traceparent, header.tracestate, header.baggage],
  // The SDK marks each batch with `idempotency-key`; without leave for it no page could send anything.
  ...['x-api-key', 'x-faro-session-id', header.correlationId, 'idempotency-key'],
].join(', ');

/** Headers of an answer to a page of `origin`; `isKnown` = it may send here. */
export function corsHeaders(origin: string | null, isKnown: boolean): Readonly<Record<string, string>> {
  if (origin === null || !isKnown) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'Retry-After, X-Faro-Session-Status',
  };
}

/** What is added in the answer to a preflight; browsers keep it for ten minutes. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': allowedHeaders,
  'access-control-max-age': '600',
};
