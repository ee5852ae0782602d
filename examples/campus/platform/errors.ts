/** Failures that an HTTP client is told about: a status and a sentence. */

/** `status` is the HTTP status; the message is what the client reads. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** 400: the request itself is wrong; say what to send instead. */
export function badRequest(message: string): HttpError {
  return new HttpError(400, message);
}

/** 403: the user may not do this. */
export function forbidden(message: string): HttpError {
  return new HttpError(403, message);
}

/** 404: `what` with this id does not exist. */
export function notFound(what: string, id: number): HttpError {
  return new HttpError(404, `${what} ${id} does not exist`);
}

/** The status that a thrown value asks for; 500 when it asks for none. */
export function statusOf(thrown: unknown): number {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return 500;
  const { status } = thrown;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
