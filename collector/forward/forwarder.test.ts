/** OTLP bodies on their way to a second real collector: once each, over restarts and outages, never in circles, never a secret. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '../../src/kernel/log.ts';
import { sampleMetrics, sampleTraces, sampleTracesJson } from '../intake/otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from '../intake/test-collector.ts';
import { createForwarder, type Forwarder, parseForward } from './index.ts';

let source: TestCollector;
let forwarder: Forwarder;
const servers: Server[] = [];
const lines: string[] = [];
const say = (fields: object, message: string): void => void lines.push(JSON.stringify(fields) + message);
const log: Log = { ...silentLog, warn: say, error: say, info: say };

const instanceId = '0195-a';
const openSource = (maxBytes = 1e9): Promise<TestCollector> =>
  startTestCollector({ forward: { targets: ['next'], maxBytes, instanceId } });

beforeEach(async () => {
  lines.length = 0;
  source = await openSource();
});
afterEach(async () => {
  await forwarder?.close();
  for (const server of servers.splice(0)) await close(server);
  await source.remove();
});

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function serve(listener: RequestListener, port = 0): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function forwardTo(url: string, headers: Record<string, string> = {}, random = () => 0.5): Forwarder {
  forwarder = createForwarder({
    targets: parseForward([{ id: 'next', kind: 'otlp', url, headers }], 'forward'),
    collector: source.collector,
    file: source.file,
    ...{ instanceId, version: '1.0.0', clock: source.clock, random, log, fetch },
  });
  return forwarder;
}

const span = (trace: string) => ({
  traceId: trace.padStart(32, '0'),
  spanId: trace.padStart(16, '0'),
  startMs: testStartMs - 100,
  durationMs: 5,
});
const traces = (trace: string): Buffer => sampleTraces({ 'service.name': 'shop' }, [span(trace)]);
const lane = (name: string) => forwarder.status()[0]?.lanes.find((one) => one.lane === name);

/** A receiver that remembers bodies and answers with what `answers` gives next, then 200. */
async function receiver(...answers: [number, Record<string, string>, (string | Buffer)?][]) {
  const seen: { path: string; headers: IncomingMessage['headers']; body: Buffer }[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ path: request.url ?? '', headers: request.headers, body: gunzipSync(Buffer.concat(chunks)) });
      const [status, headers, body] = answers.shift() ?? [200, {}];
      response.writeHead(status, headers).end(body);
    });
  };
  return { url: await serve(listener), seen, listener };
}

describe('OTLP bodies', () => {
  it('reach a second collector as they came, traces, metrics and logs, and are counted there once', async () => {
    const second = await startTestCollector({}, undefined, source.clock);
    try {
      await source.post('/v1/traces', traces('a1'));
      const json = { 'content-type': 'application/json' };
      await source.post('/v1/traces', sampleTracesJson({ 'service.name': 'shop' }, [span('a2')]), json);
      const point = { name: 'x', shape: 'sum', startMs: testStartMs - 1_000, timeMs: testStartMs, value: 3 } as const;
      await source.post('/v1/metrics', sampleMetrics({ 'service.name': 'shop' }, [point]));
      const record = { timeUnixNano: `${testStartMs}000000`, body: { stringValue: 'hello' } };
      await source.post(
        '/v1/logs',
        JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
        json,
      );
      await source.post('/v1/traces', traces('a1'));
      await forwardTo(second.url).run();
      expect(second.collector.stats()).toMatchObject({ bodies: 4, spans: 2, points: 1, rejected: {} });
      expect(second.collector.reader.trace(span('a2').traceId)?.spans).toHaveLength(1);
      expect(second.collector.reader.searchLogs({ text: 'hello' }).logs).toHaveLength(1);
      expect(lane('traces')).toMatchObject({
        waiting: 0,
        problem: null,
        counts: [{ outcome: 'sent', bodies: 2, records: 0 }],
      });
    } finally {
      await second.remove();
    }
  });

  it('carry the headers of OTLP and of the configuration', async () => {
    const { url, seen } = await receiver();
    await source.post('/v1/traces', traces('a1'));
    await forwardTo(`${url}/otlp/`, { Authorization: 'Bearer s3cret-token' }).run();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toBe('/otlp/v1/traces');
    expect(seen[0]?.body.equals(traces('a1'))).toBe(true);
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer s3cret-token',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'user-agent': 'seamwatch/1.0.0',
      'x-seamwatch-via': instanceId,
    });
  });

  it('wait on disk while nobody is there, over a restart, and arrive once when somebody is', async () => {
    const { url, seen, listener } = await receiver();
    await close(servers.pop() as Server);
    const queuedMs = source.clock.nowMs();
    for (const trace of ['a1', 'a2', 'a3']) await source.post('/v1/traces', traces(trace));
    source.clock.advance(5_000);
    await forwardTo(url).run();
    expect(lane('traces')).toMatchObject({
      ...{ waiting: 3, oldestMs: queuedMs, retries: 1 },
      problem: 'not reached: ECONNREFUSED',
    });
    await forwarder.close();
    source = await source.reopen();
    await serve(listener, Number(new URL(url).port));
    await forwardTo(url).run();
    expect(seen.map(({ body }) => body.toString('hex'))).toEqual(
      expect.arrayContaining(['a1', 'a2', 'a3'].map((trace) => traces(trace).toString('hex'))),
    );
    expect(seen).toHaveLength(3);
    await forwarder.run();
    expect(seen).toHaveLength(3);
    expect(lane('traces')).toMatchObject({ waiting: 0, waitingBytes: 0, oldestMs: null });
  });

  it.each(['7', 'Mon, 02 Mar 2026 10:00:07 GMT'])(
    'are sent again after the wait that the receiver asks for (%s), and after a random one when it asks for none',
    async (wait) => {
      const { url, seen } = await receiver([429, { 'retry-after': wait }], [503, {}]);
      await source.post('/v1/traces', traces('a1'));
      await forwardTo(url).run();
      source.clock.advance(6_900);
      await forwarder.run();
      expect(seen).toHaveLength(1);
      source.clock.advance(100);
      await forwarder.run();
      expect(seen).toHaveLength(2);
      expect(lane('traces')?.problem).toBe('answered 503');
      source.clock.advance(999);
      await forwarder.run();
      expect(seen).toHaveLength(2);
      source.clock.advance(1);
      await forwarder.run();
      expect(seen).toHaveLength(3);
      expect(lane('traces')).toMatchObject({ waiting: 0, problem: null, counts: [{ outcome: 'sent', bodies: 1 }] });
    },
  );

  it('are dropped and counted when the receiver refuses them for good, and the next goes on', async () => {
    const { url } = await receiver([400, { 'content-type': 'application/json' }, '{"message":"no token-s3cret here"}']);
    await source.post('/v1/traces', traces('a1'));
    await forwardTo(url, { authorization: 'Bearer token-s3cret' }).run();
    await source.post('/v1/traces', traces('a2'));
    expect(lane('traces')?.problem).toBe('a body was refused for good: answered 400: {"message":"no *** here"}');
    await forwarder.run();
    expect(lane('traces')?.counts).toEqual([
      { outcome: 'http_400', bodies: 1, records: 0 },
      { outcome: 'sent', bodies: 1, records: 0 },
    ]);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify([lines, forwarder.status()])).not.toContain('s3cret');
  });

  it.each([
    ['protobuf', Buffer.from([0x0a, 0x07, 0x08, 0xac, 0x02, 0x12, 0x02, 0x6e, 0x6f]), 300],
    ['json', '{"partialSuccess":{"rejectedSpans":"300","errorMessage":"no"}}', 300],
    ['json', '{"partialSuccess":{"errorMessage":"only a warning"}}', 0],
  ] as const)('say in %s how many records the receiver left out: %j', async (encoding, answer, records) => {
    const { url } = await receiver([200, {}, answer]);
    if (encoding === 'protobuf') await source.post('/v1/traces', traces('a1'));
    else await source.post('/v1/traces', sampleTracesJson({}, [span('a1')]), { 'content-type': 'application/json' });
    await forwardTo(url).run();
    const rejected = records === 0 ? [] : [{ outcome: 'rejected_by_receiver', bodies: 0, records }];
    expect(lane('traces')?.counts).toEqual([...rejected, { outcome: 'sent', bodies: 1, records: 0 }]);
  });

  it.each(['protobuf', 'json'] as const)(
    'that are too large for the receiver arrive in parts, each span once (%s)',
    async (encoding) => {
      const seen: string[] = [];
      let failures = 1;
      const url = await serve((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const body = gunzipSync(Buffer.concat(chunks));
          const ids = Array.from({ length: 9 }, (_, index) => index + 1).filter((number) =>
            encoding === 'json' ? body.includes(`"${idOf(number)}"`) : body.includes(Buffer.from(idOf(number), 'hex')),
          );
          if (ids.length > 3 || ids.includes(5)) response.writeHead(413).end();
          else if (ids.includes(7) && failures-- > 0) response.writeHead(503).end();
          else {
            seen.push(...ids.map(String));
            expect(body.includes('shop')).toBe(true);
            response.writeHead(200).end();
          }
        });
      });
      const idOf = (number: number): string => number.toString(16).padStart(16, 'e');
      const spans = Array.from({ length: 9 }, (_, index) => ({ ...span('a1'), spanId: idOf(index + 1) }));
      if (encoding === 'protobuf') await source.post('/v1/traces', sampleTraces({ 'service.name': 'shop' }, spans));
      else {
        const headers = { 'content-type': 'application/json' };
        await source.post('/v1/traces', sampleTracesJson({ 'service.name': 'shop' }, spans), headers);
      }
      await forwardTo(url).run();
      expect(lane('traces')).toMatchObject({ waiting: 1, problem: 'answered 503' });
      source.clock.advance(60_000);
      await forwarder.run();
      expect(seen.sort()).toEqual(['1', '2', '3', '4', '6', '7', '8', '9']);
      expect(lane('traces')).toMatchObject({
        waiting: 0,
        counts: [
          { outcome: 'http_413', bodies: 0, records: 1 },
          { outcome: 'sent', bodies: 1, records: 0 },
        ],
      });
    },
  );

  it('of metrics and logs are halved by metric and record, and one alone that is too large is dropped, counted', async () => {
    const sizes: number[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = gunzipSync(Buffer.concat(chunks)).toString('latin1');
        const names = body.match(/(metric|line) \d/g) ?? [];
        const isTaken = names.length === 1 && names[0] !== 'metric 2';
        if (isTaken) sizes.push(names.length);
        response.writeHead(isTaken ? 200 : 413).end();
      });
    });
    const points = [1, 2, 3].map((value) => ({
      ...({ name: `metric ${value}`, shape: 'sum', startMs: testStartMs - 1_000, timeMs: testStartMs, value } as const),
    }));
    await source.post('/v1/metrics', sampleMetrics({ 'service.name': 'shop' }, points));
    const logRecords = [1, 2, 3, 4].map((line) => ({
      ...{ timeUnixNano: `${testStartMs}000000`, body: { stringValue: `line ${line}` } },
    }));
    const json = { 'content-type': 'application/json' };
    await source.post('/v1/logs', JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), json);
    await forwardTo(url).run();
    expect(sizes).toHaveLength(6);
    expect(lane('metrics')?.counts).toEqual([
      { outcome: 'http_413', bodies: 0, records: 1 },
      { outcome: 'sent', bodies: 1, records: 0 },
    ]);
    expect(lane('logs')?.counts).toEqual([{ outcome: 'sent', bodies: 1, records: 0 }]);
  });

  it('drop the oldest, counted, when more wait than the limit, and never the newest', async () => {
    await source.remove();
    source = await openSource(300);
    const { url, seen } = await receiver();
    for (const trace of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) await source.post('/v1/traces', traces(trace));
    await forwardTo(url).run();
    const counts = lane('traces')?.counts ?? [];
    const dropped = counts.find(({ outcome }) => outcome === 'queue_full')?.bodies ?? 0;
    expect(dropped).toBeGreaterThan(0);
    expect(seen).toHaveLength(6 - dropped);
    expect(seen.some(({ body }) => body.equals(traces('a6')))).toBe(true);
  });

  it('do not go on when they are simulated, repeated or malformed', async () => {
    const { url, seen } = await receiver();
    await source.post('/v1/traces', sampleTraces({ 'seam.synthetic': true }, [span('a1')]));
    await source.post('/v1/traces', Buffer.from([0xff]));
    await source.post('/v1/traces', traces('a2'));
    await source.post('/v1/traces', traces('a2'));
    await forwardTo(url).run();
    expect(seen).toHaveLength(1);
  });

  it('do not come back to who forwards them', async () => {
    await source.post('/v1/traces', traces('a1'));
    await forwardTo(source.url).run();
    expect(lane('traces')).toMatchObject({ counts: [{ outcome: 'http_400', bodies: 1 }] });
    expect(lane('traces')?.problem).toContain(`this installation (${instanceId}) itself has sent the body on to here`);
    expect(source.collector.stats()).toMatchObject({ bodies: 1, repeatedBodies: 0, rejected: { forward_loop: 1 } });
  });

  it('begin for a new target with what comes from now on, and end for one that is gone', async () => {
    const { url, seen } = await receiver();
    await source.post('/v1/traces', traces('a1'));
    await forwardTo(url).run();
    await forwarder.close();
    forwarder = createForwarder({
      targets: parseForward([{ id: 'other', kind: 'otlp', url }], 'forward'),
      collector: source.collector,
      file: source.file,
      ...{ instanceId, version: '1.0.0', clock: source.clock, random: () => 0, log, fetch },
    });
    await forwarder.run();
    await source.post('/v1/traces', traces('a2'));
    await forwarder.run();
    expect(seen.map(({ body }) => body.equals(traces('a2')))).toEqual([false, true]);
    expect(forwarder.status().map(({ id }) => id)).toEqual(['other']);
  });
});

describe('the configuration', () => {
  it('is read', () => {
    const section = [
      { id: 'a', kind: 'otlp', url: 'https://a:4318/' },
      { id: 'b', kind: 'remote-write', url: 'https://b/api/v1/write', headers: { Authorization: 'x' } },
    ];
    expect(parseForward(section, 'forward')).toEqual([
      { id: 'a', kind: 'otlp', url: 'https://a:4318', headers: {} },
      { id: 'b', kind: 'remote-write', url: 'https://b/api/v1/write', headers: { authorization: 'x' } },
    ]);
    expect(parseForward(undefined, 'forward')).toEqual([]);
  });

  it.each([
    [
      { id: 'a', kind: 'kafka', url: 'http://a' },
      'forward: [0].kind "kafka" is not known; write one of otlp, remote-write',
    ],
    [
      { id: 'A', kind: 'otlp', url: 'http://a' },
      'forward: [0].id is not an id; write lower-case letters, digits and hyphens',
    ],
    [
      { id: 'a', kind: 'otlp', url: 'a:4318' },
      'forward: [0].url is not a web address; write such as https://collector.example.org:4318',
    ],
    [{ id: 'a', kind: 'otlp', url: 'http://u:s3cret@a' }, 'forward: [0].url must not hold a password'],
    [
      { id: 'a', kind: 'otlp', url: 'http://a/v1/traces' },
      'forward: [0].url must be the base, without /v1/… and query',
    ],
    [{ id: 'a', kind: 'otlp', url: 'http://a', headers: { host: 'x' } }, 'forward: [0].headers: "host" can not be set'],
    [
      { id: 'a', kind: 'otlp', url: 'http://a', headers: { authorization: 12345678 } },
      'forward: [0].headers.authorization must be one line of text',
    ],
    [
      { id: 'a', kind: 'otlp', url: 'http://a', header: {} },
      'forward: [0] has the unknown key "header"; write one of id, kind, url, headers',
    ],
  ])('refuses %j without repeating a secret', (target, message) => {
    expect(() => parseForward([target], 'forward')).toThrow(message);
    expect(() => parseForward([target], 'forward')).toThrow(/^(?!.*(s3cret|12345678))/s);
  });
});
