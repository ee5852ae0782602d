/** Route templates, so that `GET /api/posts/17` and `GET /api/posts/18` are one operation. Pure. */

/** What stands for a request that no route answered; never its path, which a caller can vary without end. */
export const unmatchedRoute = 'unmatched';

const idLike = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|(?=[^/]*\d)[A-Za-z0-9_-]{16,})$/i;

/** The path with segments that look like an id (digits, UUID, long hex, long mixed) replaced by `:id`. */
export function templateOfPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (idLike.test(segment) ? ':id' : segment))
    .join('/');
}

/**
 * The whole template of a route that is mounted somewhere: `/posts/:id` for the request `/api/posts/17` → `/api/posts/:id`.
 * The mount point is what the request's path has in front, with ids replaced.
 */
export function templateOfRoute(routePath: string, requestPath: string): string {
  const route = routePath.split('/').filter(Boolean);
  const request = requestPath.split('/').filter(Boolean);
  const mount = templateOfPath(request.slice(0, Math.max(0, request.length - route.length)).join('/'));
  return `/${[...mount.split('/').filter(Boolean), ...route].join('/')}`;
}
