/** Why a request for telemetry is refused: the reason that is counted, and how it is said in HTTP and in google.rpc.Status. */
import { AppError, type ErrorCode } from '../../src/kernel/errors.ts';
import type { Failure } from './writer-messages.ts';

/** Counted under this name in the intake's statistics. */
export type RefusalReason =
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'too_large'
  | 'malformed_body'
  | 'forward_loop'
  | 'slow_sender'
  | 'rate_limited'
  | 'overloaded'
  | 'writer_behind'
  | 'unavailable'
  | 'internal';

/** One refused request; `retryAfterSeconds` is 1..5, or null when sending the same again is useless. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly reason: RefusalReason;
  readonly message: string;
  readonly retryAfterSeconds: number | null;
  /** Response headers that help the sender, beside Retry-After. */
  readonly headers: Readonly<Record<string, string>>;
}

/** HTTP status, code of google.rpc.Status (google/rpc/code.proto), and the product's own code. */
export interface RefusalCodes {
  readonly status: number;
  readonly rpc: number;
  readonly code: ErrorCode;
}

/** By reason; OTLP clients send again after 429 and 503 only (OTLP specification). */
export const refusalCodes: Readonly<Record<RefusalReason, RefusalCodes>> = {
  not_found: { status: 404, rpc: 5, code: 'NOT_FOUND' },
  method_not_allowed: { status: 405, rpc: 12, code: 'METHOD_NOT_ALLOWED' },
  unsupported_media_type: { status: 415, rpc: 12, code: 'UNSUPPORTED_MEDIA_TYPE' },
  too_large: { status: 413, rpc: 8, code: 'PAYLOAD_TOO_LARGE' },
  malformed_body: { status: 400, rpc: 3, code: 'INVALID_REQUEST' },
  forward_loop: { status: 400, rpc: 3, code: 'INVALID_REQUEST' },
  slow_sender: { status: 408, rpc: 4, code: 'INVALID_REQUEST' },
  rate_limited: { status: 429, rpc: 8, code: 'OVERLOADED' },
  overloaded: { status: 429, rpc: 8, code: 'OVERLOADED' },
  writer_behind: { status: 503, rpc: 14, code: 'UNAVAILABLE' },
  unavailable: { status: 503, rpc: 14, code: 'UNAVAILABLE' },
  internal: { status: 500, rpc: 13, code: 'INTERNAL' },
};

/** A refusal for good: the same request would be refused again. */
export function refuseFor(
  reason: RefusalReason,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  return { kind: 'refusal', reason, message, retryAfterSeconds: null, headers };
}

/**
 * A refusal for now. The wait is rounded up and kept within 1..5 s: 0 is taken for "at once", and more than 8 s makes clients drop
 * the data (OpenTelemetry JS).
 */
export function refuseForNow(reason: RefusalReason, message: string, waitMs: number): Refusal {
  const retryAfterSeconds = Math.min(5, Math.max(1, Math.ceil(waitMs / 1_000)));
  return { kind: 'refusal', reason, message, retryAfterSeconds, headers: {} };
}

/** For those who did not come by HTTP; the details tell when to try again. */
export function errorOf(refusal: Refusal): AppError {
  const { reason, message, retryAfterSeconds } = refusal;
  const details = retryAfterSeconds === null ? { reason } : { reason, retryAfterSeconds };
  return new AppError(refusalCodes[reason].code, message, { details });
}

/** What the writer could not do, as the sender is told: troubles with the disk may pass. */
export function refusalOf({ code, message }: Failure): Refusal {
  if (code === 'OTLP_MALFORMED' || code === 'INVALID_REQUEST') return refuseFor('malformed_body', message);
  return code === 'UNAVAILABLE' ? refuseForNow('unavailable', message, 0) : refuseFor('internal', message);
}
