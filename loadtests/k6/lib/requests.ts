/** Requests of the simulated people. */
import http from 'k6/http';
import type { Book } from './goals.ts';
import { correlationId, traceparent } from './marks.ts';
import { requestTimeoutSeconds, settings } from './settings.ts';

/** `operation` is the route as the application names it; it keys the objectives and keeps k6's tags few. */
export interface Call {
  readonly operation: string;
  readonly path: string;
  readonly userId: number;
  /** Sent as JSON by POST; absent = GET. */
  readonly body?: object;
}

/** Sends it and counts it in the book. No answer, or a 5xx, is a failure; a 4xx is not. True when it was accepted. */
export function call(book: Book, { operation, path, userId, body }: Call): boolean {
  const sentAtMs = Date.now();
  book.expect(operation);
  const answer = http.request(
    body === undefined ? 'GET' : 'POST',
    `${settings.target}${path}`,
    body === undefined ? null : JSON.stringify(body),
    {
      headers: headersOf(userId, sentAtMs),
      timeout: `${requestTimeoutSeconds}s`,
      tags: { name: operation },
      responseType: 'none',
    },
  );
  book.note(operation, answer.timings.duration, answer.status === 0 || answer.status >= 500);
  return answer.status >= 200 && answer.status < 400;
}

/** What a request of this person carries. */
export function headersOf(userId: number, sentAtMs: number): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-user-id': String(userId),
    'x-correlation-id': correlationId(sentAtMs),
    traceparent: traceparent(),
  };
}
