/** DNS rebinding and foreign pages: Host and Origin headers, and the absence of CORS. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureDependencies } from './fixture-queries.ts';
import { sendBare } from './fixture-request.ts';
import { isLoopbackHost, parseHost } from './host-check.ts';
import { createServer, type RunningServer } from './index.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await createServer(fixtureDependencies({ allowedHosts: ['watch.example', 'fixed.example:8443'] }));
});
afterAll(() => server.close());

const statusFor = async (host: string, path: string) =>
  (await sendBare(`${server.address}${path}`, { headers: { host } })).status;

describe('the Host header', () => {
  it.each(['/api/v1/status', '/', '/metrics', '/healthz', '/v1/traces'])(
    'of a foreign name is refused on %s',
    async (path) => {
      expect(await statusFor('evil.example', path)).toBe(403);
      expect(await statusFor(`evil.example:${server.port}`, path)).toBe(403);
      expect(await statusFor('127.0.0.1.evil.example', path)).toBe(403);
      expect(await statusFor('localhost@evil.example', path)).toBe(400);
    },
  );

  it('may be a loopback name with any port', async () => {
    for (const host of [`127.0.0.1:${server.port}`, 'localhost', 'LOCALHOST:80', '[::1]:4600']) {
      expect(await statusFor(host, '/healthz')).toBe(200);
    }
  });

  it('may be an allowed name, with its port when one is written', async () => {
    expect(await statusFor('watch.example:9999', '/healthz')).toBe(200);
    expect(await statusFor('fixed.example:8443', '/healthz')).toBe(200);
    expect(await statusFor('fixed.example:8444', '/healthz')).toBe(403);
  });

  it('parses names, ports and bracketed addresses, and nothing else', () => {
    expect(parseHost('[::1]:4600')).toEqual({ name: '::1', port: '4600' });
    expect(parseHost('Host.Example')).toEqual({ name: 'host.example', port: null });
    expect(parseHost('a b')).toBeNull();
    expect([isLoopbackHost('127.8.0.1'), isLoopbackHost('0.0.0.0'), isLoopbackHost('[::1]')]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('pages of other origins', () => {
  const origin = 'http://evil.example';

  it('get no CORS header on any answer', async () => {
    for (const path of ['/api/v1/status', '/metrics', '/healthz', '/']) {
      const response = await fetch(`${server.address}${path}`, { headers: { origin } });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('get no permission from a preflight', async () => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-seamwatch-backfill,content-type',
    };
    for (const path of ['/v1/traces', '/api/v1/session', '/api/v1/status']) {
      const response = await sendBare(`${server.address}${path}`, { method: 'OPTIONS', headers });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('cannot send telemetry without a preflight either', async () => {
    for (const headers of [
      { origin },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'null' },
    ]) {
      const answer = await sendBare(`${server.address}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', ...(headers as Record<string, string>) },
        body: '{}',
      });
      expect(answer.status).toBe(403);
    }
  });
});
