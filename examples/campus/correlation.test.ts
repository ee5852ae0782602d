/** One correlation ID and one trace from the request across the bus to the notification. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type Correlation, correlation } from 'seamwatch/instrument';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startTestCampus, type TestCampus } from './campus-for-tests.ts';

let campus: TestCampus | null = null;
let receiver: Server | null = null;

afterEach(async () => {
  await campus?.close();
  receiver?.close();
  campus = null;
  receiver = null;
});

test('the header of a comment reaches the consumers, the stored notification and the socket of the author', async () => {
  campus = await startTestCampus();
  const seen: (Correlation | null)[] = [];
  campus.bus.subscribe(['comment.created'], 'gamification', () => void seen.push(correlation()));
  const socket = await listen(campus, 5);
  const post = await campus.call('POST', '/api/posts', { userId: 5, body: { content: 'Hello' } });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await campus.call('POST', `/api/posts/${post.body.id}/comments`, {
    userId: 6,
    body: { content: 'Hi' },
    headers: { 'x-correlation-id': 'order-4711', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  });
  expect(answer.headers.get('x-correlation-id')).toBe('order-4711');
  await campus.bus.idle();
  await campus.delivery.idle();
  expect(seen).toMatchObject([{ correlationId: 'order-4711', traceId, domain: 'gamification' }]);
  const inbox = await campus.call('GET', '/api/notifications', { userId: 5 });
  expect(inbox.body.items).toMatchObject([{ eventType: 'comment.created', correlationId: 'order-4711' }]);
  expect(await socket.notification).toMatchObject({ eventType: 'comment.created', correlationId: 'order-4711' });
});

test('the spans of request, publisher, consumers and delivery leave with one correlation ID', async () => {
  const bodies: Buffer[] = [];
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      if (request.url === '/v1/traces') bodies.push(plain);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => receiver?.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  campus = await startTestCampus({ endpoint: `http://127.0.0.1:${port}` });
  const post = await campus.call('POST', '/api/posts', { userId: 5, body: { content: 'Hello' } });
  await campus.call('POST', `/api/posts/${post.body.id}/comments`, {
    userId: 6,
    body: { content: 'Hi' },
    headers: { 'x-correlation-id': 'order-4711' },
  });
  await campus.bus.idle();
  await campus.delivery.idle();
  await campus.close();
  const sent = Buffer.concat(bodies).toString('latin1');
  // Entry, call, producer, two consumers and the delivery at least: each span carries the ID as text in its protobuf.
  expect(sent.split('order-4711').length - 1).toBeGreaterThanOrEqual(6);
  for (const name of ['POST /api/posts/:id/comments', 'posts.comment', 'notifications.take', 'notifications.deliver']) {
    expect(sent, name).toContain(name);
  }
});

/** Connects the user; `notification` is the first one on the socket. */
async function listen(running: TestCampus, userId: number): Promise<{ readonly notification: Promise<unknown> }> {
  const headers = { 'x-user-id': String(userId) };
  const socket = new WebSocket(`${running.url.replace('http', 'ws')}/api/chat/ws`, { headers });
  let found: (payload: unknown) => void = () => {};
  const notification = new Promise<unknown>((resolve) => {
    found = resolve;
  });
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const payload = JSON.parse(String(data)) as { type: string };
      if (payload.type === 'ready') resolve();
      if (payload.type === 'notification') found(payload);
    });
  });
  return { notification };
}
