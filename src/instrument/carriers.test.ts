/** Correlation outside of HTTP: background work, outgoing requests, events, sockets. */
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  consumeEvent,
  correlation,
  type DomainEvent,
  type Instrumentation,
  instrumentDomain,
  logFields,
  metric,
  publishEvent,
  runWithCorrelation,
  sendMessage,
  start,
  wrapWebSocket,
} from './index.ts';
import { closeServer, countOf, listen, openReceiver, pointsOf, type Receiver } from './testing/receiver.ts';

const uuidv7Form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let receiver: Receiver;
let library: Instrumentation;
let echo: Server;
let echoPort: number;

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
  echo = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  echoPort = await listen(echo);
});

afterEach(async () => {
  await closeServer(echo);
  await library.shutdown();
  await receiver.close();
});

describe('runWithCorrelation', () => {
  it('keeps an acceptable id, replaces any other by a UUIDv7, and ends with the work', async () => {
    expect(correlation()).toBeNull();
    expect(logFields()).toEqual({});
    expect(runWithCorrelation('job-1', () => correlation()?.correlationId)).toBe('job-1');
    expect(runWithCorrelation('two words', () => correlation()?.correlationId)).toMatch(uuidv7Form);
    const id = await runWithCorrelation(null, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return correlation()?.correlationId;
    });
    expect(id).toMatch(uuidv7Form);
    expect(correlation()).toBeNull();
  });

  it('puts all calls of the work into one trace', async () => {
    const jobs = instrumentDomain('jobs', { step: async () => correlation()?.traceId });
    const ids = await runWithCorrelation('job-2', async () => [
      correlation()?.traceId,
      await jobs.step(),
      await jobs.step(),
    ]);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('fetch', () => {
  const caller = instrumentDomain('caller', {
    get: async (url: string, init?: RequestInit): Promise<Record<string, string>> =>
      (await library.fetch(url, init)).json() as Promise<Record<string, string>>,
  });

  it('carries correlation, trace and baggage to loopback', async () => {
    const headers = await runWithCorrelation('out-1', () =>
      caller.get(`http://127.0.0.1:${echoPort}/`, { headers: { accept: 'x/y' } }),
    );
    await library.flush();
    const [span] = receiver.spans;
    expect(headers).toMatchObject({
      accept: 'x/y',
      'x-correlation-id': 'out-1',
      traceparent: `00-${span?.traceId}-${span?.spanId}-01`,
      baggage: 'seam.correlation_id=out-1',
    });
  });

  it('adds nothing for a host that is not named, nothing over what the app set, nothing outside of a correlation', async () => {
    const own = await runWithCorrelation('out-2', () =>
      caller.get(`http://127.0.0.1:${echoPort}/`, { headers: { 'x-correlation-id': 'mine' } }),
    );
    expect(own['x-correlation-id']).toBe('mine');
    const outside = await (await library.fetch(`http://127.0.0.1:${echoPort}/`)).text();
    expect(outside).not.toContain('x-correlation-id');
    await library.shutdown();
    library = await start({ serviceName: 'shop', endpoint: null, propagateTo: [`127.0.0.1:${echoPort + 1}`] });
    const foreign = await runWithCorrelation('out-3', () => caller.get(`http://127.0.0.1:${echoPort}/`));
    expect(Object.keys(foreign).filter((name) => /correlation|trace|baggage/.test(name))).toEqual([]);
  });

  it('sends trace flags 00 when the trace is not sampled', async () => {
    await library.shutdown();
    library = await start({ serviceName: 'shop', endpoint: null, sampleRatio: 0 });
    const headers = await runWithCorrelation('out-4', () => caller.get(`http://127.0.0.1:${echoPort}/`));
    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });
});

describe('events', () => {
  const options = { source: 'posts', userId: 'u-1' } as const;

  it('follow the extraction plan by default and name their cause', () => {
    const first = runWithCorrelation('e-1', () => publishEvent('post.created', { postId: 5 }, options));
    const second = publishEvent('feed.updated', {}, { ...options, causedBy: first, version: 3 });
    expect(first).toEqual({
      id: expect.stringMatching(uuidv7Form),
      type: 'post.created',
      source: 'posts',
      timestamp: expect.any(Number),
      userId: 'u-1',
      data: { postId: 5 },
      metadata: { correlationId: 'e-1', version: 1, traceparent: expect.stringMatching(/-01$/) },
    });
    expect(second.metadata).toMatchObject({ causationId: first.id, version: 3 });
  });

  it('of the scaling plan have the version on top, user and trace in metadata', () => {
    const event = runWithCorrelation('e-2', () =>
      publishEvent('post.created', {}, { ...options, envelope: 'scaling-plan', version: 2 }),
    );
    expect(event.version).toBe(2);
    expect(event.userId).toBeUndefined();
    expect(event.metadata).toEqual({
      userId: 'u-1',
      traceId: event.metadata.traceparent?.slice(3, 35),
      correlationId: 'e-2',
      traceparent: expect.any(String),
    });
  });

  it('are consumed in the same correlation and trace, counted, with lag and an asynchronous edge', async () => {
    const posts = instrumentDomain('posts', { create: async () => publishEvent('post.created', {}, options) });
    const event: DomainEvent = JSON.parse(JSON.stringify(await runWithCorrelation('e-3', () => posts.create())));
    const seen = await consumeEvent(event, 'notifications', async () => correlation());
    expect(seen).toMatchObject({ correlationId: 'e-3', domain: 'notifications' });
    const failure = new Error('no push');
    await expect(consumeEvent(event, 'feed', () => Promise.reject(failure))).rejects.toBe(failure);
    await library.flush();
    const span = (name: string) => receiver.spans.find((one) => one.name === name);
    expect(span('publish post.created')?.kind).toBe(4);
    expect(span('consume post.created')).toMatchObject({
      kind: 5,
      traceId: span('publish post.created')?.traceId,
      parentSpanId: span('publish post.created')?.spanId,
    });
    expect(span('publish post.created')?.parentSpanId).toBe(span('posts.create')?.spanId);
    expect(pointsOf(receiver, metric.eventPublished, { type: 'post.created' })[0]?.value).toBe(1);
    expect(pointsOf(receiver, metric.eventConsumed, { 'seam.domain': 'notifications' })[0]?.value).toBe(1);
    expect(countOf(receiver, metric.eventLag)).toBe(2);
    const edge = (to: string, outcome: string) =>
      countOf(receiver, metric.callDuration, { from: 'posts', to, mode: 'async', outcome });
    expect([edge('notifications', 'ok'), edge('feed', 'ok'), edge('feed', 'error')]).toEqual([1, 0, 1]);
  });

  it("and messages of a trace sampled at a ratio say so, and the consumer's span does too", async () => {
    await library.shutdown();
    library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, sampleRatio: 0.5 });
    const posts = instrumentDomain('posts', {
      create: () => {
        const sent: string[] = [];
        sendMessage({ send: (text) => sent.push(text) }, {});
        return { event: publishEvent('post.created', {}, options), message: JSON.parse(sent[0] ?? '{}') };
      },
    });
    const all = Array.from({ length: 40 }, () => runWithCorrelation(null, () => posts.create()));
    const sampled = all.filter(({ event }) => event.metadata.traceparent?.endsWith('-01'));
    expect(sampled.length).toBeGreaterThan(5);
    expect(sampled.length).toBeLessThan(35);
    for (const { event, message } of all) {
      const state = sampled.some((one) => one.event === event) ? 'ot=th:8' : undefined;
      expect([event.metadata.tracestate, message.tracestate]).toEqual([state, state]);
      consumeEvent(event, 'feed', () => {});
    }
    await library.flush();
    const consumed = receiver.spans.filter((span) => span.kind === 5);
    expect(consumed.map((span) => span.traceState)).toEqual(sampled.map(() => 'ot=th:8'));
  });

  it('without an envelope of ours are consumed under a new correlation', () => {
    const bare = { type: 'user.created', data: {} } as unknown as DomainEvent;
    expect(consumeEvent(bare, 'feed', () => correlation()?.correlationId)).toMatch(uuidv7Form);
  });
});

describe('sockets', () => {
  it('carry correlation and trace in both directions, over a real connection', async () => {
    const chat = instrumentDomain('chat', { send: async () => correlation() });
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    const handled = Promise.withResolvers<unknown>();
    server.on('connection', (socket) => {
      socket.on('message', async () => {
        const seen = await chat.send();
        sendMessage(socket, { kind: 'reply', own: true });
        handled.resolve(seen);
      });
      expect(wrapWebSocket(socket, { domain: 'chat' })).toBe(socket);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    await new Promise((resolve) => client.once('open', resolve));
    const reply = new Promise<Record<string, unknown>>((resolve) =>
      client.once('message', (data) => resolve(JSON.parse(String(data)))),
    );
    const traceId = await runWithCorrelation('ws-1', async () => {
      sendMessage(client, { kind: 'message', text: 'hi' });
      return correlation()?.traceId;
    });
    expect(await handled.promise).toMatchObject({ correlationId: 'ws-1', traceId, domain: 'chat' });
    const answered = await reply;
    expect(answered).toMatchObject({ kind: 'reply', own: true, correlationId: 'ws-1' });
    expect(String(answered.traceparent)).toContain(String(traceId));
    client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  it('of the standard kind run added listeners in the carried correlation, and can remove them', () => {
    const socket = wrapWebSocket(new EventTarget(), { domain: 'chat' });
    const seen: unknown[] = [];
    const listener = (): void => {
      seen.push(correlation()?.correlationId);
    };
    socket.addEventListener('message', listener);
    const message = (data: unknown) => socket.dispatchEvent(new MessageEvent('message', { data }));
    message('{"correlationId":"std-1"}');
    message('not json, "correlationId"');
    socket.removeEventListener('message', listener);
    message('{"correlationId":"std-2"}');
    expect(seen).toEqual(['std-1', expect.stringMatching(uuidv7Form)]);
  });
});
