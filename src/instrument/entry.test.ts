/** Requests through express: correlation in and out, one entry observation each. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import { propagation } from '@opentelemetry/api';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  correlation,
  expressCorrelation,
  type Instrumentation,
  instrumentDomain,
  logFields,
  metric,
  start,
} from './index.ts';
import { closeServer, countOf, listen, openReceiver, type Receiver } from './testing/receiver.ts';

const uuidv7Form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let receiver: Receiver;
let library: Instrumentation;
let servers: Server[] = [];

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
});

afterEach(async () => {
  await Promise.all(servers.map(closeServer));
  servers = [];
  await library.shutdown();
  await receiver.close();
});

async function serve(server: Server): Promise<string> {
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

function shop(): express.Express {
  const posts = instrumentDomain('posts', {
    get: async (id: string) => {
      if (id === '13') throw new Error('thirteen');
      return { id, ...correlation(), log: logFields() };
    },
  });
  const app = express();
  app.use(expressCorrelation({ domainOf: ({ path }) => (path.startsWith('/api/feed') ? 'feed' : null) }));
  app.use(express.json());
  const api = express.Router();
  api.get('/posts/:id', async (request, response) => {
    response.json(await posts.get(request.params.id));
  });
  api.post('/echo', (request, response) => {
    response.status(422).json({ body: request.body, correlationId: correlation()?.correlationId });
  });
  app.use('/api', api);
  app.get('/api/feed', (_request, response) => {
    response.json(correlation());
  });
  app.use((_error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    if (response.headersSent) next();
    else response.status(500).json({});
  });
  return app;
}

/** The JSON object of an answer. */
async function bodyOf(answer: Response): Promise<Record<string, unknown>> {
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

const entryWhere = (operation: string, outcome: string, domain: string) => ({
  entry: 'true',
  'seam.operation': operation,
  'seam.domain': domain,
  outcome,
});

describe('express', () => {
  it('echoes the correlation ID, joins the incoming trace and makes one SERVER span above the domain span', async () => {
    const address = await serve(createServer(shop()));
    const answer = await fetch(`${address}/api/posts/7`, { headers: { 'x-request-id': 'abc-1', traceparent } });
    expect(answer.headers.get('x-correlation-id')).toBe('abc-1');
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ correlationId: 'abc-1', domain: 'posts', operation: 'get' });
    expect(body.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(body.log).toEqual({
      trace_id: body.traceId,
      span_id: body.spanId,
      correlation_id: 'abc-1',
      domain: 'posts',
    });
    await library.flush();
    const server = receiver.spans.filter((span) => span.kind === 2);
    expect(server).toHaveLength(1);
    expect(server[0]).toMatchObject({
      name: 'GET /api/posts/:id',
      parentSpanId: 'b7ad6b7169203331',
      attributes: {
        'seam.domain': 'posts',
        'seam.operation': 'GET /api/posts/:id',
        'seam.correlation_id': 'abc-1',
        'http.route': '/api/posts/:id',
        'http.response.status_code': 200,
      },
    });
    const inner = receiver.spans.find((span) => span.name === 'posts.get');
    expect(inner?.parentSpanId).toBe(server[0]?.spanId);
    expect(inner?.spanId).toBe(body.spanId);
  });

  it('counts 5xx as error, 4xx as rejected, an unknown route under one name', async () => {
    const address = await serve(createServer(shop()));
    for (const id of ['1', '2', '13']) await fetch(`${address}/api/posts/${id}`);
    await fetch(`${address}/nowhere/1`);
    await fetch(`${address}/nowhere/2`);
    await fetch(`${address}/api/feed`);
    await library.flush();
    const count = (operation: string, outcome: string, domain: string) =>
      countOf(receiver, metric.requestDuration, entryWhere(operation, outcome, domain));
    expect(count('GET /api/posts/:id', 'ok', 'posts')).toBe(2);
    expect(count('GET /api/posts/:id', 'error', 'posts')).toBe(1);
    expect(count('GET unmatched', 'rejected', 'unmapped')).toBe(2);
    expect(count('GET /api/feed', 'ok', 'feed')).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { entry: 'true' })).toBe(6);
    expect(countOf(receiver, metric.callDuration, { from: 'entry', to: 'posts' })).toBe(3);
  });

  it('keeps the correlation across the body parser and replaces an id that is not acceptable', async () => {
    const address = await serve(createServer(shop()));
    const answer = await fetch(`${address}/api/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-correlation-id': 'no spaces allowed' },
      body: JSON.stringify({ a: 1 }),
    });
    const body = await bodyOf(answer);
    expect(body.body).toEqual({ a: 1 });
    expect(body.correlationId).toMatch(uuidv7Form);
    expect(answer.headers.get('x-correlation-id')).toBe(body.correlationId);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, entryWhere('POST /api/echo', 'rejected', 'unmapped'))).toBe(1);
  });

  it('counts a client that goes away as rejected', async () => {
    const left = Promise.withResolvers<void>();
    const app = express();
    app.use(expressCorrelation());
    app.get('/slow', (_request, response) => {
      response.on('close', () => left.resolve());
    });
    const address = await serve(createServer(app));
    const sent = httpRequest(`${address}/slow`);
    const failed = new Promise((resolve) => sent.once('error', resolve));
    sent.end();
    const server = servers[0];
    await new Promise((resolve) => server?.once('request', resolve));
    sent.destroy(new Error('the client goes away'));
    await failed;
    await left.promise;
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, entryWhere('GET /slow', 'rejected', 'unmapped'))).toBe(1);
  });

  it('gives the incoming baggage to OpenTelemetry and passes it on', async () => {
    const app = express();
    app.use(expressCorrelation());
    app.get('/next', async (_request, response) => {
      const seen = propagation.getActiveBaggage()?.getEntry('tenant')?.value;
      const next = await library.fetch(`${address}/echo`);
      response.json({ seen, next: await bodyOf(next) });
    });
    app.get('/echo', (request, response) => {
      response.json({ baggage: request.headers.baggage });
    });
    const address = await serve(createServer(app));
    const headers = { baggage: 'tenant=a%20b,seam.correlation_id=bag-1' };
    expect(await bodyOf(await fetch(`${address}/next`, { headers }))).toEqual({
      seen: 'a b',
      next: { baggage: 'seam.correlation_id=bag-1,tenant=a%20b' },
    });
  });

  it('does not follow a traceparent in upper case', async () => {
    const address = await serve(createServer(shop()));
    const answer = await fetch(`${address}/api/feed`, { headers: { traceparent: traceparent.toUpperCase() } });
    expect((await bodyOf(answer)).traceId).not.toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('makes no span for a trace that the caller did not sample, and counts it all the same', async () => {
    const address = await serve(createServer(shop()));
    const answer = await fetch(`${address}/api/posts/1`, {
      headers: { traceparent: traceparent.replace(/01$/, '00') },
    });
    expect(await answer.json()).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: null });
    await library.flush();
    expect(receiver.spans).toEqual([]);
    expect(countOf(receiver, metric.requestDuration)).toBe(2);
  });
});
