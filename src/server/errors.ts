/** The one mapper of the HTTP edge: anything that was thrown becomes a status and an error answer. */
import { AppError, type ErrorCode, messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** What is sent for a failure. */
export interface ErrorReply {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string; readonly details: object } };
}

/** HTTP status of an error code; total over the closed list. */
export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'INVALID_REQUEST':
    case 'OTLP_MALFORMED':
    case 'USAGE':
      return 400;
    case 'UNAUTHENTICATED':
      return 401;
    case 'FORBIDDEN':
      return 403;
    case 'NOT_FOUND':
    case 'PROFILE_UNKNOWN':
      return 404;
    case 'METHOD_NOT_ALLOWED':
      return 405;
    case 'PAYLOAD_TOO_LARGE':
      return 413;
    case 'UNSUPPORTED_MEDIA_TYPE':
      return 415;
    case 'OVERLOADED':
    case 'UNAVAILABLE':
    case 'TOOL_MISSING':
    case 'DATABASE_BUSY':
      return 503;
    case 'CONFIG_INVALID':
    case 'PORT_IN_USE':
    case 'DATA_DIR_UNUSABLE':
    case 'DATABASE_CORRUPT':
    case 'INTERNAL':
      return 500;
    default:
      return code satisfies never;
  }
}

/** Turns anything thrown into an {@link AppError}; what nobody expected becomes INTERNAL with the cause kept for the log. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return (
    bodyProblem(thrown) ??
    new AppError('INTERNAL', 'the answer could not be made; the log of the process says why', { cause: thrown })
  );
}

/** The reply for a failure; what is the server's own fault is logged with its cause, never sent. */
export function replyFor(thrown: unknown, log: Log): ErrorReply {
  const error = toAppError(thrown);
  const status = statusOf(error.code);
  if (status >= 500) {
    const cause = error.cause === undefined ? null : messageOf(error.cause);
    log.error({ code: error.code, cause }, `a request failed: ${error.message}`);
  }
  return { status, body: { error: { code: error.code, message: error.message, details: error.details } } };
}

/** What express and its body reader throw: errors with a status and a type. */
function bodyProblem(thrown: unknown): AppError | null {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return null;
  const cause = { cause: thrown };
  switch (thrown.status) {
    case 413:
      return new AppError('PAYLOAD_TOO_LARGE', `the body is too large: ${limitOf(thrown)}; send less`, cause);
    case 415:
      return new AppError('UNSUPPORTED_MEDIA_TYPE', `the body cannot be read: ${messageOf(thrown)}`, cause);
    case 400:
      return new AppError('INVALID_REQUEST', `the request cannot be read: ${messageOf(thrown)}`, cause);
    default:
      return null;
  }
}

function limitOf(thrown: object): string {
  return 'limit' in thrown ? `at most ${String(thrown.limit)} bytes are accepted` : 'see the documented limits';
}
