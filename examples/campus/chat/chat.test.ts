/** Chat over a real WebSocket: order, receipts, presence, soft delete, mistakes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestCampus, type TestCampus } from '../campus-for-tests.ts';

let campus: TestCampus;
beforeAll(async () => {
  campus = await startTestCampus();
});
afterAll(() => campus.close());

type Payload = Readonly<Record<string, unknown>>;

/** A connected user; `next` resolves to the first payload that matches and has not been taken yet. */
interface Talker {
  readonly send: (payload: object | string) => void;
  readonly next: (type: string) => Promise<Payload>;
  readonly close: () => Promise<void>;
}

async function connect(userId: number): Promise<Talker> {
  const socket = new WebSocket(`${campus.url.replace('http', 'ws')}/api/chat/ws`, {
    headers: { 'x-user-id': String(userId) },
  });
  const received: Payload[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    for (const wake of waiting) wake();
  });
  const talker: Talker = {
    send: (payload) => socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload)),
    next: async (type) => {
      for (;;) {
        const index = received.findIndex((payload) => payload.type === type);
        const [found] = index < 0 ? [] : received.splice(index, 1);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    close: () =>
      new Promise((resolve) => {
        socket.on('close', () => resolve());
        socket.close();
      }),
  };
  expect(await talker.next('ready')).toMatchObject({ userId });
  return talker;
}

async function open(userId: number, participantIds: readonly number[]): Promise<number> {
  const answer = await campus.call('POST', '/api/chat/conversations', { userId, body: { participantIds } });
  expect(answer).toMatchObject({ status: 201, body: { id: expect.any(Number) } });
  return Number(answer.body.id);
}

test('forty messages by two senders at once arrive in the order of their sequence numbers, without a gap', async () => {
  const id = await open(3, [4, 5]);
  const reader = await connect(5);
  const sends = Array.from({ length: 40 }, (_, index) =>
    campus.call('POST', `/api/chat/conversations/${id}/send`, {
      userId: index % 2 === 0 ? 3 : 4,
      body: { content: `message ${index}` },
    }),
  );
  const sequence: unknown[] = [];
  for (let count = 0; count < 40; count += 1) sequence.push((await reader.next('message')).seq);
  expect(sequence).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  const answers = await Promise.all(sends);
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 201));
  await reader.close();
});

test('what one socket sends is stored in the order it was sent', async () => {
  const id = await open(3, [4]);
  const sender = await connect(3);
  for (let index = 0; index < 10; index += 1) sender.send({ type: 'send', conversationId: id, content: `m${index}` });
  for (let index = 0; index < 10; index += 1) await sender.next('sent');
  const { body } = await campus.call('GET', `/api/chat/conversations/${id}`, { userId: 4 });
  const contents = (body.messages as { content: string }[]).map((message) => message.content);
  expect(contents).toEqual(Array.from({ length: 10 }, (_, index) => `m${index}`));
  await sender.close();
});

test('a delivered message has a receipt with its time; reading it adds the other one and tells the sender', async () => {
  const id = await open(6, [7]);
  const sender = await connect(6);
  const reader = await connect(7);
  sender.send({ type: 'send', conversationId: id, content: 'Hello' });
  const message = await reader.next('message');
  reader.send({ type: 'read', messageId: message.id });
  expect(await sender.next('receipt')).toMatchObject({ messageId: message.id, userId: 7, what: 'read' });
  const { body } = await campus.call('GET', `/api/chat/conversations/${id}`, { userId: 6 });
  expect(body.receipts).toEqual([
    { messageId: message.id, userId: 7, deliveredAt: expect.any(Number), readAt: expect.any(Number) },
  ]);
  await Promise.all([sender.close(), reader.close()]);
});

test('partners see a user come and go', async () => {
  await open(8, [9]);
  const watcher = await connect(8);
  const other = await connect(9);
  expect(await watcher.next('presence')).toMatchObject({ userId: 9, online: true });
  await other.close();
  expect(await watcher.next('presence')).toMatchObject({ userId: 9, online: false });
  await watcher.close();
});

test('a deleted message keeps its place without its content, and only its sender may delete it', async () => {
  const id = await open(3, [4]);
  const path = `/api/chat/conversations/${id}`;
  const sent = await campus.call('POST', `${path}/send`, { userId: 3, body: { content: 'Oops' } });
  expect((await campus.call('DELETE', `/api/chat/messages/${sent.body.id}`, { userId: 4 })).status).toBe(403);
  expect((await campus.call('DELETE', `/api/chat/messages/${sent.body.id}`, { userId: 3 })).status).toBe(204);
  const { body } = await campus.call('GET', path, { userId: 4 });
  expect(body.messages).toMatchObject([{ id: sent.body.id, seq: 1, content: null }]);
  expect((await campus.call('DELETE', `/api/chat/messages/${sent.body.id}`, { userId: 3 })).status).toBe(404);
});

test('a stranger can neither read nor write a conversation', async () => {
  const path = `/api/chat/conversations/${await open(3, [4])}`;
  expect((await campus.call('GET', path, { userId: 5 })).status).toBe(403);
  expect((await campus.call('POST', `${path}/send`, { userId: 5, body: { content: 'x' } })).status).toBe(403);
});

test('bad JSON and unknown types are answered with an error, and the connection lives on', async () => {
  const talker = await connect(10);
  talker.send('{"type":');
  expect(await talker.next('error')).toMatchObject({ status: 400, message: expect.stringContaining('not JSON') });
  talker.send({ type: 'dance' });
  expect(await talker.next('error')).toMatchObject({ status: 400, message: expect.stringContaining('not understood') });
  talker.send({ type: 'send', conversationId: 99_999, content: 'x' });
  expect(await talker.next('error')).toMatchObject({ status: 404, message: 'conversation 99999 does not exist' });
  talker.send({ type: 'ping' });
  expect(await talker.next('pong')).toBeDefined();
  await talker.close();
});

test('an upgrade elsewhere or by an unknown user is refused', async () => {
  const refused = (path: string, userId: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${campus.url.replace('http', 'ws')}${path}`, { headers: { 'x-user-id': userId } });
      socket.on('error', (error) => resolve(error.message));
    });
  expect(await refused('/api/other', '1')).toBe('Unexpected server response: 404');
  expect(await refused('//', '1')).toBe('Unexpected server response: 404');
  expect(await refused('/api/chat/ws', '99')).toBe('Unexpected server response: 404');
  expect(await refused('/api/chat/ws', 'me')).toBe('Unexpected server response: 400');
});

test('open sockets are the gauge, and a message to someone offline is delivered when it is stored', async () => {
  const id = await open(11, [12]);
  const talker = await connect(11);
  await campus.call('POST', `/api/chat/conversations/${id}/send`, { userId: 11, body: { content: 'Later' } });
  const { text } = await campus.call('GET', '/metrics');
  expect(text).toMatch(/^ws_connections\{domain="chat"\} 1$/m);
  expect(text).toMatch(/^message_delivery_duration_seconds_count\{channel="stored",type="message\.sent"\} \d+$/m);
  await talker.close();
});
