/** What the API accepts and how it refuses, over a real server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../kernel/errors.ts';
import { createServer } from '../create-server.ts';
import type { RunningServer, TraceQuery } from '../dependencies.ts';
import { fixtureDependencies, fixtureQueries } from '../fixture-queries.ts';
import { sendBare } from '../fixture-request.ts';

const seen: TraceQuery[] = [];
const minutesSeen: number[] = [];
const logged: object[] = [];
let server: RunningServer;
beforeAll(async () => {
  const queries = {
    ...fixtureQueries(seen),
    map: (minutes: number) => {
      minutesSeen.push(minutes);
      return fixtureQueries().map(minutes);
    },
    coupling: () => Promise.reject(new Error('disk on fire: password=hunter2')),
    facts: () => {
      throw new AppError('DATABASE_BUSY', 'the database is busy; try again');
    },
  };
  const error = (fields: object) => void logged.push(fields);
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error };
  server = await createServer(fixtureDependencies({ queries, log }));
});
afterAll(() => server.close());
beforeEach(() => void seen.splice(0));

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details: Record<string, unknown>;
}
async function failure(path: string, init: RequestInit = {}): Promise<{ status: number; error: Failure }> {
  const response = await fetch(`${server.address}${path}`, init);
  return { status: response.status, error: ((await response.json()) as { error: Failure }).error };
}

describe('answers', () => {
  it('carry data and meta: generation time, watermark and cursor', async () => {
    const response = await fetch(`${server.address}/api/v1/traces`);
    expect(((await response.json()) as { meta: unknown }).meta).toEqual({
      generatedAt: '2026-11-20T10:00:00.000Z',
      watermark: '2026-11-20T09:59:40.000Z',
      nextCursor: 'next',
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('find an objective whose id holds a colon', async () => {
    const response = await fetch(`${server.address}/api/v1/objectives/error-rate-per-service:search`);
    expect(((await response.json()) as { data: { id: string } }).data.id).toBe('error-rate-per-service:search');
  });

  it('are empty, not missing, for a correlation ID that nothing carries', async () => {
    const response = await fetch(`${server.address}/api/v1/correlations/nobody`);
    expect([response.status, ((await response.json()) as { data: unknown }).data]).toEqual([200, []]);
  });

  it('have no body for HEAD', async () => {
    const answer = await sendBare(`${server.address}/api/v1/status`, { method: 'HEAD' });
    expect([answer.status, answer.body.length]).toEqual([200, 0]);
  });
});

describe('the trace search', () => {
  it('passes every parameter on, times as Unix ms', async () => {
    const query =
      'correlationId=req-7&traceId=4bf92f3577b34da6a3ce929d0e0e4736&domain=feed&operation=load&root=GET%20/api/feed&attribute=note=a%3Db&minDurationMs=1.5&minRootMs=0.5&error=false&from=2026-11-20T09:00:00Z&to=2026-11-20T12:00:00%2B02:00&limit=200&cursor=abc';
    expect((await fetch(`${server.address}/api/v1/traces?${query}`)).status).toBe(200);
    expect(seen).toEqual([
      {
        correlationId: 'req-7',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        domain: 'feed',
        operation: 'load',
        root: 'GET /api/feed',
        attribute: { key: 'note', value: 'a=b' },
        minDurationMs: 1.5,
        minRootMs: 0.5,
        error: false,
        fromMs: 1_795_165_200_000,
        toMs: 1_795_168_800_000,
        limit: 200,
        cursor: 'abc',
      },
    ]);
  });

  it('takes a cursor as long as a search gives one', async () => {
    const cursor = 'a'.repeat(9_000);
    expect((await fetch(`${server.address}/api/v1/traces?cursor=${cursor}`)).status).toBe(200);
    expect(seen).toEqual([{ limit: 50, cursor }]);
  });

  it('asks for 50 traces and nothing else without parameters', async () => {
    await fetch(`${server.address}/api/v1/traces`);
    expect(seen).toEqual([{ limit: 50 }]);
  });

  it.each([
    ['limit=0', 'limit', '0', 'a whole number from 1 to 200'],
    ['limit=201', 'limit', '201', 'a whole number from 1 to 200'],
    ['limit=', 'limit', '', 'a whole number from 1 to 200'],
    ['limit=1e2', 'limit', '1e2', 'a whole number from 1 to 200'],
    ['minDurationMs=-1', 'minDurationMs', '-1', 'a number of at least 0'],
    ['error=1', 'error', '1', 'true or false'],
    ['from=yesterday', 'from', 'yesterday', 'an ISO 8601 time with its zone'],
    ['from=2026-11-20T09:00:00', 'from', '2026-11-20T09:00:00', 'an ISO 8601 time with its zone'],
    ['traceId=XYZ', 'traceId', 'XYZ', '32 lower-case hexadecimal digits'],
    ['correlationId=a%20b', 'correlationId', 'a b', '1 to 128 letters'],
    ['domain=', 'domain', '', '1 to 200 characters'],
    ['attribute=user', 'attribute', 'user', 'key=value, such as user.tier=gold'],
    ['attribute=%3Dgold', 'attribute', '=gold', 'key=value, such as user.tier=gold'],
  ])('refuses %s, naming parameter, value and what is accepted', async (query, parameter, value, accepts) => {
    const { status, error } = await failure(`/api/v1/traces?${query}`);
    expect(status).toBe(400);
    expect(error.code).toBe('INVALID_REQUEST');
    expect(error.message).toContain(
      `query parameter "${parameter}": ${JSON.stringify(value)} is not accepted; write ${accepts}`,
    );
    expect(error.details).toEqual({ parameter, value });
    expect(seen).toEqual([]);
  });

  it('refuses unknown and repeated parameters, and a range that ends before it begins', async () => {
    expect((await failure('/api/v1/traces?domian=feed')).error.message).toMatch(
      /^query parameter "domian" \("feed"\) is not known; accepted are correlationId, traceId, domain/,
    );
    expect((await failure('/api/v1/traces?limit=1&limit=2')).error.message).toContain('more than once');
    const range = await failure('/api/v1/traces?from=2026-11-20T10:00:00Z&to=2026-11-20T10:00:00Z');
    expect([range.status, range.error.details.parameter]).toEqual([400, 'from']);
  });

  it.each(['__proto__', 'constructor', 'toString'])('treats the parameter name %s as unknown', async (name) => {
    expect((await failure(`/api/v1/traces?${name}=1`)).status).toBe(400);
  });
});

describe('the service map', () => {
  it.each(['4', '1441', '1.5', 'all'])('refuses minutes=%s', async (minutes) => {
    const { status, error } = await failure(`/api/v1/map?minutes=${minutes}`);
    expect(status).toBe(400);
    expect(error.message).toContain('write a whole number from 5 to 1440');
  });

  it('looks back on an hour unless it is told otherwise', async () => {
    await fetch(`${server.address}/api/v1/map`);
    await fetch(`${server.address}/api/v1/map?minutes=1440`);
    expect(minutesSeen).toEqual([60, 1440]);
  });
});

describe('refusals', () => {
  it('name the parameter on addresses that take none', async () => {
    const { status, error } = await failure('/api/v1/status?verbose=1');
    expect([status, error.message]).toEqual([
      400,
      'query parameter "verbose" ("1") is not known; this address accepts none',
    ]);
  });

  it('say where to look for an item that does not exist', async () => {
    const { status, error } = await failure('/api/v1/objectives/nope');
    expect([status, error.code, error.message]).toEqual([
      404,
      'NOT_FOUND',
      'the objective "nope" does not exist; GET /api/v1/objectives lists what does',
    ]);
    expect((await failure('/api/v1/traces/abc')).status).toBe(400);
    expect((await failure('/api/v1/traces/%ff')).status).toBe(400);
  });

  it.each(['/api/v1/nope', '/api/v1', '/api', '/api/v2/status'])('are JSON for the unknown path %s', async (path) => {
    expect(await failure(path)).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } });
  });

  it.each(['whatif', 'whatif/feed'])(
    'say that /api/v1/%s is not available yet instead of pretending it is empty',
    async (path) => {
      const { status, error } = await failure(`/api/v1/${path}`);
      expect([status, error.code]).toEqual([404, 'NOT_FOUND']);
      expect(error.message).toMatch(/ are not available in this version yet$/);
    },
  );

  it('answer 405 with Allow for a wrong method', async () => {
    const wrong: [string, string, string][] = [
      ['DELETE', '/api/v1/objectives', 'GET, HEAD'],
      ['POST', '/api/v1/live', 'GET, HEAD'],
      ['GET', '/api/v1/session', 'POST'],
      ['POST', '/metrics', 'GET, HEAD'],
      ['PUT', '/objectives/x', 'GET, HEAD'],
    ];
    for (const [method, path, allow] of wrong) {
      const response = await fetch(`${server.address}${path}`, { method });
      expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, allow]);
    }
  });

  it('hide what went wrong inside, and log it', async () => {
    const { status, error } = await failure('/api/v1/coupling');
    expect([status, error.code]).toEqual([500, 'INTERNAL']);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(logged).toContainEqual({ code: 'INTERNAL', cause: 'disk on fire: password=hunter2' });
  });

  it('tell when to come back when the database is busy', async () => {
    const response = await fetch(`${server.address}/api/v1/facts`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  });
});

describe('limits', () => {
  const login = (body: string) =>
    failure('/api/v1/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body });

  it('refuses a body above 64 KB with 413 and broken JSON with 400', async () => {
    expect(await login(JSON.stringify({ token: 'x'.repeat(65_536) }))).toMatchObject({
      status: 413,
      error: { code: 'PAYLOAD_TOO_LARGE' },
    });
    expect(await login('{"token":')).toMatchObject({ status: 400, error: { code: 'INVALID_REQUEST' } });
  });

  it('refuses headers above 16 KB', async () => {
    const answer = await sendBare(`${server.address}/healthz`, { headers: { 'x-large': 'x'.repeat(17_000) } });
    expect(answer.status).toBe(431);
  });
});
