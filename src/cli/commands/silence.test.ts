/** The command against a server that answers as the API does. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import type { World } from '../world.ts';
import { endSilence, listSilences, silence } from './silence.ts';

interface Seen {
  readonly request: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const noonMs = Date.parse('2026-11-20T12:00:00Z');
const made = {
  ...{ id: 's1', match: { domain: 'search' }, reason: 'rebuilding', by: 'ada', active: true },
  ...{
    startsAt: '2026-11-20T12:00:00.000Z',
    endsAt: '2026-11-20T14:00:00.000Z',
    createdAt: '2026-11-20T12:00:00.000Z',
  },
};
let folder = '';
let server: Server;
let seen: Seen[] = [];
let output = '';
let reply: { status: number; body: unknown } = { status: 200, body: { data: made } };

const world: World = {
  clock: fakeClock(noonMs),
  log: silentLog,
  env: {},
  ...{ version: '0', packageRoot: '', columns: 100, stop: new AbortController().signal },
  out: (text) => {
    output += text;
  },
  note: () => {},
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'silence-'));
  [seen, output, reply] = [[], '', { status: 200, body: { data: made } }];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ request: `${request.method} ${request.url}`, headers: request.headers, body });
    response.writeHead(reply.status).end(JSON.stringify(reply.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const run = { pid: process.pid, url: `http://127.0.0.1:${port}`, startedAt: '', demo: false };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run));
  writeFileSync(join(folder, 'config.yaml'), 'tokens: { ingest: i, read: r, admin: a }\n');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const here = () => ({ data: folder, config: join(folder, 'config.yaml') });
const whole = () => ({ ...here(), domain: 'search', for: '2h', reason: 'rebuilding', by: 'ada' });

describe('silence', () => {
  it('sends what is muted until when, with the admin token', async () => {
    expect(await silence({ ...whole(), severity: 'page', rule: 'probe:*' }, world)).toBe(0);
    expect(seen).toMatchObject([
      { request: 'POST /api/v1/silences', headers: { 'content-type': 'application/json', authorization: 'Bearer a' } },
    ]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      match: { domain: 'search', severity: 'page', rule: 'probe:*' },
      ...{ reason: 'rebuilding', by: 'ada', endsAt: '2026-11-20T14:00:00.000Z' },
    });
    expect(output).toContain('s1: domain search is silent until 2026-11-20T14:00:00.000Z');
  });

  it('lists with the read token, and ends by id', async () => {
    reply = {
      status: 200,
      body: { data: [made, { ...made, id: 's0', active: false, endsAt: '2026-11-20T11:00:00.000Z' }] },
    };
    await listSilences(here(), world);
    expect(output).toMatch(/● active {2}s1.*\n– ended {3}s0/);
    reply = { status: 200, body: { data: made } };
    await endSilence('s/1', here(), world);
    expect(seen.map((one) => one.request)).toEqual(['GET /api/v1/silences', 'POST /api/v1/silences/s%2F1/end']);
    expect(seen.map((one) => one.headers.authorization)).toEqual(['Bearer r', 'Bearer a']);
  });

  it('prints data and meta as JSON when asked', async () => {
    await silence({ ...whole(), json: true }, world);
    expect(JSON.parse(output)).toEqual({ data: made, meta: {} });
  });

  it.each([
    ['nothing to mute', { domain: undefined }, '--domain, --rule or --severity is needed'],
    ['no end', { for: undefined }, '--for is needed'],
    ['an end that is no duration', { for: 'long' }, 'duration "long" is not understood'],
    ['no reason', { reason: undefined }, '--reason is needed'],
    ['nobody', { by: undefined }, '--by is needed'],
    ['an unknown severity', { severity: 'sev1' }, 'write one of page, ticket, info'],
  ])('with %s it is refused before anything is sent', async (_, over, words) => {
    const options = Object.fromEntries(
      Object.entries({ ...whole(), ...over }).filter(([, value]) => value !== undefined),
    );
    await expect(silence(options, world)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(words),
    });
    expect(seen).toEqual([]);
  });

  it('says that nothing runs, and where it looked', async () => {
    rmSync(join(folder, 'run.json'));
    await expect(silence(whole(), world)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`no instance is running with the data in ${folder}`),
    });
  });

  it.each([
    [400, 'INVALID_REQUEST'],
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [500, 'UNAVAILABLE'],
  ])('passes on why the instance answered %i', async (status, code) => {
    reply = { status, body: { error: { code: 'X', message: 'because', details: {} } } };
    await expect(endSilence('s1', here(), world)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('because'),
    });
  });
});
