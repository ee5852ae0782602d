/** Requests of a synthetic probe move no number of the users, and their trace crosses the bus and the sockets under its mark. */
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestCampus, type TestCampus } from './campus-for-tests.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const marked = {
  traceparent: `00-${traceId}-b7ad6b7169203331-01`,
  tracestate: 'seam=probe',
  'x-correlation-id': 'probe-chat-0001',
};

let campus: TestCampus;
afterEach(() => campus.close());

/** What users move: every sample of the page but those of probes, of the process itself, and of pushes, which nobody waits for. */
async function usersNumbers(): Promise<string[]> {
  const { text } = await campus.call('GET', '/metrics');
  return text
    .split('\n')
    .filter(
      (line) =>
        !line.startsWith('#') &&
        !/^(?:runtime|process|nodejs|ws_connections)_?|entry="probe"|channel="push"/.test(line),
    );
}

async function settle(): Promise<void> {
  await campus.bus.idle();
  await campus.delivery.idle();
}

interface Listener {
  readonly socket: WebSocket;
  readonly frames: readonly Record<string, unknown>[];
  /** Resolves with the first frame of this type. */
  readonly frame: (type: string) => Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

async function listen(userId: number, headers: Record<string, string>): Promise<Listener> {
  const url = `${campus.url.replace('http', 'ws')}/api/chat/ws`;
  const socket = new WebSocket(url, { headers: { ...headers, 'x-user-id': String(userId) } });
  const frames: Record<string, unknown>[] = [];
  const waiting = new Map<string, (frame: Record<string, unknown>) => void>();
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    frames.push(frame);
    waiting.get(frame.type)?.(frame);
  });
  const frame = (type: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const known = frames.find((one) => one.type === type);
      if (known === undefined) waiting.set(type, resolve);
      else resolve(known);
    });
  await frame('ready');
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      socket.on('close', () => resolve());
      socket.close();
    });
  return { socket, frames, frame, close };
}

/** A chat message over HTTP, one over the socket, a post, its search: what a journey of a probe does. */
async function journey(headers: Record<string, string>): Promise<{ readonly recipient: Listener }> {
  const recipient = await listen(3, headers);
  const opened = await campus.call('POST', '/api/chat/conversations', {
    userId: 2,
    body: { participantIds: [3] },
    headers,
  });
  const conversationId = Number(opened.body.id);
  const sent = await campus.call('POST', `/api/chat/conversations/${conversationId}/send`, {
    userId: 2,
    body: { content: 'ping' },
    headers,
  });
  expect(sent.status).toBe(201);
  await recipient.frame('message');
  recipient.socket.send(JSON.stringify({ type: 'send', conversationId, content: 'pong' }));
  await recipient.frame('sent');
  await campus.call('POST', '/api/posts', { userId: 2, body: { content: 'Probed #probe' }, headers });
  await settle();
  expect((await campus.call('GET', '/api/search?q=probed', { headers })).body.items).not.toEqual([]);
  expect((await campus.call('GET', '/api/feed', { headers })).status).toBe(200);
  expect((await campus.call('GET', '/api/notifications', { userId: 3, headers })).body.items).not.toEqual([]);
  await recipient.frame('notification');
  await recipient.close();
  return { recipient };
}

const usersMetrics = [
  'domain_request_duration_seconds_count{',
  'domain_call_duration_seconds_count{',
  'message_delivery_duration_seconds_count{',
  'notification_delivery_duration_seconds_count{',
  'search_index_lag_seconds_count',
  'event_published',
];

test("a probe's chat message and post leave every number of the users as it was", async () => {
  campus = await startTestCampus();
  await journey({});
  await settle();
  const before = await usersNumbers();
  const missing = usersMetrics.filter((start) => !before.some((line) => line.startsWith(start)));
  expect(missing).toEqual([]);
  await journey(marked);
  await settle();
  expect(await usersNumbers()).toEqual(before);
  const { text } = await campus.call('GET', '/metrics');
  expect(text).toMatch(/domain_request_duration_seconds_count\{[^}]*entry="probe"[^}]*\} 1/);
});

test('the mark and the trace cross the bus and reach the sockets of the recipients', async () => {
  campus = await startTestCampus();
  const events: { type: string; traceparent: string | undefined; tracestate: string | undefined }[] = [];
  campus.bus.subscribe(null, 'gamification', ({ type, metadata: { traceparent, tracestate } }) => {
    events.push({ type, traceparent, tracestate });
  });
  const { recipient } = await journey(marked);
  await settle();
  expect(new Set(events.map((event) => event.type))).toEqual(
    new Set(['conversation.created', 'message.sent', 'post.created']),
  );
  const carried = [...events, ...recipient.frames];
  expect(carried.map(({ tracestate }) => tracestate)).toEqual(carried.map(() => 'seam=probe'));
  for (const { traceparent } of carried) expect(traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
});

test('the mail digest, which runs by itself, leaves out what a probe caused and counts what a user caused', async () => {
  campus = await startTestCampus();
  const emails = async (): Promise<number> => {
    const lines = (await usersNumbers()).filter((line) =>
      /^notification_delivery_duration_seconds_count\{.*channel="email"/.test(line),
    );
    return lines.reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  };
  const say = async (headers: Record<string, string>): Promise<void> => {
    const opened = await campus.call('POST', '/api/chat/conversations', {
      userId: 2,
      body: { participantIds: [4] },
      headers,
    });
    await campus.call('POST', `/api/chat/conversations/${opened.body.id}/send`, {
      userId: 2,
      body: { content: 'x' },
      headers,
    });
    await settle();
    expect(await campus.domains.notifications.digest()).toBeGreaterThan(0);
  };
  await say({});
  const before = await emails();
  expect(before).toBeGreaterThan(0);
  await say(marked);
  expect(await emails()).toBe(before);
});
