/** Express middleware: correlation, one SERVER span and one entry observation per request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { header, type Outcome } from '../kernel/conventions.ts';
import { type Entry, openEntry } from './entry.ts';
import { outcomeOfStatus } from './outcome.ts';
import { templateOfRoute, unmatchedRoute } from './route.ts';

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

/**
 * Put it before every route. Measures from here until the response is finished; a response that the client did not wait
 * for is rejected.
 */
export function expressCorrelation(options: ExpressOptions = {}): CorrelationMiddleware {
  return (request, response, next) => {
    const entry = begin(request, response, options);
    if (entry === null) next();
    else entry.run(() => next());
  };
}

function begin(request: IncomingMessage, response: ServerResponse, options: ExpressOptions): Entry | null {
  try {
    const method = request.method ?? 'GET';
    const path = pathOf(request);
    const entry = openEntry({
      method,
      path,
      domain: domainOf(options, method, path),
      headerOf: (name) => headerText(request.headers[name]),
    });
    if (!response.headersSent) response.setHeader(header.correlationId, entry.correlationId);
    const finish = (): void => entry.finish(resultOf(request, response, method, path));
    response.once('finish', finish);
    response.once('close', finish);
    return entry;
  } catch {
    return null;
  }
}

function resultOf(
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  path: string,
): { readonly operation: string; readonly outcome: Outcome; readonly status: number | null } {
  const operation = `${method} ${routeOf(request, path)}`;
  if (!response.writableFinished) return { operation, outcome: 'rejected', status: null };
  return { operation, outcome: outcomeOfStatus(response.statusCode), status: response.statusCode };
}

/** Express leaves the matched route on the request; its mount point is only in the address. */
function routeOf(request: IncomingMessage, path: string): string {
  const route: unknown = Reflect.get(request, 'route');
  const template: unknown = typeof route === 'object' && route !== null ? Reflect.get(route, 'path') : null;
  if (typeof template === 'string') return templateOfRoute(template, path);
  return template === null || template === undefined ? unmatchedRoute : 'pattern';
}

function pathOf(request: IncomingMessage): string {
  const original: unknown = Reflect.get(request, 'originalUrl');
  const url = typeof original === 'string' ? original : (request.url ?? '/');
  return url.split('?', 1)[0] ?? '/';
}

function domainOf(options: ExpressOptions, method: string, path: string): string | null {
  try {
    return options.domainOf?.({ method, path }) ?? null;
  } catch {
    return null;
  }
}

function headerText(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
