/** The HTTP side of Faro before a collector with a real database: who may send, how much, and that what was answered 202 is stored once. */
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { eventsIn, slicesOf, testStartMs } from '../test-collector.ts';
import { type FaroStand, sampleCall, sampleMeta, sampleTraceId, startFaroStand } from './faro-fixture.ts';
import type { FaroIntakeOptions } from './options.ts';

let stand: FaroStand;

afterEach(async () => {
  await stand.remove();
});

const open = async (options: Partial<FaroIntakeOptions> = {}): Promise<FaroStand> => {
  stand = await startFaroStand(options);
  return stand;
};
const timestamp = new Date(testStartMs - 1_000).toISOString();
const fcp = (id: string, ms = 300) => ({
  meta: sampleMeta,
  measurements: [{ type: 'web-vitals', values: { fcp: ms, delta: ms }, timestamp, context: { id } }],
});
const counted = (signal: string, labels = {}) => eventsIn(slicesOf(stand.running.collector, signal, labels));
const errorOf = (body: Buffer) => JSON.parse(body.toString()).error;
const page = 'http://127.0.0.1:4700';

describe('who may send', () => {
  const key = 'k'.repeat(24);
  const apps = [
    { key, name: 'shop', origins: ['https://shop.example.org'] },
    { key: 'other-app-key-0123456789', name: null, origins: [] },
  ];

  test('a key is asked for before the body is looked at', async () => {
    const { post } = await open({ apps });
    const answers = [
      await post('not json at all'),
      await post('not json at all', { 'x-api-key': 'wrong' }),
      await post('not json at all', { 'x-api-key': key }),
      await post('not json at all', {}, `/faro/collect/${key}`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 400, 400]);
    expect(errorOf(answers[1]?.body ?? Buffer.alloc(0))).toEqual({
      code: 'UNAUTHENTICATED',
      message: 'this key belongs to no app; compare it with faro.apps',
    });
    expect(stand.intake.stats()).toMatchObject({
      ...{ requests: 4, rejected: { key: 2, malformed: 2 }, rejectedRecords: {} },
    });
    expect(stand.running.collector.stats().refused.map(({ lastMs, ...rest }) => rest)).toEqual([
      { way: 'faro', reason: 'unauthenticated', count: 2 },
      { way: 'faro', reason: 'malformed_body', count: 2 },
    ]);
    expect(stand.running.collector.stats().refusedSenders).toMatchObject([
      { sender: '127.0.0.1', reasons: [['unauthenticated', 2]] },
      { sender: 'faro shop', reasons: [['malformed_body', 2]] },
    ]);
    expect(stand.running.collector.stats().rejected).toEqual({});
  });

  test('a page of an origin that the app does not name is refused, and is not told that it may read the answer', async () => {
    const { post } = await open({ apps });
    const refused = await post(fcp('a'), { 'x-api-key': key, origin: 'https://evil.example' });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    const taken = await post(fcp('a'), { 'x-api-key': key, origin: 'https://shop.example.org' });
    expect([taken.status, taken.headers['access-control-allow-origin'], taken.headers.vary]).toEqual([
      202,
      'https://shop.example.org',
      'origin',
    ]);
    expect(taken.headers['access-control-expose-headers']).toBe('Retry-After, X-Faro-Session-Status');
    expect(taken.headers['access-control-allow-credentials']).toBeUndefined();
    expect(counted('browser.web_vital.fcp')).toBe(1);
  });

  test('a preflight names what may be sent, to known origins alone', async () => {
    const { post } = await open({ apps, origins: ['https://everywhere.example'] });
    const ask = (origin: string) => post('', { origin }, '/faro/collect', 'OPTIONS');
    const [known, everywhere, foreign] = [
      await ask('https://shop.example.org'),
      await ask('https://everywhere.example'),
      await ask('https://evil.example'),
    ];
    expect([known.status, everywhere.status, foreign.status]).toEqual([204, 204, 403]);
    expect(known.headers['access-control-allow-headers']?.split(', ')).toEqual(
      expect.arrayContaining(['x-api-key', 'x-faro-session-id', 'traceparent', 'x-correlation-id', 'idempotency-key']),
    );
    expect(Object.keys(foreign.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(stand.intake.stats().requests).toBe(0);
  });

  test('a wrong method or path is named', async () => {
    const { post } = await open();
    const got = await post('', {}, '/faro/collect', 'PUT');
    expect([got.status, got.headers.allow]).toEqual([405, 'POST, OPTIONS']);
    expect((await post({}, {}, '/faro/other')).status).toBe(404);
    expect((await post({}, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post({}, { 'content-encoding': 'br' })).status).toBe(415);
  });
});

describe('how much', () => {
  test('a body is limited by what it is after decompression, whatever its headers say', async () => {
    const { post } = await open({ limits: { maxBodyBytes: 20_000 } });
    const bomb = gzipSync(JSON.stringify({ meta: {}, logs: [{ message: 'a'.repeat(5_000_000) }] }));
    expect(bomb.length).toBeLessThan(20_000);
    expect((await post(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(Buffer.alloc(40_000, 32), { 'transfer-encoding': 'chunked' })).status).toBe(413);
    expect((await post(gzipSync(JSON.stringify(fcp('z'))), { 'content-encoding': 'gzip' })).status).toBe(202);
    expect((await post(Buffer.from('no gzip'), { 'content-encoding': 'gzip' })).status).toBe(400);
    expect(stand.intake.stats().rejected).toEqual({ too_large: 2, malformed: 1 });
  });

  test('an app that is too quick is told when to come back, and is taken again then', async () => {
    const { post, running } = await open({ limits: { requestsPerSecond: 0.5, burst: 2 } });
    const statuses = [await post(fcp('a')), await post(fcp('b')), await post(fcp('c'), { origin: page })];
    expect(statuses.map((answer) => answer.status)).toEqual([202, 202, 429]);
    expect(statuses[2]?.headers['retry-after']).toBe('2');
    expect(statuses[2]?.headers['access-control-allow-origin']).toBe(page);
    expect(stand.intake.stats().rejected).toEqual({ rate: 1 });
    running.clock.advance(2_000);
    expect((await post(fcp('c'))).status).toBe(202);
  });

  test('bytes in flight are bounded', async () => {
    const { post } = await open({ limits: { maxInFlightBytes: 50 } });
    expect((await post(fcp('a'))).status).toBe(429);
    expect((await post({})).status).toBe(202);
  });
});

describe('what is stored', () => {
  test('a figure counts once in the series of its page and domain, and its span is found by session and trace', async () => {
    const { post, running } = await open();
    const answer = await post({ ...fcp('a'), traces: sampleCall(testStartMs - 1_000) });
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([202, { accepted: 2, rejected: {} }]);
    expect(counted('browser.web_vital.fcp', { page: '/posts/:id', domain: 'feed' })).toBe(1);
    const trace = running.collector.reader.trace(sampleTraceId);
    expect(trace?.spans).toHaveLength(1);
    expect(trace?.spans[0]?.attributes).toMatchObject({
      'session.id': 'aB3.x_-9',
      'resource.service.name': 'campus-web',
    });
    expect(counted('domain.request.duration')).toBe(0);
  });

  test('a page belongs to the domain that a rule of the configuration gives it; its requests do not', async () => {
    stand = await startFaroStand({}, [{ match: { attributes: { page: 'jobs' } }, domain: 'events' }]);
    const meta = { ...sampleMeta, page: { id: 'jobs' } };
    await stand.post({ ...fcp('a'), meta, traces: sampleCall(testStartMs - 1_000) });
    await stand.post({ ...fcp('b'), meta: { ...meta, page: { id: 'nobodys' } } });
    expect(counted('browser.web_vital.fcp', { domain: 'events' })).toBe(1);
    expect(counted('browser.web_vital.fcp', { domain: 'unmapped' })).toBe(1);
    expect(stand.running.collector.reader.trace(sampleTraceId)?.spans[0]?.domain).toBeNull();
  });

  test('a batch that comes again under its name, or as the same bytes, counts once', async () => {
    const { post } = await open();
    const name = { 'idempotency-key': 'abcdefgh01234567' };
    await post(fcp('a'), name);
    await post(fcp('a'), name);
    await post(fcp('b'));
    await post(fcp('b'));
    expect([counted('browser.web_vital.fcp'), stand.intake.stats().deduplicated]).toEqual([2, 2]);
  });

  test('the same figures at the same moment from two sessions count twice', async () => {
    const { post } = await open();
    await post(fcp('a'));
    await post({ ...fcp('b'), meta: { ...sampleMeta, session: { id: 'another' } } });
    expect(counted('browser.web_vital.fcp')).toBe(2);
  });

  test('a batch that could not be stored is answered 503, and counts once when it is sent again', async () => {
    let failing = true;
    const started = await open({
      receive: (handed) =>
        failing && handed.telemetry === 'metrics'
          ? Promise.reject(new AppError('UNAVAILABLE', 'the disk is full'))
          : stand.running.collector.receive(handed),
    });
    const body = { ...fcp('a'), traces: sampleCall(testStartMs - 1_000) };
    const refused = await started.post(body, { 'idempotency-key': 'abcdefgh01234567', origin: page });
    expect([refused.status, refused.headers['retry-after'], errorOf(refused.body).code]).toEqual([
      503,
      '1',
      'UNAVAILABLE',
    ]);
    failing = false;
    const taken = await started.post(body, { 'idempotency-key': 'abcdefgh01234567' });
    expect([taken.status, counted('browser.web_vital.fcp')]).toEqual([202, 1]);
    expect(started.running.collector.reader.trace(sampleTraceId)?.spans).toHaveLength(1);
  });

  test('a session id that is none makes the page begin a new session', async () => {
    const { post } = await open();
    const answer = await post({ ...fcp('a'), meta: { ...sampleMeta, session: { id: 'no spaces' } } });
    expect([answer.status, answer.headers['x-faro-session-status']]).toEqual([202, 'invalid']);
    expect((await post(fcp('b'))).headers['x-faro-session-status']).toBeUndefined();
  });

  test('what could not be read is told to the sender and counted', async () => {
    const { post } = await open();
    const answer = await post({ ...fcp('a'), logs: [{ level: 'info' }] });
    expect(JSON.parse(answer.body.toString())).toEqual({ accepted: 1, rejected: { log: 1 } });
    expect(stand.intake.stats()).toMatchObject({ records: 1, rejected: { log: 1 }, rejectedRecords: { log: 1 } });
  });
});
