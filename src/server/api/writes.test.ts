/** What may change over HTTP, by whom, and what is refused before anything changes. */
import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from '../create-server.ts';
import type { RunningServer, ServerDependencies } from '../dependencies.ts';
import { fixtureCommands, fixtureDependencies } from '../fixture-queries.ts';
import { operationExamples } from './operation-examples.ts';

const open: RunningServer[] = [];
const seen: unknown[] = [];
async function start(changes: Partial<ServerDependencies> = {}): Promise<string> {
  const server = await createServer(fixtureDependencies({ commands: fixtureCommands(seen), ...changes }));
  open.push(server);
  return server.address;
}
afterEach(async () => {
  seen.splice(0);
  await Promise.all(open.splice(0).map((server) => server.close()));
});

interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | undefined;
  readonly message: string;
}
async function post(address: string, path: string, body: unknown, headers: object = {}): Promise<Answer> {
  const response = await fetch(`${address}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { data?: Record<string, unknown>; error?: { message: string } };
  return { status: response.status, data: answer.data, message: answer.error?.message ?? '' };
}

const alertPath = `/alerts/${operationExamples.Alert.id}/ack`;
const silence = operationExamples.SilenceRequest;

describe('writing without tokens, on loopback', () => {
  it('acknowledges an alert and answers with it', async () => {
    const { status, data } = await post(await start(), alertPath, { by: ' Ada ' });
    expect([status, data?.state, data?.acknowledgedBy]).toEqual([200, 'acknowledged', 'Ada']);
    expect(seen).toEqual([{ acknowledge: operationExamples.Alert.id, by: 'Ada' }]);
  });

  it('adds and ends a silence', async () => {
    const address = await start();
    expect((await post(address, '/silences', silence)).data).toMatchObject({ match: { domain: 'search' } });
    expect((await post(address, `/silences/${operationExamples.Silence.id}/end`, {})).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  it.each([
    [{ ...silence, match: {} }, 'match: must name a domain, a rule or a severity'],
    [{ ...silence, match: { domian: 'search' } }, 'match: Unrecognized key: "domian"'],
    [{ ...silence, reason: '' }, 'reason: '],
    [{ ...silence, endsAt: 'tomorrow' }, 'endsAt: '],
    [{}, 'match: '],
  ])('refuses the silence %j, naming the place', async (body, words) => {
    const { status, message } = await post(await start(), '/silences', body);
    expect(status).toBe(400);
    expect(message).toContain(words);
    expect(seen).toEqual([]);
  });

  it('says where to look for an alert that does not exist', async () => {
    const { status, message } = await post(await start(), '/alerts/nope/ack', { by: 'Ada' });
    expect([status, message]).toEqual([404, 'there is no alert "nope"; GET /api/v1/alerts lists them']);
  });

  it('refuses a foreign page, a form, and a query', async () => {
    const address = await start();
    expect((await post(address, alertPath, { by: 'A' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(address, alertPath, { by: 'A' }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(address, `${alertPath}?now=1`, { by: 'A' })).status).toBe(400);
    expect(seen).toEqual([]);
  });

  it('says which methods an address takes', async () => {
    const address = await start();
    const allowed = async (path: string) =>
      (await fetch(`${address}/api/v1${path}`, { method: 'PUT' })).headers.get('allow');
    expect(await allowed('/silences')).toBe('GET, HEAD, POST');
    expect(await allowed(alertPath)).toBe('POST');
  });
});

describe('writing with tokens', () => {
  const tokens = { ingest: [{ name: 'ingest', token: 'ingest-secret' }], read: 'read-secret', admin: 'admin-secret' };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it.each([
    [{}, 401],
    [bearer('wrong'), 401],
    [bearer('ingest-secret'), 403],
    [bearer('read-secret'), 403],
    [bearer('admin-secret'), 200],
  ])('answers %j with %i', async (headers, expected) => {
    expect((await post(await start({ tokens }), alertPath, { by: 'Ada' }, headers)).status).toBe(expected);
    expect(seen).toHaveLength(expected === 200 ? 1 : 0);
  });

  it('takes the session of an admin and not that of a reader', async () => {
    const address = await start({ tokens });
    const withSession = async (token: string) => {
      const login = await fetch(`${address}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
      return (await post(address, alertPath, { by: 'Ada' }, { cookie })).status;
    };
    expect([await withSession('read-secret'), await withSession('admin-secret')]).toEqual([403, 200]);
  });

  it('stays shut when only another token is configured', async () => {
    const address = await start({
      tokens: { ingest: [{ name: 'ingest', token: 'ingest-secret' }], read: null, admin: null },
    });
    expect((await post(address, alertPath, { by: 'Ada' })).status).toBe(401);
  });
});
