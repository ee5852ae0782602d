/** The HTTP side: operational pages first, then correlation, then every domain's routes, then what went wrong. */
import { AsyncLocalStorage } from 'node:async_hooks';
import express, { type NextFunction, type Request, type Response } from 'express';
import { correlation, expressCorrelation, type Instrumentation } from 'seamwatch/instrument';
import { mountAnalytics } from './analytics/index.ts';
import { mountChat } from './chat/index.ts';
import type { Domains } from './domains.ts';
import { mountEvents } from './events/index.ts';
import { mountFaults } from './faults.ts';
import { mountFeed } from './feed/index.ts';
import { mountFollows } from './follows/index.ts';
import { mountMedia } from './media/index.ts';
import { mountNotifications } from './notifications/index.ts';
import {
  type App,
  type Clock,
  type Faults,
  HttpError,
  type Log,
  messageOf,
  statusOf,
  userIdOf,
} from './platform/index.ts';
import { mountPosts } from './posts/index.ts';
import { mountRecommendations } from './recommendations/index.ts';
import { mountSearch } from './search/index.ts';
import { mountUsers } from './users/index.ts';
import { mountWeb } from './web/index.ts';

/** What the app is made of; `faults` null = the endpoint answers 404. */
export interface AppParts {
  readonly domains: Domains;
  readonly instrumentation: Instrumentation;
  readonly faults: Faults | null;
  /** Where pages send what they measure; null = nowhere. */
  readonly endpoint: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly isReady: () => boolean;
  /** Checks the Host header: a page of another site must not reach a loopback server by a name of its own. */
  readonly isHostAllowed: (host: string) => boolean;
  readonly highestUserId: number;
}

/** An express app that is not listening yet. */
export function buildApp(parts: AppParts): App {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use((request, _response, next) => {
    if (parts.isHostAllowed(request.headers.host ?? '')) return next();
    next(new HttpError(403, `host "${request.headers.host ?? ''}" is not served here; use 127.0.0.1 or localhost`));
  });
  mountOperations(app, parts);
  app.use(expressCorrelation({ domainOf: ({ path }) => domainOfPath(path) }));
  app.use(requestLine(parts.log));
  app.use(express.json({ limit: '64kb' }));
  mountDomains(app, parts);
  app.use((request) => {
    throw new HttpError(404, `there is nothing at ${request.method} ${request.path}; GET /about lists what there is`);
  });
  app.use(answerError(parts.log));
  return app;
}

/** Pages for machines and visitors; they are nobody's traffic and stay out of the domains' numbers. */
function mountOperations(app: App, parts: AppParts): void {
  mountWeb(app, { endpoint: parts.endpoint, hasFaults: parts.faults !== null });
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.get('/ready', (_request, response) => {
    const isReady = parts.isReady();
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (request, response) => {
    const openMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text');
    const page = await parts.instrumentation.metricsPage({ openMetrics });
    response.set('content-type', page.contentType).end(page.body);
  });
  mountFaults(app, parts.faults);
}

function mountDomains(app: App, { domains, clock, highestUserId }: AppParts): void {
  const userOf = (request: Request): number => userIdOf(request, highestUserId);
  mountFeed(app, domains.feed, userOf);
  mountPosts(app, domains.posts, userOf);
  mountFollows(app, domains.follows, userOf);
  mountUsers(app, domains.users);
  mountSearch(app, domains.search);
  mountChat(app, domains.chat, userOf);
  mountNotifications(app, domains.notifications, userOf);
  mountRecommendations(app, domains.recommendations, userOf);
  mountEvents(app, domains.events, clock, userOf);
  mountMedia(app, domains.media, userOf);
  mountAnalytics(app, domains.analytics, clock, userOf);
}

/** `/api/users/7/follow` belongs to follows; everything else to the domain it is named after. Null outside the API. */
export function domainOfPath(path: string): string | null {
  if (/^\/api\/users\/[^/]+\/follow\/?$/.test(path)) return 'follows';
  const name = /^\/api\/([a-z]+)(?:\/|$)/.exec(path)?.[1];
  return name !== undefined && entryDomains.has(name) ? name : null;
}

const entryDomains: ReadonlySet<string> = new Set([
  'users',
  'posts',
  'feed',
  'chat',
  'search',
  'notifications',
  'recommendations',
  'media',
  'analytics',
  'events',
]);

/** One line a request, in its correlation; the console shows it beside the spans. */
function requestLine(log: Log) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const begun = performance.now();
    const { method, path } = request;
    response.once(
      'finish',
      AsyncLocalStorage.bind(() => {
        const { statusCode: status } = response;
        log.debug(
          { method, path, status, ms: Math.round(performance.now() - begun) },
          `${method} ${path} answered ${status}`,
        );
      }),
    );
    next();
  };
}

function answerError(log: Log) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) log.error({ method: request.method, path: request.path, status }, messageOf(error));
    response.status(status).json({ error: { status, message: sentenceOf(error, status) } });
  };
}

/** What the client may read: our own words, or where to look when something unforeseen was thrown. */
function sentenceOf(error: unknown, status: number): string {
  if (status < 500 && error instanceof SyntaxError) return `the body is not JSON: ${error.message}`;
  if (status < 500 || error instanceof HttpError) return messageOf(error);
  return `something failed here; look for ${correlation()?.correlationId ?? 'this moment'} in the log`;
}
