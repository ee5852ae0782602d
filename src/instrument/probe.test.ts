/** The work of a synthetic probe: traced from end to end under its mark, counted once, as a probe's entry. */
import { createServer, type Server } from 'node:http';
import Database from 'better-sqlite3';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  consumeEvent,
  type DomainEvent,
  expressCorrelation,
  type Instrumentation,
  increment,
  instrumentDomain,
  metric,
  publishEvent,
  recordDelivery,
  recordDuration,
  runWithCorrelation,
  sendMessage,
  start,
  wrapDatabase,
  wrapHandler,
  wrapWebSocket,
} from './index.ts';
import { closeServer, countOf, listen, openReceiver, type Receiver } from './testing/receiver.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

let receiver: Receiver;
let library: Instrumentation;
let servers: Server[];

beforeEach(async () => {
  receiver = await openReceiver();
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await closeServer(server);
  await library.shutdown();
  await receiver.close();
});

async function serve(server: Server): Promise<string> {
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

/** An app that does a bit of everything when it is asked for /work; what its bus and its socket carry is kept. */
async function openShop() {
  const echo = await serve(createServer((request, response) => response.end(JSON.stringify(request.headers))));
  const db = wrapDatabase(new Database(':memory:'));
  db.exec('CREATE TABLE notes (text TEXT)');
  const events: DomainEvent[] = [];
  const messages: string[] = [];
  let outgoing: Record<string, string> = {};
  const notes = instrumentDomain('notes', {
    add: async () => {
      db.transaction(() => db.prepare('INSERT INTO notes VALUES (?)').run('a'))();
      recordDelivery({ kind: 'message', sentAtMs: 1, deliveredAtMs: 2 });
      recordDuration(metric.feedLoad, 0.1);
      increment(metric.searchTruncated);
      events.push(publishEvent('note.added', {}, { source: 'notes', userId: '1' }));
      sendMessage({ send: (text) => messages.push(text) }, { kind: 'note' });
      outgoing = (await (await library.fetch(echo)).json()) as Record<string, string>;
    },
  });
  const app = express();
  app.use(expressCorrelation());
  app.get('/work', async (_request, response) => {
    await notes.add();
    await runWithCorrelation('background', () => notes.add());
    response.json({ ok: true });
  });
  return { url: `${await serve(createServer(app))}/work`, events, messages, outgoing: () => outgoing };
}

const counted = [
  metric.callDuration,
  metric.dbDuration,
  metric.dbTransactions,
  metric.messageDelivery,
  metric.feedLoad,
  metric.searchTruncated,
  metric.eventPublished,
  metric.eventConsumed,
  metric.eventLag,
];

async function page(): Promise<string> {
  return (await library.metricsPage()).body;
}

/** Every number of the page that the app's own work moves; the process's own and those of the set-up are left out. */
function numbersOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#') && !/^(?:runtime|process|nodejs)_|entry="probe"/.test(line));
}

describe('a request that carries the mark of a probe', () => {
  it('is counted as the entry of a probe and changes no other number, however deep its work goes', async () => {
    const shop = await openShop();
    await (await fetch(shop.url)).text();
    const before = numbersOf(await page());
    expect(before.some((line) => line.includes('domain_call_duration'))).toBe(true);
    const headers = { traceparent, tracestate: 'seam=probe', 'x-correlation-id': 'probe-notes-1' };
    await (await fetch(shop.url, { headers })).text();
    for (const event of shop.events.slice(2)) {
      consumeEvent(JSON.parse(JSON.stringify(event)), 'feed', () => recordDuration(metric.searchIndexLag, 1));
    }
    expect(numbersOf(await page())).toEqual(before);
    await library.flush();
    const probe = { entry: 'probe', outcome: 'ok', 'seam.operation': 'GET /work', 'seam.domain': 'notes' };
    expect(countOf(receiver, metric.requestDuration, probe)).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { entry: 'probe' })).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { ...probe, entry: 'true' })).toBe(1);
  });

  it('counts each of these for a user, so that the comparison above can fail', async () => {
    const shop = await openShop();
    await (await fetch(shop.url)).text();
    for (const event of shop.events) consumeEvent(event, 'feed', () => {});
    const text = await page();
    const missing = counted.filter((name) => !text.includes(name.replaceAll('.', '_')));
    expect(missing).toEqual([]);
  });

  it('is traced through domains, events and sockets, each span and each carrier with the mark', async () => {
    const shop = await openShop();
    const headers = { traceparent, tracestate: 'ot=th:8 , seam=probe', 'x-correlation-id': 'probe-notes-2' };
    await (await fetch(shop.url, { headers })).text();
    const marked = 'seam=probe,ot=th:8';
    expect(shop.outgoing()).toMatchObject({ tracestate: marked, traceparent: expect.stringContaining(traceId) });
    const [event] = shop.events;
    expect(event?.metadata).toMatchObject({ tracestate: marked, correlationId: 'probe-notes-2' });
    expect(JSON.parse(shop.messages[0] ?? '{}')).toMatchObject({ tracestate: marked, kind: 'note' });
    if (event === undefined) throw new Error('no event was published');
    const caused = consumeEvent(JSON.parse(JSON.stringify(event)), 'feed', () =>
      publishEvent('feed.updated', {}, { source: 'feed', userId: '1', envelope: 'scaling-plan' }),
    );
    expect(caused.metadata.tracestate).toBe(marked);
    expect(publishEvent('later', {}, { source: 'feed', userId: '1', causedBy: caused }).metadata.tracestate).toBe(
      marked,
    );
    await library.flush();
    const names = receiver.spans.map((span) => span.name);
    expect(names).toEqual(
      expect.arrayContaining(['GET /work', 'notes.add', 'publish note.added', 'consume note.added', 'publish later']),
    );
    expect(new Set(receiver.spans.map((span) => `${span.traceId} ${span.traceState}`))).toEqual(
      new Set([`${traceId} ${marked}`]),
    );
  });

  it('keeps the mark over a socket, in both directions', async () => {
    const listeners = wrapWebSocket(new EventTarget(), { domain: 'chat' });
    const sent: string[] = [];
    listeners.addEventListener('message', () => {
      increment('chat.messages');
      sendMessage({ send: (text) => sent.push(text) }, { kind: 'reply' });
    });
    const data = JSON.stringify({ correlationId: 'probe-chat-1', traceparent, tracestate: 'seam=probe' });
    listeners.dispatchEvent(new MessageEvent('message', { data }));
    expect(JSON.parse(sent[0] ?? '{}')).toMatchObject({ correlationId: 'probe-chat-1', tracestate: 'seam=probe' });
    expect(await page()).not.toContain('chat_messages');
  });

  it.each([0, 0.000001])('is traced at a sampling ratio of %d too, as its traceparent asks', async (sampleRatio) => {
    await library.shutdown();
    library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, sampleRatio });
    const shop = await openShop();
    await (await fetch(shop.url, { headers: { traceparent, tracestate: 'seam=probe' } })).text();
    await library.flush();
    expect(receiver.spans.map((span) => span.name)).toEqual(expect.arrayContaining(['GET /work', 'notes.add']));
    expect(shop.events[0]?.metadata).toMatchObject({ tracestate: 'seam=probe' });
  });

  it('keeps its mark where no span is made', async () => {
    const shop = await openShop();
    const unsampled = traceparent.replace(/01$/, '00');
    await (await fetch(shop.url, { headers: { traceparent: unsampled, tracestate: 'seam=probe' } })).text();
    expect(shop.events[0]?.metadata).toMatchObject({ tracestate: 'seam=probe' });
    expect(shop.outgoing()).toMatchObject({ tracestate: 'seam=probe' });
    await library.flush();
    expect(receiver.spans).toEqual([]);
    expect(countOf(receiver, metric.requestDuration, { entry: 'true' })).toBe(0);
    expect(countOf(receiver, metric.requestDuration, { entry: 'probe' })).toBe(1);
  });

  it('is recognised by a fetch-style handler, and only by the exact member beside a valid traceparent', async () => {
    const handle = wrapHandler(() => new Response('ok'), { route: '/h', domain: 'notes' });
    const ask = (headers: Record<string, string>) => handle(new Request('http://localhost/h', { headers }));
    await ask({ traceparent, tracestate: 'vendor=1,seam=probe' });
    for (const tracestate of ['seam=probes', 'xseam=probe', 'vendor=seam=probe', 'seam=other']) {
      await ask({ traceparent, tracestate });
    }
    await ask({ tracestate: 'seam=probe' });
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { entry: 'probe' })).toBe(1);
    expect(countOf(receiver, metric.requestDuration, { entry: 'true' })).toBe(5);
  });
});
