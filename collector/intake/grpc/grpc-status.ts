/** What gRPC clients are told: a status code for each error, with google.rpc details that say when to send again or what was wrong. */
import { Metadata, status } from '@grpc/grpc-js';
import { AppError, type ErrorCode, messageOf } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { statusBody } from '../status-body.ts';

/** A status as the gRPC library sends it. */
export interface GrpcStatus {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

const codes: Readonly<Record<ErrorCode, status>> = {
  CONFIG_INVALID: status.INTERNAL,
  PROFILE_UNKNOWN: status.INTERNAL,
  USAGE: status.INTERNAL,
  PORT_IN_USE: status.INTERNAL,
  DATA_DIR_UNUSABLE: status.UNAVAILABLE,
  DATABASE_CORRUPT: status.UNAVAILABLE,
  DATABASE_BUSY: status.UNAVAILABLE,
  OTLP_MALFORMED: status.INVALID_ARGUMENT,
  PAYLOAD_TOO_LARGE: status.RESOURCE_EXHAUSTED,
  OVERLOADED: status.RESOURCE_EXHAUSTED,
  NOT_FOUND: status.NOT_FOUND,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  FORBIDDEN: status.PERMISSION_DENIED,
  METHOD_NOT_ALLOWED: status.UNIMPLEMENTED,
  UNSUPPORTED_MEDIA_TYPE: status.UNIMPLEMENTED,
  INVALID_REQUEST: status.INVALID_ARGUMENT,
  UNAVAILABLE: status.UNAVAILABLE,
  TOOL_MISSING: status.INTERNAL,
  INTERNAL: status.INTERNAL,
};

/** Clients that are told to come back wait at least so long. */
const retryDelaySeconds = 1;
/** A status travels in a header; clients take 8 KB of those in all. */
const longestDetails = 1_000;

/** The answer for anything that was thrown; what is no AppError is logged and told to nobody. */
export function statusOf(thrown: unknown, log: Log): GrpcStatus {
  if (thrown instanceof AppError) return statusFor(codes[thrown.code], thrown.message, retryDelayOf(thrown));
  log.error({}, `a gRPC call failed: ${messageOf(thrown)}`);
  return statusFor(status.INTERNAL, 'the collector failed on this request; its log says why', null);
}

/** A status; with `retrySeconds` it asks the client to send the same again after so long (google.rpc.RetryInfo). */
export function statusFor(code: status, text: string, retrySeconds: number | null): GrpcStatus {
  const details = text.slice(0, longestDetails).toWellFormed();
  const metadata = new Metadata();
  const isBadRequest = code === status.INVALID_ARGUMENT;
  if (isBadRequest || retrySeconds !== null) {
    const full = statusBody('protobuf', { rpc: code, message: details, retryAfterSeconds: retrySeconds, isBadRequest });
    metadata.set('grpc-status-details-bin', Buffer.from(full));
  }
  if (retrySeconds !== null) metadata.set('grpc-retry-pushback-ms', String(retrySeconds * 1000));
  return { code, details, metadata };
}

/** Seconds, or null when sending again is of no use. RESOURCE_EXHAUSTED is sent again only when the server says when (OTLP specification). */
function retryDelayOf({ code, details }: AppError): number | null {
  if (code !== 'OVERLOADED' && codes[code] !== status.UNAVAILABLE) return null;
  const wanted = details.retryAfterSeconds;
  return typeof wanted === 'number' && wanted > 0 ? Math.ceil(wanted) : retryDelaySeconds;
}
