/** Requests through fetch-style handlers and a real Hono app. */
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { correlation, type Instrumentation, instrumentDomain, metric, start, wrapHandler } from './index.ts';
import { countOf, openReceiver, type Receiver } from './testing/receiver.ts';

let receiver: Receiver;
let library: Instrumentation;

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
});

afterEach(async () => {
  await library.shutdown();
  await receiver.close();
});

const entryWhere = (operation: string, outcome: string, domain: string) => ({
  entry: 'true',
  'seam.operation': operation,
  'seam.domain': domain,
  outcome,
});

describe('fetch-style handlers', () => {
  it('get correlation, one SERVER span and one observation by the given route', async () => {
    const handler = wrapHandler(
      async (_request: Request, context: { params: { id: string } }) =>
        Response.json({ id: context.params.id, correlationId: correlation()?.correlationId }, { status: 503 }),
      { route: '/api/posts/:id', domain: 'posts' },
    );
    const answer = await handler(new Request('http://shop/api/posts/5', { headers: { 'x-trace-id': 't-9' } }), {
      params: { id: '5' },
    });
    expect(await answer.json()).toEqual({ id: '5', correlationId: 't-9' });
    expect(answer.headers.get('x-correlation-id')).toBe('t-9');
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, entryWhere('GET /api/posts/:id', 'error', 'posts'))).toBe(1);
    expect(receiver.spans.map((span) => [span.name, span.kind])).toEqual([['GET /api/posts/:id', 2]]);
  });

  it('throw on what they throw; a Next.js redirect is not an error', async () => {
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/login;307;' });
    const failure = new Error('boom');
    const moved = wrapHandler(() => Promise.reject(redirect), { route: '/moved' });
    const broken = wrapHandler(
      () => {
        throw failure;
      },
      { route: '/broken' },
    );
    await expect(moved(new Request('http://shop/moved'))).rejects.toBe(redirect);
    await expect(broken(new Request('http://shop/broken'))).rejects.toBe(failure);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, entryWhere('GET /moved', 'ok', 'unmapped'))).toBe(1);
    expect(countOf(receiver, metric.requestDuration, entryWhere('GET /broken', 'error', 'unmapped'))).toBe(1);
  });

  it('may answer with a response whose headers can not be changed', async () => {
    const handler = wrapHandler(() => Response.redirect('http://shop/other', 302));
    const answer = await handler(new Request('http://shop/a', { headers: { 'x-correlation-id': 'r-1' } }));
    expect([answer.status, answer.headers.get('location'), answer.headers.get('x-correlation-id')]).toEqual([
      302,
      'http://shop/other',
      'r-1',
    ]);
  });

  it('wrap a whole Hono app', async () => {
    const feed = instrumentDomain('feed', { home: async () => ['a'] });
    const app = new Hono();
    app.get('/feeds/:id', async (context) => context.json({ posts: await feed.home(), own: correlation() }));
    const handler = wrapHandler((request) => app.fetch(request));
    const answer = await handler(new Request('http://shop/feeds/42', { headers: { 'x-correlation-id': 'h-1' } }));
    expect(await answer.json()).toMatchObject({ posts: ['a'], own: { correlationId: 'h-1' } });
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, entryWhere('GET /feeds/:id', 'ok', 'feed'))).toBe(1);
    expect(countOf(receiver, metric.callDuration, { from: 'entry', to: 'feed' })).toBe(1);
  });
});
