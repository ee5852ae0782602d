/** The one error type of the product: a code from a closed list, a message that says what to do, machine-readable details. */

export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'PROFILE_UNKNOWN'
  | 'USAGE'
  | 'PORT_IN_USE'
  | 'DATA_DIR_UNUSABLE'
  | 'DATABASE_CORRUPT'
  | 'DATABASE_BUSY'
  | 'OTLP_MALFORMED'
  | 'PAYLOAD_TOO_LARGE'
  | 'OVERLOADED'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'INVALID_REQUEST'
  | 'UNAVAILABLE'
  | 'TOOL_MISSING'
  | 'INTERNAL';

/** What an error carries for machines; values must be free of secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An expected or reportable failure.
 * @example throw new AppError('CONFIG_INVALID', 'objective "checkout": target 99.9 must be a ratio below 1; write 0.999')
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly details?: ErrorDetails; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The text of anything that was thrown, for a log line or a wrapped message. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The code of a Node system error such as `EADDRINUSE`, or null. */
export function systemCodeOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}
