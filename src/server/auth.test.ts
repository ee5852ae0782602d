/** Who may read, send and back-fill: tokens, the session cookie, and what an open server does. */
import { afterEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { fixtureDependencies, fixtureNowMs } from './fixture-queries.ts';
import { sendBare } from './fixture-request.ts';
import { createServer, type RefusedTelemetry, type RunningServer, type ServerDependencies } from './index.ts';

const tokens = { ingest: [{ name: 'ingest', token: 'ingest-secret' }], read: 'read-secret', admin: 'admin-secret' };
const open: RunningServer[] = [];
async function start(changes: Partial<ServerDependencies> = {}): Promise<RunningServer> {
  const server = await createServer(fixtureDependencies(changes));
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}
async function sendTraces(server: RunningServer, headers: Record<string, string>) {
  const answer = await sendBare(`${server.address}/v1/traces`, { method: 'POST', headers, body: '{}' });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) as Record<string, unknown> };
}

describe('reading with tokens configured', () => {
  it('answers 401 with WWW-Authenticate without a token and with a wrong one', async () => {
    const { address } = await start({ tokens });
    for (const headers of [{}, bearer('wrong'), bearer(''), { authorization: 'Basic cmVhZDpyZWFk' }]) {
      const response = await fetch(`${address}/api/v1/objectives`, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await codeOf(response)).toBe('UNAUTHENTICATED');
    }
  });

  it('lets the read and the admin token in, and refuses the ingest token with 403', async () => {
    const { address } = await start({ tokens });
    const statusWith = async (token: string) =>
      (await fetch(`${address}/api/v1/status`, { headers: bearer(token) })).status;
    expect(await statusWith('read-secret')).toBe(200);
    expect(await statusWith('admin-secret')).toBe(200);
    expect(await statusWith('ingest-secret')).toBe(403);
  });

  it('guards the document, the live stream and own metrics too, and leaves the probes open', async () => {
    const { address } = await start({ tokens });
    const statusOf = async (path: string) => (await fetch(`${address}${path}`)).status;
    expect(await Promise.all(['/api/v1/openapi.json', '/api/v1/live', '/metrics'].map(statusOf))).toEqual([
      401, 401, 401,
    ]);
    expect(await Promise.all(['/healthz', '/readyz'].map(statusOf))).toEqual([200, 200]);
  });
});

describe('the session of the console', () => {
  const login = (address: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${address}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  it('is a cookie that scripts cannot read, that stays on this site, and that is not the token', async () => {
    const { address } = await start({ tokens });
    const response = await login(address, { token: 'read-secret' });
    expect(response.status).toBe(200);
    expect(((await response.json()) as { data: unknown }).data).toEqual({
      role: 'read',
      expiresAt: '2026-11-20T22:00:00.000Z',
    });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^seamwatch_session=read\.\d+\.[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(cookie).not.toContain('read-secret');
    const read = await fetch(`${address}/api/v1/status`, { headers: { cookie: `a=b; ${cookie.split(';')[0]}` } });
    expect(read.status).toBe(200);
  });

  it('ends after twelve hours', async () => {
    const clock = fakeClock(fixtureNowMs);
    const { address } = await start({ tokens, clock });
    const cookie = (await login(address, { token: 'admin-secret' })).headers.get('set-cookie')?.split(';')[0] ?? '';
    clock.advance(12 * 3_600_000 - 1);
    expect((await fetch(`${address}/api/v1/status`, { headers: { cookie } })).status).toBe(200);
    clock.advance(1);
    expect((await fetch(`${address}/api/v1/status`, { headers: { cookie } })).status).toBe(401);
  });

  it('cannot be stretched or raised by hand', async () => {
    const { address } = await start({ tokens });
    const cookie = (await login(address, { token: 'read-secret' })).headers.get('set-cookie')?.split(';')[0] ?? '';
    const forged = [
      cookie.replace('=read.', '=admin.'),
      cookie.replace(/\.\d+\./, '.9999999999999.'),
      'seamwatch_session=read',
    ];
    for (const one of forged) {
      expect((await fetch(`${address}/api/v1/status`, { headers: { cookie: one } })).status).toBe(401);
    }
  });

  it('is refused for a wrong token, for the ingest token, and for a body that is not JSON', async () => {
    const { address } = await start({ tokens });
    expect((await login(address, { token: 'wrong' })).status).toBe(401);
    expect((await login(address, { token: 'ingest-secret' })).status).toBe(403);
    expect((await login(address, { token: 'read-secret', extra: 1 })).status).toBe(400);
    expect((await login(address, {}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await login(address, {}, { origin: 'http://evil.example' })).status).toBe(403);
  });

  it('is not needed when no token is configured', async () => {
    const { address } = await start();
    expect((await login(address, { token: 'x' })).status).toBe(400);
  });
});

describe('sending telemetry', () => {
  it('needs the ingest or the admin token; only admin may back-fill, header or not', async () => {
    const server = await start({ tokens });
    const marked = { 'x-seamwatch-backfill': '1' };
    expect((await sendTraces(server, {})).status).toBe(401);
    expect((await sendTraces(server, bearer('read-secret'))).status).toBe(403);
    expect((await sendTraces(server, { ...bearer('ingest-secret'), ...marked })).body.mayBackfill).toBe(false);
    expect((await sendTraces(server, bearer('admin-secret'))).body.mayBackfill).toBe(true);
  });

  it('tells the intake whose share is used, by the name of the token and never its value, and what was refused', async () => {
    const callers: (string | undefined)[] = [];
    const refused: RefusedTelemetry[] = [];
    const server = await start({
      tokens,
      intake: (_request, response, { caller }) => {
        callers.push(caller);
        response.end('{}');
      },
      onTelemetryRefused: (one) => refused.push(one),
    });
    for (const token of ['ingest-secret', 'admin-secret', 'read-secret', 'wrong'])
      await sendTraces(server, bearer(token));
    expect(callers).toEqual(['ingest', 'admin']);
    expect(refused).toMatchObject([
      { reason: 'forbidden', way: 'http', sender: '127.0.0.1' },
      { reason: 'unauthenticated', message: expect.not.stringContaining('wrong'), way: 'http', sender: '127.0.0.1' },
    ]);
    const open = await start({ intake: (_request, response, { caller }) => response.end(JSON.stringify({ caller })) });
    expect((await sendTraces(open, {})).body).toEqual({});
  });

  it('lets every named ingest token in as the sender it names, and opens nothing else to any of them', async () => {
    const named = [
      { name: 'shop', token: 'shop-secret' },
      { name: 'app', token: 'app-secret' },
    ];
    const server = await start({
      tokens: { ...tokens, ingest: named },
      intake: (_request, response, { caller }) => response.end(JSON.stringify({ caller })),
    });
    for (const { name, token } of named)
      expect((await sendTraces(server, bearer(token))).body).toEqual({ caller: name });
    expect((await sendTraces(server, bearer('shop'))).status).toBe(401);
    expect((await fetch(`${server.address}/api/v1/status`, { headers: bearer('app-secret') })).status).toBe(403);
    expect(server.ingestBy('Bearer app-secret')).toEqual({ mayBackfill: false, caller: 'app' });
  });

  it('refuses with a google.rpc.Status in the encoding of the request', async () => {
    const server = await start({ tokens });
    expect((await sendTraces(server, {})).body.code).toBe(16);
    const headers = { 'content-type': 'Application/X-Protobuf; v=1' };
    const answer = await sendBare(`${server.address}/v1/metrics`, { method: 'POST', headers, body: 'x' });
    expect(answer.headers['content-type']).toBe('application/x-protobuf');
    expect([...answer.body.subarray(0, 3)]).toEqual([0x08, 16, 0x12]);
    expect(answer.body[3]).toBe(answer.body.length - 4);
    expect(answer.body.subarray(4).toString()).toContain('tokens.ingest');
  });

  it('is open without tokens, and back-fills only with the header', async () => {
    const server = await start();
    expect((await sendTraces(server, {})).body.mayBackfill).toBe(false);
    expect((await sendTraces(server, { 'x-seamwatch-backfill': '1' })).body.mayBackfill).toBe(true);
    expect((await sendTraces(server, { 'x-seamwatch-backfill': 'yes' })).body.mayBackfill).toBe(false);
  });

  it('never back-fills by header once any token is configured', async () => {
    const server = await start({ tokens: { ...tokens, ingest: [] } });
    expect((await sendTraces(server, { 'x-seamwatch-backfill': '1' })).body).toEqual({
      url: '/v1/traces',
      mayBackfill: false,
    });
  });

  it('gives no back-fill to a browser, not even from the own origin', async () => {
    const server = await start();
    const headers = { 'x-seamwatch-backfill': '1', origin: server.address };
    expect(await sendTraces(server, headers)).toEqual({ status: 200, body: { url: '/v1/traces', mayBackfill: false } });
  });
});
