/** Everything but telemetry as one express application: probes, own metrics, API, console. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { AppError } from '../kernel/errors.ts';
import { createApiRouter } from './api/index.ts';
import type { Auth } from './auth.ts';
import type { ServerDependencies, ServerLimits } from './dependencies.ts';
import { replyFor } from './errors.ts';
import { checkHost } from './host-check.ts';
import type { LiveFeed } from './live.ts';
import { createConsoleRouter } from './static-files.ts';

/** What the application shares with the rest of the server. */
export interface ApplicationParts {
  readonly auth: Auth;
  readonly live: LiveFeed;
  readonly limits: ServerLimits;
}

/** Not listening; a request below `/v1` must not come here. */
export function createApplication(dependencies: ServerDependencies, parts: ApplicationParts): Express {
  const application = express();
  application.disable('x-powered-by');
  application.set('query parser', false);
  application.use(securityHeaders());
  application.use((request, _response, next) => {
    checkHost(request, dependencies.host, dependencies.allowedHosts);
    next();
  });
  addProbes(application, dependencies, parts.auth);
  application.use('/api/v1', createApiRouter(dependencies, parts));
  application.use('/api', (request) => {
    throw new AppError('NOT_FOUND', `${request.originalUrl.split('?')[0]} does not exist; the API begins at /api/v1`);
  });
  application.use(createConsoleRouter(dependencies.webRoot));
  application.use(sendError(dependencies));
  return application;
}

/** Everything from this origin only; no TLS-only headers, because the listener speaks plain HTTP. */
function securityHeaders(): RequestHandler {
  const self = ["'self'"];
  const none = ["'none'"];
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: self,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: ["'self'", 'data:'],
        connectSrc: self,
        objectSrc: none,
        baseUri: none,
        frameAncestors: none,
        formAction: self,
      },
    },
  });
}

/** `/healthz` and `/readyz` are open; `/metrics` is data and needs the read token when there is one. */
function addProbes(application: Express, dependencies: ServerDependencies, auth: Auth): void {
  const refuse: RequestHandler = (request, response) => {
    response.set('allow', 'GET, HEAD');
    throw new AppError('METHOD_NOT_ALLOWED', `${request.method} is not possible here; this address takes GET, HEAD`);
  };
  const get = (path: string, handler: RequestHandler) => application.route(path).get(handler).all(refuse);
  get('/healthz', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'ok', version: dependencies.version });
  });
  get('/readyz', (_request, response) => {
    const { ready, reason } = dependencies.isReady();
    response
      .status(ready ? 200 : 503)
      .set('cache-control', 'no-store')
      .json({ ready, reason });
  });
  get('/metrics', (request, response) => {
    auth.requireRead(request);
    response.set('cache-control', 'no-store').set('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.send(Buffer.from(dependencies.metricsText()));
  });
}

function sendError({ log }: ServerDependencies): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const { status, body } = replyFor(thrown, log);
    if (status === 401) response.set('www-authenticate', 'Bearer');
    if (status === 503) response.set('retry-after', '5');
    response.status(status).set('cache-control', 'no-store').json(body);
  };
}
