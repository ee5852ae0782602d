/** HTTP runs against real servers: what is sent, what is expected, what goes wrong and how it is told. */
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dayMs } from '../src/kernel/duration.ts';
import { isCorrelationId } from '../src/kernel/ids.ts';
import { makeCertificate } from './certificate-fixture.ts';
import { closedPort, listen, runExample, startWeb } from './probe-fixture.ts';

async function web(listener: Parameters<typeof startWeb>[0]) {
  const server = await startWeb(listener);
  onTestFinished(() => server.close());
  return server;
}

async function reasonAt(listener: Parameters<typeof startWeb>[0], row: object = {}) {
  const server = await web(listener);
  const run = await runExample({ kind: 'http', url: '/', ...row }, server.url);
  expect(run.ok).toBe(run.reason === null);
  return run.reason?.replaceAll(server.place, 'PLACE') ?? null;
}

describe('an HTTP probe', () => {
  it('sends trace, mark, correlation and its name, and closes the connection', async () => {
    const seen: Record<string, unknown>[] = [];
    const server = await web((request, response) => {
      seen.push(request.headers);
      response.end('ok');
    });
    const run = await runExample({ kind: 'http', url: '/', headers: { 'X-User-Id': 11 } }, server.url);
    expect(run).toMatchObject({ ok: true, reason: null, failedStep: null, probe: 'example' });
    const [headers] = seen;
    expect(headers).toMatchObject({
      traceparent: `00-${run.traceId}-${run.steps[0]?.spanId}-01`,
      tracestate: 'seam=probe',
      'x-correlation-id': `probe-example-${run.run}`,
      'user-agent': 'seamwatch-probe/1.2.3',
      'x-user-id': '11',
      connection: 'close',
    });
    expect(isCorrelationId(run.correlationId)).toBe(true);
    expect(run.steps[0]?.spanId).not.toBe(run.spanId);
    expect(await server.connections()).toBe(0);
  });

  it('sends a JSON body and judges status, text and JSON of the answer', async () => {
    const server = await web((request, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      request.pipe(response);
    });
    const row = { kind: 'http', url: '/', method: 'POST', json: { id: 4, tags: ['a'] } };
    const expected = { status: 201, bodyContains: '"tags"', json: { '$.id': 4, '$.tags': { contains: 'a' } } };
    expect(await runExample({ ...row, expect: expected }, server.url)).toMatchObject({ ok: true });
    expect(await runExample({ ...row, expect: { json: { '$.id': 5 } } }, server.url)).toMatchObject({
      ok: false,
      failedStep: 'request',
      reason: '$.id is 4, not 5',
    });
  });

  it.each([
    ['a server error, with what it said', 503, 'overloaded', {}, 'status 503, expected 200 to 299: overloaded'],
    ['another status than expected', 200, '', { status: [204, 404] }, 'status 200, expected 204 or 404'],
    ['a missing text', 200, 'hello', { bodyContains: 'feed' }, 'the body does not contain "feed"'],
    ['no JSON', 200, '<html>', { json: { '$.id': 1 } }, 'the body is not JSON: "<html>"'],
    ['an empty body as JSON', 200, '', { json: { '$.id': 1 } }, 'the body is empty, not JSON'],
  ])('fails on %s', async (_name, status, body, expected, reason) => {
    const answer: Parameters<typeof startWeb>[0] = (_request, response) => {
      response.writeHead(status).end(body);
    };
    expect(await reasonAt(answer, { expect: expected })).toBe(reason);
  });

  it('fails when the answer takes longer than it may, by the clock it is given', async () => {
    const server = await web((_request, response) => response.end('ok'));
    let at = 0;
    const clock = { nowMs: () => 0, monotonicMs: () => (at += 100) };
    const run = await runExample({ kind: 'http', url: '/', expect: { atMost: '50ms' } }, server.url, { clock });
    expect(run.reason).toBe('took 100 ms, more than 50 ms');
  });

  it('fails when there is no answer in time, and lets go of the connection', async () => {
    const server = await web(() => {});
    const run = await runExample({ kind: 'http', url: '/', timeout: '40ms' }, server.url);
    expect(run.reason).toBe(`no answer from ${server.place} within 40ms`);
    await expect.poll(() => server.connections()).toBe(0);
  });

  it('fails when the body never ends, at its deadline', async () => {
    const reason = await reasonAt((_request, response) => response.write('{'), { timeout: '40ms' });
    expect(reason).toBe('no answer from PLACE within 40ms');
  });

  it('reads one MiB of a body and leaves the rest', async () => {
    const listener: Parameters<typeof startWeb>[0] = (_request, response) => response.end('x'.repeat(3_000_000));
    expect(await reasonAt(listener)).toBeNull();
    expect(await reasonAt(listener, { expect: { bodyContains: 'y' } })).toBe(
      'the first MiB of the body does not contain "y"',
    );
    expect(await reasonAt(listener, { expect: { json: { '$.a': 1 } } })).toBe(
      'the body is longer than 1 MiB, so it is not read as JSON',
    );
  });

  it('says that nothing listens', async () => {
    const port = await closedPort();
    const run = await runExample({ kind: 'http', url: `http://127.0.0.1:${port}/` });
    expect(run.reason).toBe(`connection refused at 127.0.0.1:${port}: nothing listens there`);
  });

  it('says that the name is unknown', async () => {
    const lookup = (name: string, _options: unknown, done: (error: NodeJS.ErrnoException, address: string) => void) =>
      done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND', hostname: name }), '');
    const run = await runExample({ kind: 'http', url: 'http://nowhere.invalid/' }, null, { network: { lookup } });
    expect(run.reason).toBe('the name "nowhere.invalid" is not known to DNS');
  });

  it('says that the connection broke, and that it is not HTTP', async () => {
    const breaks = await listen(createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    const talks = await listen(createServer((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n'))));
    onTestFinished(async () => void (await Promise.all([breaks.close(), talks.close()])));
    expect((await runExample({ kind: 'http', url: '/' }, breaks.url)).reason).toBe(
      `${breaks.place} broke the connection before it answered`,
    );
    expect((await runExample({ kind: 'http', url: '/' }, talks.url)).reason).toBe(
      `${talks.place} does not answer in HTTP`,
    );
  });

  it('trusts a certificate by the authorities it is given, and refuses others', async () => {
    const now = Date.now();
    const certificate = makeCertificate(now - dayMs, now + dayMs);
    const server = await listen(createTlsServer(certificate, (_request, response) => response.end('ok')));
    onTestFinished(() => server.close());
    const row = { kind: 'http', url: `https://127.0.0.1:${server.port}/` };
    expect((await runExample(row)).reason).toBe(
      `the certificate of ${server.place} is refused: it is signed by itself alone`,
    );
    expect(await runExample(row, null, { network: { ca: certificate.cert } })).toMatchObject({ ok: true });
  });

  it('tells that the prober was stopped, not that the app is slow', async () => {
    const server = await web(() => {});
    const stop = new AbortController();
    const running = runExample({ kind: 'http', url: '/' }, server.url, { signal: stop.signal });
    stop.abort(new RangeError('stopped'));
    expect((await running).reason).toBe('stopped');
  });
});

describe('redirects', () => {
  const redirect =
    (status: number, to: (host: string) => string): Parameters<typeof startWeb>[0] =>
    (request, response) => {
      if (request.url === '/') response.writeHead(status, { location: to(request.headers.host ?? '') }).end();
      else response.end(`${request.method} ${request.url}`);
    };

  it('are followed on the same host', async () => {
    expect(
      await reasonAt(
        redirect(302, () => '/home'),
        { expect: { bodyContains: 'GET /home' } },
      ),
    ).toBeNull();
  });

  it.each([
    [303, 'GET /home'],
    [302, 'GET /home'],
    [307, 'POST /home'],
  ])('after a POST with %i go on as "%s"', async (status, text) => {
    const row = { method: 'POST', json: {}, expect: { bodyContains: text } };
    expect(
      await reasonAt(
        redirect(status, () => '/home'),
        row,
      ),
    ).toBeNull();
  });

  it('to another host, another port included, are a failure and are not followed', async () => {
    const other = await web((_request, response) => response.end('ok'));
    expect(await reasonAt(redirect(302, () => `${other.url}/`))).toBe(
      `status 302 redirects to another host, ${other.place}; probes stay on PLACE`,
    );
  });

  it('that are expected are the answer', async () => {
    expect(
      await reasonAt(
        redirect(302, () => 'https://login.example/'),
        { expect: { status: 302 } },
      ),
    ).toBeNull();
  });

  it('in a circle end', async () => {
    expect(await reasonAt(redirect(302, () => '/'))).toBe('more than 5 redirects, the last to http://PLACE/');
  });
});
