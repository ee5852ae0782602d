/** Journeys against a real server: shared values, sockets, polling, what is skipped, and the cleanup that always runs. */
import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { listen, runExample } from './probe-fixture.ts';

/** Notes everything it is asked; `POST /things` answers `{id: 7}`, `GET /things` has it from the third question on. */
async function startShop() {
  const asked: { readonly line: string; readonly body: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  const heard: unknown[] = [];
  let questions = 0;
  const web = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ line: `${request.method} ${request.url}`, body, headers: request.headers });
    const url = request.url ?? '';
    if (url.startsWith('/slow')) return;
    if (request.method === 'POST') {
      for (const socket of sockets.clients) socket.send(JSON.stringify({ type: 'made', id: 7, body }));
      response.writeHead(201).end('{"id":7,"name":"a b"}');
    } else if (request.method === 'DELETE') response.writeHead(204).end();
    else {
      questions += 1;
      response.end(JSON.stringify({ items: questions < 3 ? [] : [{ id: 7 }] }));
    }
  });
  web.on('upgrade', (request, stream, head) => {
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.on('message', (data) => heard.push(JSON.parse(String(data))));
    });
  });
  const server = await listen(web);
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    await server.close();
  });
  return { server, asked, sockets, heard, lines: () => asked.map(({ line }) => line) };
}

const make = {
  id: 'make',
  request: { method: 'POST', url: '/things', json: { text: 'thing {{run}}' } },
  capture: { thing: '$.id', name: '$.name' },
};
const remove = { id: 'remove', request: { method: 'DELETE', url: '/things/{{thing}}' } };

describe('a journey', () => {
  it('hands captures on, typed and encoded, under one trace with a span of its own for each step', async () => {
    const { server, asked, lines } = await startShop();
    const steps = [
      make,
      { id: 'use', request: { method: 'POST', url: '/use?q={{name}}', json: { thing: '{{thing}}' } } },
    ];
    const run = await runExample({ kind: 'journey', steps, cleanup: [remove] }, server.url);
    expect(run).toMatchObject({ ok: true, reason: null });
    expect(lines()).toEqual(['POST /things', 'POST /use?q=a%20b', 'DELETE /things/7']);
    expect(asked.map(({ body }) => body)).toEqual([`{"text":"thing ${run.run}"}`, '{"thing":7}', '']);
    expect(asked.map(({ headers }) => headers.traceparent)).toEqual(
      run.steps.map(({ spanId }) => `00-${run.traceId}-${spanId}-01`),
    );
    expect(new Set(run.steps.map(({ spanId }) => spanId)).size).toBe(3);
    expect(new Set(asked.map(({ headers }) => headers['x-correlation-id']))).toEqual(new Set([run.correlationId]));
  });

  it('asks again until the answer fits, counting from the step that began it', async () => {
    const { server, lines } = await startShop();
    const poll = {
      id: 'see',
      poll: { url: '/things', every: '1ms' },
      until: { json: { '$.items': { contains: { id: '{{thing}}' } } } },
      since: 'make',
    };
    const run = await runExample({ kind: 'journey', steps: [make, poll] }, server.url);
    expect(run).toMatchObject({ ok: true });
    expect(lines()).toEqual(['POST /things', 'GET /things', 'GET /things', 'GET /things']);
    const [first, second] = run.steps;
    expect(second?.startMs).toBe(first?.startMs);
    expect(second?.durationMs).toBeGreaterThan(first?.durationMs ?? 0);
    expect(second?.facts).toMatchObject({ 'seam.probe_tries': 3, 'http.response.status_code': 200 });
  });

  it('says what was still missing when its time is up', async () => {
    const { server } = await startShop();
    const steps = [
      { id: 'see', poll: { url: '/things', every: '5ms' }, until: { json: { '$.items[0].id': 8 } }, within: '300ms' },
    ];
    const run = await runExample({ kind: 'journey', steps }, server.url);
    expect(run.reason).toMatch(/^not within 300ms \(asked \d+ times\): \$\.items\[0\]\.id is 7, not 8$/);
  });

  it('finds a message that came before it was waited for, sends on the socket, and closes it', async () => {
    const { server, sockets, heard } = await startShop();
    const steps = [
      { id: 'line', connect: { url: '/ws' } },
      make,
      {
        id: 'told',
        receive: { on: 'line', match: { type: 'made', id: '{{thing}}' } },
        capture: { made: '$.body' },
        since: 'make',
      },
      { id: 'thank', send: { on: 'line', json: { type: 'thanks', for: '{{thing}}' } } },
    ];
    const run = await runExample({ kind: 'journey', steps }, server.url);
    expect(run).toMatchObject({ ok: true });
    await expect.poll(() => sockets.clients.size).toBe(0);
    expect(heard).toEqual([
      {
        type: 'thanks',
        for: 7,
        correlationId: run.correlationId,
        traceparent: `00-${run.traceId}-${run.steps[3]?.spanId}-01`,
        tracestate: 'seam=probe',
      },
    ]);
  });

  it('skips what comes after a failure, and cleans up what had come to be', async () => {
    const { server, lines } = await startShop();
    const steps = [make, { id: 'bad', request: { url: '/things' }, expect: { status: 500 } }, { ...make, id: 'never' }];
    const cleanup = [remove, { id: 'other', request: { method: 'DELETE', url: '/others/{{run}}' } }];
    const run = await runExample({ kind: 'journey', steps, cleanup }, server.url);
    expect(run).toMatchObject({ ok: false, failedStep: 'bad' });
    expect(run.reason).toMatch(/^status 200, expected 500/);
    expect(run.steps.map(({ id, state, reason }) => [id, state, reason?.slice(0, 24) ?? null])).toEqual([
      ['make', 'ok', null],
      ['bad', 'failed', 'status 200, expected 500'],
      ['never', 'skipped', '"bad" failed before it'],
      ['remove', 'ok', null],
      ['other', 'ok', null],
    ]);
    expect(lines()).toEqual(['POST /things', 'GET /things', 'DELETE /things/7', `DELETE /others/${run.run}`]);
  });

  it('does not clean up what never came to be', async () => {
    const { server, lines } = await startShop();
    const run = await runExample(
      { kind: 'journey', steps: [{ ...make, expect: { status: 200 } }], cleanup: [remove] },
      server.url,
    );
    expect(run.steps[1]).toMatchObject({ state: 'skipped', reason: 'nothing to clean up: {{thing}} never came to be' });
    expect(lines()).toEqual(['POST /things']);
  });

  it('is good although its cleanup failed, and shows that', async () => {
    const { server } = await startShop();
    const cleanup = [{ ...remove, expect: { status: 200 } }];
    const run = await runExample({ kind: 'journey', steps: [make], cleanup }, server.url);
    expect(run).toMatchObject({ ok: true, steps: [{ state: 'ok' }, { state: 'failed', isCleanup: true }] });
  });

  it('ends with its whole time, and still cleans up', async () => {
    const { server, lines } = await startShop();
    const steps = [make, { id: 'slow', request: { url: '/slow' }, within: '5s' }];
    const run = await runExample({ kind: 'journey', timeout: '400ms', steps, cleanup: [remove] }, server.url);
    expect(run).toMatchObject({
      ok: false,
      failedStep: 'slow',
      reason: `the whole run took longer than 400ms; the last wait was for ${server.place}`,
    });
    expect(lines()).toEqual(['POST /things', 'GET /slow', 'DELETE /things/7']);
    await expect.poll(() => server.connections()).toBe(0);
  });

  it('fails a step whose answer lacks what is captured', async () => {
    const { server } = await startShop();
    const run = await runExample({ kind: 'journey', steps: [{ ...make, capture: { thing: '$.uuid' } }] }, server.url);
    expect(run.reason).toBe('$.uuid is missing, so there is no {{thing}}');
  });

  it('cleans up when it is stopped half-way', async () => {
    const { server, lines } = await startShop();
    const stop = new AbortController();
    const steps = [make, { id: 'slow', request: { url: '/slow' } }];
    const running = runExample({ kind: 'journey', steps, cleanup: [remove] }, server.url, { signal: stop.signal });
    await expect.poll(lines).toContain('GET /slow');
    stop.abort(new RangeError('stopped'));
    expect((await running).reason).toBe('stopped');
    expect(lines()).toEqual(['POST /things', 'GET /slow', 'DELETE /things/7']);
  });
});
