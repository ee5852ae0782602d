/** What pages are answered: 202, or an error in JSON that says what to do. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError, ErrorCode } from '../../../src/kernel/errors.ts';

interface Answer {
  readonly status: number;
  /** How it is counted. */
  readonly reason: string;
  /** Worth sending again soon. */
  readonly retry?: true;
}

const internal: Answer = { status: 500, reason: 'internal' };
const answers: Partial<Record<ErrorCode, Answer>> = {
  NOT_FOUND: { status: 404, reason: 'path' },
  METHOD_NOT_ALLOWED: { status: 405, reason: 'method' },
  UNAUTHENTICATED: { status: 401, reason: 'key' },
  FORBIDDEN: { status: 403, reason: 'origin' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, reason: 'media_type' },
  PAYLOAD_TOO_LARGE: { status: 413, reason: 'too_large' },
  INVALID_REQUEST: { status: 400, reason: 'malformed' },
  OTLP_MALFORMED: { status: 400, reason: 'malformed' },
  OVERLOADED: { status: 429, reason: 'overloaded', retry: true },
  UNAVAILABLE: { status: 503, reason: 'unavailable', retry: true },
};

const retryAfterSeconds = 1;

/** How a refusal is counted: as its details say, else by its code. */
export function reasonOf({ code, details }: AppError): string {
  return typeof details.reason === 'string' ? details.reason : (answers[code] ?? internal).reason;
}

/** The same in the words that all ways in share. */
export function commonReason(reason: string): string {
  return common[reason] ?? reason;
}

const common: Readonly<Record<string, string>> = {
  path: 'not_found',
  method: 'method_not_allowed',
  key: 'unauthenticated',
  origin: 'forbidden',
  media_type: 'unsupported_media_type',
  malformed: 'malformed_body',
  rate: 'rate_limited',
};

/** Every answer has a JSON body unless `body` is null. */
export function sendAnswer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: object | null,
): void {
  if (response.headersSent || response.destroyed) return;
  const text = body === null ? '' : JSON.stringify(body);
  const type = body === null ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, {
    ...type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

/**
 * Answers an error when the sender has finished sending, so that it reads the answer instead of a broken connection; who goes on for
 * too long is cut off.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  error: AppError,
  headers: Readonly<Record<string, string>>,
): void {
  const { status, retry } = answers[error.code] ?? internal;
  const wait = error.details.retryAfterSeconds;
  const again = retry === true ? { 'retry-after': String(typeof wait === 'number' ? wait : retryAfterSeconds) } : {};
  const allow = error.code === 'METHOD_NOT_ALLOWED' ? { allow: 'POST, OPTIONS' } : {};
  const message = status === 500 ? 'this could not be stored; the log of the control plane says why' : error.message;
  const answer = (more: Readonly<Record<string, string>> = {}): void =>
    sendAnswer(response, status, { ...headers, ...again, ...allow, ...more }, { error: { code: error.code, message } });
  if (request.complete) {
    answer();
    return;
  }
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > maxDiscardedBytes) answer({ connection: 'close' });
  });
  request.on('end', () => answer());
  request.resume();
}

const maxDiscardedBytes = 16_777_216;
