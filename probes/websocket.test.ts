/** WebSocket runs against a real server. */
import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { listen, runExample, startWeb } from './probe-fixture.ts';

interface Talk {
  readonly socket: WebSocket;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A server whose upgrades are accepted; `talk` is given each connection. */
async function socketServer(talk: (talk: Talk) => void) {
  const sockets = new WebSocketServer({ noServer: true });
  const web = createServer();
  web.on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => talk({ socket, headers: request.headers }));
  });
  const server = await listen(web);
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await server.close();
  });
  return server;
}

describe('a WebSocket probe', () => {
  it('opens with trace and correlation, and says goodbye', async () => {
    const seen: Talk[] = [];
    const closed: number[] = [];
    const server = await socketServer((talk) => {
      seen.push(talk);
      talk.socket.on('close', (code) => closed.push(code));
    });
    const run = await runExample({ kind: 'websocket', url: '/ws', headers: { 'x-user-id': 4 } }, server.url);
    expect(run).toMatchObject({ ok: true, steps: [{ id: 'exchange' }] });
    expect(seen[0]?.headers).toMatchObject({
      traceparent: `00-${run.traceId}-${run.steps[0]?.spanId}-01`,
      tracestate: 'seam=probe',
      'x-correlation-id': run.correlationId,
      'x-user-id': '4',
    });
    await expect.poll(() => closed).toEqual([1000]);
  });

  it('sends JSON with the correlation in it and finds the answer among others', async () => {
    const got: unknown[] = [];
    const server = await socketServer(({ socket }) => {
      socket.on('message', (data) => {
        got.push(JSON.parse(String(data)));
        for (const answer of ['hello', '{"type":"presence"}', '{"type":"pong","n":1}']) socket.send(answer);
      });
    });
    const row = { kind: 'websocket', url: '/ws', send: { json: { type: 'ping' } } };
    const run = await runExample({ ...row, receive: { match: { type: 'pong' } } }, server.url);
    expect(run).toMatchObject({ ok: true });
    expect(got).toEqual([
      {
        type: 'ping',
        correlationId: run.correlationId,
        traceparent: `00-${run.traceId}-${run.steps[0]?.spanId}-01`,
        tracestate: 'seam=probe',
      },
    ]);
    const without = await runExample({ ...row, receive: { match: { type: 'pang' } }, timeout: '60ms' }, server.url);
    expect(without.reason).toBe(
      `no answer from ${server.place} within 60ms (3 other messages, none like {"type":"pang"})`,
    );
  });

  it('sends text as it is and finds text', async () => {
    const server = await socketServer(({ socket }) =>
      socket.on('message', (data) => socket.send(`echo ${String(data)}`)),
    );
    const row = { kind: 'websocket', url: '/ws', send: { text: 'hi' }, receive: { contains: 'echo hi' } };
    expect(await runExample(row, server.url)).toMatchObject({ ok: true });
  });

  it('says that the upgrade was refused, and that the server hung up', async () => {
    const web = await startWeb((_request, response) => response.writeHead(418).end());
    onTestFinished(() => web.close());
    expect((await runExample({ kind: 'websocket', url: '/ws' }, web.url)).reason).toBe(
      `${web.place}: the socket was refused with status 418`,
    );
    const server = await socketServer(({ socket }) => socket.close(1011));
    const run = await runExample({ kind: 'websocket', url: '/ws', receive: { contains: 'x' } }, server.url);
    expect(run.reason).toBe(
      `${server.place}: the server closed the socket (code 1011) (0 other messages, none like "x")`,
    );
  });
});
