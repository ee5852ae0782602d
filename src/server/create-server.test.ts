/** Ports, hosts, extra listeners and the end of a server. */

import { once } from 'node:events';
import { createServer as createBareServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fixtureDependencies, fixtureLive } from './fixture-queries.ts';
import { sendBare } from './fixture-request.ts';
import { createServer, type RunningServer, type ServerDependencies } from './index.ts';

const closers: (() => Promise<unknown>)[] = [];
async function start(changes: Partial<ServerDependencies> = {}): Promise<RunningServer> {
  const server = await createServer(fixtureDependencies(changes));
  closers.push(() => server.close());
  return server;
}
async function busyPort(): Promise<number> {
  const other = createBareServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  closers.push(() => new Promise((resolve) => other.close(resolve)));
  return (other.address() as AddressInfo).port;
}
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

describe('binding', () => {
  it('picks a free port for 0 and says which', async () => {
    const server = await start();
    expect(server.port).toBeGreaterThan(0);
    expect(server.address).toBe(`http://127.0.0.1:${server.port}`);
    expect(server.listeners()).toEqual([
      { name: 'console, API and OTLP', address: server.address, ok: true, reason: null },
    ]);
  });

  it('names the port and the flag that moves it when the port is busy', async () => {
    const port = await busyPort();
    const live = fixtureLive();
    await expect(createServer(fixtureDependencies({ port, flagName: '--port', live }))).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${port} on 127.0.0.1 is used by another process; stop it, or choose another port with --port`,
    });
    expect(live.listenerCount()).toBe(0);
  });

  it('goes on when an optional extra port is busy, and names it', async () => {
    const port = await busyPort();
    const extra = { name: 'OTLP/HTTP', port, required: false, flagName: '--otlp-port' };
    const server = await start({ extraListeners: [extra] });
    expect(server.listeners()[1]).toEqual({
      name: 'OTLP/HTTP',
      address: `http://127.0.0.1:${port}`,
      ok: false,
      reason: `port ${port} on 127.0.0.1 is used by another process; stop it, or choose another port with --otlp-port`,
    });
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
  });

  it('fails when a required extra port is busy, and lets the main port go', async () => {
    const port = await busyPort();
    const free = await start();
    await free.close();
    const dependencies = fixtureDependencies({
      port: free.port,
      extraListeners: [{ name: 'OTLP/HTTP', port, required: true }],
    });
    await expect(createServer(dependencies)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect((await start({ port: free.port })).port).toBe(free.port);
  });

  it.each([
    [{ ingest: [], read: null, admin: null }, 'tokens.ingest and tokens.read is not set'],
    [{ ingest: [{ name: 'a', token: 'a' }], read: null, admin: 'c' }, 'but tokens.read is not set'],
  ])('refuses a host that other machines reach without tokens (%o)', async (tokens, text) => {
    await expect(createServer(fixtureDependencies({ host: '0.0.0.0', tokens }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(text),
    });
  });

  it('refuses an empty token', async () => {
    const tokens = { ingest: [], read: '', admin: null };
    await expect(createServer(fixtureDependencies({ tokens }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'tokens.read is empty; give it a long random value or leave the key out',
    });
  });
});

describe('the extra telemetry port', () => {
  it('takes telemetry with the same checks and serves nothing else', async () => {
    const tokens = { ingest: [{ name: 'ingest', token: 'ingest-secret' }], read: null, admin: null };
    const server = await start({ tokens, extraListeners: [{ name: 'OTLP/HTTP', port: 0, required: false }] });
    const address = server.listeners()[1]?.address ?? '';
    const send = (headers: Record<string, string>) =>
      sendBare(`${address}/v1/traces`, { method: 'POST', headers, body: '{}' });
    expect((await send({ authorization: 'Bearer ingest-secret' })).status).toBe(200);
    expect((await send({})).status).toBe(401);
    expect((await send({ authorization: 'Bearer ingest-secret', host: 'evil.example' })).status).toBe(403);
    expect((await sendBare(`${address}/api/v1/status`)).status).toBe(404);
  });
});

describe('requests outside the API', () => {
  it('reports readiness with its reason', async () => {
    const server = await start({ isReady: () => ({ ready: false, reason: 'history is being read' }) });
    const response = await fetch(`${server.address}/readyz`);
    expect([response.status, await response.json()]).toEqual([503, { ready: false, reason: 'history is being read' }]);
  });

  it('serves own metrics as text format 0.0.4', async () => {
    const response = await fetch(`${(await start()).address}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('\nseamwatch_series 412\n');
  });

  it('refuses a request target that is not a path', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    socket.end('GET http://evil.example/api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('answers 500 instead of hanging when the intake throws at once', async () => {
    const server = await start({
      intake: () => {
        throw new Error('broken');
      },
    });
    const answer = await sendBare(`${server.address}/v1/logs`, { method: 'POST', body: '{}' });
    expect([answer.status, JSON.parse(answer.body.toString())]).toMatchObject([500, { code: 13 }]);
  });
});

describe('limits and the end', () => {
  it('cuts a client that never finishes its headers', async () => {
    const server = await start({ limits: { headersTimeoutMs: 50 } });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 408 /);
    socket.destroy();
  });

  it('closes within a second although a connection is kept alive and a request hangs', async () => {
    const server = await start({ intake: () => {} });
    await fetch(`${server.address}/healthz`).then((response) => response.text());
    const hanging = sendBare(`${server.address}/v1/traces`, { method: 'POST', body: '{}' }).catch(
      (error: Error) => error,
    );
    await fetch(`${server.address}/healthz`).then((response) => response.text());
    const before = performance.now();
    await Promise.all([server.close(), server.close()]);
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await hanging).toBeInstanceOf(Error);
    await expect(fetch(`${server.address}/healthz`)).rejects.toThrow();
  });
});
