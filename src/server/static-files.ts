/** The built console as static files, with the page itself for every client route; a plain page when it is not built. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, type Router } from 'express';
import { AppError } from '../kernel/errors.ts';

/** A year; only for names that carry a hash of their content. */
const immutable = 'public, max-age=31536000, immutable';
const fileName = /\.(?:css|html|ico|js|json|map|png|svg|txt|webmanifest|woff2?)$/;
const hashedName = /[-.][A-Za-z0-9_-]{8,}\.\w+$/;

/** Serves `webRoot` (index.html, assets/); null or a folder without index.html gives a page that says how to build it. */
export function createConsoleRouter(webRoot: string | null): Router {
  const router = express.Router({ caseSensitive: true });
  const page = webRoot === null ? null : join(webRoot, 'index.html');
  if (webRoot !== null && page !== null && existsSync(page)) {
    router.use(express.static(webRoot, { index: false, redirect: false, cacheControl: false, setHeaders: setCaching }));
    router.use(onlyPages, (_request, response, next) => {
      response.set('cache-control', 'no-cache');
      response.sendFile('index.html', { root: webRoot, cacheControl: false }, (error) => {
        if (error !== undefined && error !== null) next(error);
      });
    });
  } else router.use(onlyPages, (_request, response) => void response.type('html').send(notBuiltPage));
  return router;
}

function setCaching(response: { setHeader: (name: string, value: string) => unknown }, path: string): void {
  response.setHeader('cache-control', hashedName.test(path) && path.includes('assets') ? immutable : 'no-cache');
}

/** Lets client routes through; a missing file, a method that changes things, or a client that wants no page is refused. */
const onlyPages: RequestHandler = (request, response, next) => {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.set('allow', 'GET, HEAD');
    throw new AppError('METHOD_NOT_ALLOWED', `${request.method} is not possible here; this address takes GET, HEAD`);
  }
  const isFile = request.path.startsWith('/assets/') || fileName.test(request.path);
  if (isFile || request.accepts('html') === false) {
    throw new AppError('NOT_FOUND', `${request.path} does not exist; the API begins at /api/v1, the console at /`);
  }
  next();
};

const notBuiltPage = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Seamwatch</title>
<h1>Seamwatch is running; its console is not built</h1>
<p>Run <code>npm run web</code> and start again. Everything else works: <a href="/api/v1/status">status</a>,
<a href="/api/v1/objectives">objectives</a>, <a href="/api/v1/triggers">triggers</a>,
<a href="/api/v1/readiness">readiness</a>, <a href="/api/v1/openapi.json">the API</a>, <a href="/metrics">metrics</a>.</p>
</html>
`;
