/** The API below `/api/v1` as an express router: reads, session, live stream, document, and clear refusals for the rest. */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { isoTime } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Auth } from '../auth.ts';
import type { ServerDependencies, ServerLimits } from '../dependencies.ts';
import { checkOrigin } from '../host-check.ts';
import type { LiveFeed } from '../live.ts';
import { sessionRequest } from './components.ts';
import { inEnvelope } from './envelope.ts';
import { openApiDocument } from './openapi.ts';
import { type CommandRoute, commandRoutes } from './operation-routes.ts';
import { readQuery, readValue } from './parameters.ts';
import type { Route } from './route.ts';
import { futureParts, routes } from './routes.ts';

/** What the router needs beside the dependencies of the server. */
export interface ApiParts {
  readonly auth: Auth;
  readonly live: LiveFeed;
  readonly limits: ServerLimits;
}

type ApiDependencies = Pick<ServerDependencies, 'queries' | 'commands' | 'clock' | 'version'>;

/** Every address below `/api/v1`; failures go to express's error handler. */
export function createApiRouter(dependencies: ApiDependencies, parts: ApiParts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  router
    .route('/session')
    .post(...sessionHandlers(dependencies, parts))
    .all(refuseMethod('POST'));
  router.use((request, _response, next) => {
    parts.auth.requireRead(request);
    next();
  });
  const document = openApiDocument(dependencies.version);
  addGet(router, '/openapi.json', (_request, response) => {
    response.json(document);
  });
  addGet(router, '/live', (request, response) => {
    readQuery(queryOf(request), []);
    if (request.method === 'HEAD') response.type('text/event-stream').end();
    else parts.live.attach(response);
  });
  for (const route of routes) addRoute(router, route, dependencies, parts);
  for (const route of commandRoutes.filter((one) => !routes.some(({ path }) => path === one.path))) {
    router
      .route(expressPath(route.path))
      .post(...commandHandlers(route, dependencies, parts))
      .all(refuseMethod('POST'));
  }
  router.use(refuseUnknown);
  return router;
}

/** `/objectives/{id}` → `/objectives/:id`. */
function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function addGet(router: Router, path: string, handler: RequestHandler): void {
  router.route(path).get(handler).all(refuseMethod('GET, HEAD'));
}

/** A read and, where there is one at the same address, its write. */
function addRoute(router: Router, route: Route, dependencies: ApiDependencies, parts: ApiParts): void {
  const command = commandRoutes.find((one) => one.path === route.path);
  const address = router.route(expressPath(route.path)).get(answerRoute(route, dependencies));
  if (command === undefined) address.all(refuseMethod('GET, HEAD'));
  else address.post(...commandHandlers(command, dependencies, parts)).all(refuseMethod('GET, HEAD, POST'));
}

function commandHandlers(route: CommandRoute, dependencies: ApiDependencies, parts: ApiParts): RequestHandler[] {
  const { queries, commands, clock } = dependencies;
  const run = answering(async (request) => {
    readQuery(queryOf(request), []);
    const id = String(request.params.id ?? '');
    if (route.pathParameter !== null) readValue(route.pathParameter, id, 'path');
    return inEnvelope(await route.run(commands, id, request.body), queries, clock);
  });
  const mayChange: RequestHandler = (request, _response, next) => {
    parts.auth.requireAdmin(request);
    next();
  };
  return [guardWrite, mayChange, express.json({ limit: parts.limits.jsonBodyBytes, type: 'application/json' }), run];
}

function answerRoute(route: Route, dependencies: ApiDependencies): RequestHandler {
  return answering(async (request) => {
    const query = readQuery(queryOf(request), route.queryParameters);
    const text = String(request.params.id ?? '');
    if (route.pathParameter !== null) readValue(route.pathParameter, text, 'path');
    const answer = await route.answer(dependencies.queries, text, query);
    if (answer === null) throw notFound(route, text);
    return inEnvelope(answer, dependencies.queries, dependencies.clock);
  });
}

/** Sends what `work` resolves to as JSON; express takes a failure to the one error handler. */
function answering(work: (request: Request, response: Response) => Promise<object>): RequestHandler {
  return async (request, response) => {
    response.json(await work(request, response));
  };
}

function notFound(route: Route, id: string): AppError {
  const list = route.path.replace('/{id}', '');
  const what = route.pathParameter?.description ?? list;
  return new AppError('NOT_FOUND', `${what} ${JSON.stringify(id)} does not exist; GET /api/v1${list} lists what does`);
}

function sessionHandlers({ queries, clock }: ApiDependencies, { auth, limits }: ApiParts): RequestHandler[] {
  const open = answering(async (request, response) => {
    readQuery(queryOf(request), []);
    const parsed = sessionRequest.safeParse(request.body);
    if (!parsed.success) throw new AppError('INVALID_REQUEST', 'the body must be {"token": "…"} and nothing else');
    const { cookie, role, untilMs } = auth.openSession(parsed.data.token);
    response.set('set-cookie', cookie);
    return inEnvelope({ data: { role, expiresAt: isoTime(untilMs) } }, queries, clock);
  });
  return [guardWrite, express.json({ limit: limits.jsonBodyBytes, type: 'application/json' }), open];
}

/** A write comes as JSON (which no foreign page can send unasked) and from no other origin. */
const guardWrite: RequestHandler = (request, _response, next) => {
  checkOrigin(request);
  if (request.is('application/json') === false || request.headers['content-type'] === undefined) {
    const given = request.headers['content-type'] ?? 'none';
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', `content type ${given} is not accepted; send application/json`);
  }
  next();
};

function refuseMethod(allowed: string): RequestHandler {
  return (request, response) => {
    response.set('allow', allowed);
    throw new AppError('METHOD_NOT_ALLOWED', `${request.method} is not possible here; this address takes ${allowed}`);
  };
}

const refuseUnknown: RequestHandler = (request) => {
  const part = futureParts[request.path.split('/')[1] ?? ''];
  if (part !== undefined) throw new AppError('NOT_FOUND', `${part} are not available in this version yet`);
  throw new AppError('NOT_FOUND', `/api/v1${request.path} does not exist; GET /api/v1/openapi.json lists what does`);
};

function queryOf(request: Request): URLSearchParams {
  const start = request.originalUrl.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : request.originalUrl.slice(start + 1));
}
