/** Wraps a fetch-style handler: Next.js routes, Hono, Convex HTTP actions. */
import { header, type Outcome } from '../kernel/conventions.ts';
import { type Entry, openEntry } from './entry.ts';
import { outcomeOfStatus, outcomeOfThrown } from './outcome.ts';
import { templateOfPath } from './route.ts';

/** `route` is the template (`/api/posts/:id`), default the path with ids replaced; `domain` default as for express. */
export interface HandlerOptions {
  readonly route?: string;
  readonly domain?: string;
}

/**
 * The same handler with correlation, one SERVER span and one entry observation per request, measured until the handler has
 * its Response. What it throws is thrown on.
 */
export function wrapHandler<Rest extends unknown[]>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  options: HandlerOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const path = URL.canParse(request.url) ? new URL(request.url).pathname : request.url;
    const operation = `${request.method} ${options.route ?? templateOfPath(path)}`;
    const entry = openEntry({
      method: request.method,
      path,
      domain: options.domain ?? null,
      headerOf: (name) => request.headers.get(name),
    });
    return answer(entry, operation, request, async () => handler(request, ...rest));
  };
}

async function answer(
  entry: Entry,
  operation: string,
  request: Request,
  work: () => Promise<Response>,
): Promise<Response> {
  let response: Response | null = null;
  const run = async (): Promise<void> => {
    response = await work();
  };
  try {
    await entry.run(run);
  } catch (thrown) {
    entry.finish({
      operation,
      outcome: outcomeOfRequest(request, outcomeOfFrameworkThrow(thrown)),
      status: null,
      thrown,
    });
    throw thrown;
  }
  const answered = response ?? Response.error();
  entry.finish({
    operation,
    outcome: outcomeOfRequest(request, outcomeOfStatus(answered.status)),
    status: answered.status,
  });
  return withCorrelation(answered, entry.correlationId);
}

/** Nobody waits for the answer of an aborted request. */
function outcomeOfRequest(request: Request, outcome: Outcome): Outcome {
  return request.signal.aborted ? 'rejected' : outcome;
}

/** Next.js answers redirects and not-found pages by throwing; its `digest` says which. */
function outcomeOfFrameworkThrow(thrown: unknown): Outcome {
  const digest: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'digest') : null;
  if (typeof digest === 'string') {
    if (digest.startsWith('NEXT_REDIRECT')) return 'ok';
    if (/^NEXT_(?:HTTP_ERROR_FALLBACK;4|NOT_FOUND)/.test(digest)) return 'rejected';
  }
  return outcomeOfThrown(thrown);
}

/** A response that came from `fetch` or `Response.redirect` has headers that can not be changed: it is copied. */
function withCorrelation(response: Response, correlationId: string): Response {
  try {
    response.headers.set(header.correlationId, correlationId);
    return response;
  } catch {
    const headers = new Headers(response.headers);
    headers.set(header.correlationId, correlationId);
    const { status, statusText } = response;
    return status === 0 ? response : new Response(response.body, { status, statusText, headers });
  }
}
