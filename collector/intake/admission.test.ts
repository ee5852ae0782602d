/** Who may send how much: shares, rates, the writer's lag, slow senders. All over real HTTP, with a clock that stands still. */
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { FakeClock } from '../../src/kernel/clock.ts';
import { fakeClock } from '../../src/kernel/clock.ts';
import { Admission } from './admission.ts';
import { CallerBudgets } from './caller-budget.ts';
import { sampleTraces } from './otlp-samples.ts';
import { connectRaw, postHead } from './raw-http.ts';
import { defaultLimits } from './section.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector | null = null;

afterEach(async () => {
  await running?.remove();
  running = null;
});

async function start(limits: Partial<typeof defaultLimits>): Promise<TestCollector> {
  running = await startTestCollector({ limits });
  return running;
}

const body = sampleTraces({ 'service.name': 'api' }, [
  { traceId: '1'.repeat(32), spanId: '1'.repeat(16), startMs: testStartMs, durationMs: 1 },
]);
const slot = 65_536;

/** The body with an unknown field (15) of the request, which readers skip. */
function padded(length: number): Buffer {
  const rest = length - body.length - 4;
  return Buffer.concat([
    body,
    Buffer.from([0x7a, (rest & 127) | 128, ((rest >> 7) & 127) | 128, rest >> 14]),
    Buffer.alloc(rest),
  ]);
}

test('one caller cannot fill the memory of all: the next body of it is 429, another caller is taken in', () => {
  const admission = new Admission(
    { ...defaultLimits, maxInFlightBytes: 1_000, maxInFlightBytesPerCaller: 600 },
    clock(),
  );
  const greedy = admission.hold('a');
  expect(greedy.grow(600)).toBeNull();
  expect(admission.hold('a').grow(1)).toMatchObject({
    reason: 'rate_limited',
    message: 'the sender a has 600 of 600 bytes under way at the moment; send this batch again in a second',
    retryAfterSeconds: 1,
  });
  expect(admission.hold('b').grow(400)).toBeNull();
  expect(admission.hold('c').grow(1)).toMatchObject({ reason: 'overloaded', retryAfterSeconds: 1 });
  greedy.release();
  greedy.release();
  expect(admission.inFlightBytes).toBe(400);
  expect(admission.hold('c').grow(600)).toBeNull();
});

test('a body that its sender may not have under way at all is refused for good, naming the sender', () => {
  const admission = new Admission({ ...defaultLimits, maxInFlightBytesPerCaller: 600 }, clock());
  expect(admission.hold('a').grow(601)).toMatchObject({
    reason: 'too_large',
    message: expect.stringContaining('more than the sender a may have under way at all (600)'),
    retryAfterSeconds: null,
  });
});

test('a sender with limits of its own has those, everybody else the common ones; what is not named stays common', () => {
  const limits = { ...defaultLimits, maxRequestsPerSecondPerCaller: 10, maxInFlightBytesPerCaller: 40 * slot };
  const own = { maxRequestsPerSecondPerCaller: 2, maxInFlightBytesPerCaller: 4 * slot };
  const admission = new Admission(limits, clock(), { shop: own });
  const taken = (caller: string): number => {
    let count = 0;
    while (admission.admit(caller) === null) count += 1;
    return count;
  };
  expect([taken('shop'), taken('127.0.0.1')]).toEqual([4, 20]);
  expect(admission.admit('shop')?.message).toBe(
    'the sender shop sends more than 2 requests a second; send larger batches less often',
  );
  expect([admission.hold('shop').maxBodyBytes, admission.hold('127.0.0.1').maxBodyBytes]).toEqual([
    2 * slot,
    16 * slot,
  ]);
  expect(admission.hold('shop').grow(4 * slot)).toBeNull();
  expect(admission.hold('shop').grow(1)).toMatchObject({ reason: 'rate_limited' });
});

test('over HTTP a body above half of what its sender may have under way is 413, one of that size is stored', async () => {
  const { post } = await start({ maxInFlightBytesPerCaller: 4 * slot });
  expect((await post('/v1/traces', padded(2 * slot))).status).toBe(200);
  const refused = await post('/v1/traces', padded(2 * slot + 1));
  expect([refused.status, refused.headers['retry-after']]).toEqual([413, undefined]);
});

test('a compressed body is refused before it is decompressed when there is no room for what the ones before it became', async () => {
  const { url, post, collector } = await start({ maxInFlightBytes: 8 * slot, maxInFlightBytesPerCaller: 8 * slot });
  const large = gzipSync(padded(3 * slot));
  expect((await post('/v1/traces', large, { 'content-encoding': 'gzip' })).status).toBe(200);
  const others = [await connectRaw(url), await connectRaw(url), await connectRaw(url)];
  for (const other of others) other.write(postHead('/v1/traces', `content-length: ${2 * slot}`));
  while (collector.stats().queueBytes < 6 * slot) await new Promise(setImmediate);
  const connection = await connectRaw(url);
  connection.write(postHead('/v1/traces', `content-length: ${large.length}`, 'content-encoding: gzip'));
  connection.write(large.subarray(0, 20));
  expect((await connection.reply()).status).toBe(429);
  for (const { socket } of [connection, ...others]) socket.destroy();
});

test('what the control plane says itself is counted and never refused', () => {
  const admission = new Admission({ ...defaultLimits, maxInFlightBytes: 1_000 }, clock());
  expect(admission.hold('own', true).grow(5_000)).toBeNull();
  expect(admission.inFlightBytes).toBe(5_000);
});

test('the writer is behind when the oldest body waits 1 s; Retry-After follows the lag, at most 5 s', () => {
  const time = clock();
  const admission = new Admission(defaultLimits, time);
  const first = admission.hold('a');
  const second = admission.hold('a');
  first.sent();
  time.advance(999);
  expect(admission.admit('a')).toBeNull();
  second.sent();
  time.advance(1);
  expect(admission.admit('a')).toMatchObject({ reason: 'writer_behind', retryAfterSeconds: 1 });
  time.advance(2_001);
  expect(admission.admit('a')?.retryAfterSeconds).toBe(4);
  time.advance(60_000);
  expect(admission.admit('a')?.retryAfterSeconds).toBe(5);
  first.release();
  expect(admission.lagMs()).toBe(62_002);
  second.release();
  expect(admission.lagMs()).toBe(0);
  expect(admission.admit('a')).toBeNull();
});

test('refuses already at a quarter of the lag when a new body would wait for 2 s at the speed the writer shows', () => {
  const time = clock();
  const admission = new Admission(defaultLimits, time);
  const send = (): { readonly release: () => void } => {
    const holding = admission.hold('a');
    holding.grow(1_000_000);
    holding.sent();
    return holding;
  };
  const waiting = Array.from({ length: 31 }, send);
  for (const holding of waiting.splice(0, 10)) {
    time.advance(20);
    holding.release();
  }
  expect(admission.admit('a')).toBeNull();
  time.advance(100);
  for (const holding of waiting.splice(0, 1)) holding.release();
  const late = Array.from({ length: 60 }, send);
  expect(admission.admit('a')).toMatchObject({ reason: 'writer_behind', retryAfterSeconds: 3 });
  for (const holding of waiting) holding.release();
  expect(admission.lagMs()).toBe(0);
  expect(admission.admit('a')).toBeNull();
  for (const holding of late) holding.release();
});

test('the line of waiting bodies stays exact over thousands', () => {
  const time = clock();
  const admission = new Admission(defaultLimits, time);
  const holdings = Array.from({ length: 5_000 }, () => {
    const holding = admission.hold('a');
    holding.sent();
    time.advance(1);
    return holding;
  });
  for (const [index, holding] of holdings.entries()) {
    expect(admission.lagMs()).toBe(5_000 - index);
    holding.release();
  }
  expect(admission.lagMs()).toBe(0);
});

test('a caller may send two seconds of requests at once and then at its rate; another caller is not touched', () => {
  const time = clock();
  const admission = new Admission({ ...defaultLimits, maxRequestsPerSecondPerCaller: 10 }, time);
  const taken = (caller: string): number => {
    let count = 0;
    while (admission.admit(caller) === null) count += 1;
    return count;
  };
  expect(taken('a')).toBe(20);
  expect(admission.admit('a')).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 1 });
  expect(taken('b')).toBe(20);
  time.advance(500);
  expect(taken('a')).toBe(5);
});

test('bytes are charged when they are known: a caller in debt waits until it is paid, and is told how long', () => {
  const time = clock();
  const admission = new Admission({ ...defaultLimits, maxBytesPerSecondPerCaller: 1_000 }, time);
  admission.hold('a').charge(5_500);
  expect(admission.admit('a')).toMatchObject({ reason: 'rate_limited', retryAfterSeconds: 4 });
  time.advance(3_500);
  expect(admission.admit('a')).not.toBeNull();
  time.advance(1);
  expect(admission.admit('a')).toBeNull();
});

test('callers that hold nothing are forgotten beyond 1,024, busy ones are not', () => {
  const budgets = new CallerBudgets(defaultLimits, 0);
  const busy = budgets.of('busy', 0);
  busy.inFlightBytes = 1;
  for (let index = 0; index < 5_000; index += 1) budgets.of(`caller ${index}`, 0);
  expect(budgets.of('busy', 0)).toBe(busy);
  for (let index = 0; index < 1_100; index += 1) budgets.of(`held ${index}`, 0).inFlightBytes = 1;
  expect(budgets.of('one more', 0)).toBe(budgets.of('yet another', 0));
});

test('over HTTP the rate is 429 with Retry-After, refused before the body was sent, and counted', async () => {
  const { url, post, clock: time, collector } = await start({ maxRequestsPerSecondPerCaller: 1 });
  expect((await post('/v1/traces', body)).status).toBe(200);
  expect((await post('/v1/traces', body)).status).toBe(200);
  const connection = await connectRaw(url);
  connection.write(postHead('/v1/traces', 'content-length: 60000000'));
  const refused = await connection.reply();
  expect([refused.status, refused.headers['retry-after'], refused.headers.connection]).toEqual([429, '1', 'close']);
  expect(refused.body.toString('latin1')).toContain('google.rpc.RetryInfo');
  connection.socket.destroy();
  expect(collector.stats()).toMatchObject({ queueBytes: 0, rejected: { rate_limited: 1 } });
  time.advance(1_000);
  expect((await post('/v1/traces', body)).status).toBe(200);
});

test('an announced body claims no more than 4 MiB before it comes', async () => {
  const { url, collector } = await start({});
  const connection = await connectRaw(url);
  connection.write(postHead('/v1/traces', 'content-length: 60000000'));
  while (collector.stats().queueBytes === 0) await new Promise(setImmediate);
  expect(collector.stats().queueBytes).toBe(4_194_304);
  connection.socket.destroy();
});

test('a body that comes slower than 1 KiB/s over 10 s is cut off with 408; a slow one above that is not', async () => {
  const { url, clock: time, collector } = await start({});
  const slow = await connectRaw(url);
  slow.write(postHead('/v1/traces', 'content-length: 30000'));
  const steady = await connectRaw(url);
  steady.write(postHead('/v1/traces', `content-length: ${slot}`));
  steady.write(Buffer.alloc(12_000));
  while (collector.stats().queueBytes < 2 * slot) await new Promise(setImmediate);
  await new Promise(setImmediate);
  time.advance(10_000);
  const reply = await slow.reply();
  expect([reply.status, reply.headers.connection]).toEqual([408, 'close']);
  expect([...reply.body.subarray(0, 2)]).toEqual([0x08, 4]);
  await slow.closed;
  expect(collector.stats()).toMatchObject({ queueBytes: slot, rejected: { slow_sender: 1 } });
  steady.write(Buffer.alloc(slot - 12_000));
  expect((await steady.reply()).status).toBe(400);
  steady.socket.destroy();
});

test('a refused sender that goes on sending next to nothing is cut off too', async () => {
  const { url, clock: time } = await start({});
  const connection = await connectRaw(url);
  connection.write(postHead('/v1/nowhere', 'content-length: 3000'));
  expect((await connection.reply()).status).toBe(404);
  time.advance(10_000);
  await connection.closed;
});

test('a body whose sender has hung up behind it is stored all the same, and its share is given back', async () => {
  const { url, collector } = await start({});
  const connection = await connectRaw(url);
  connection.write(postHead('/v1/traces', `content-length: ${body.length}`));
  connection.socket.end(body);
  await connection.closed;
  while (collector.stats().bodies === 0) await new Promise(setImmediate);
  expect(collector.stats()).toMatchObject({ queueBytes: 0, bodies: 1, rejected: {} });
});

test('what does not come by HTTP has the same bounds, by its caller; probes are never refused', async () => {
  const { collector } = await start({ maxRequestsPerSecondPerCaller: 1 });
  const hand = (caller: string) => collector.receive({ telemetry: 'traces', body: '{}', caller });
  await hand('a');
  await hand('a');
  await expect(hand('a')).rejects.toMatchObject({
    code: 'OVERLOADED',
    details: { reason: 'rate_limited', retryAfterSeconds: 1 },
  });
  await hand('b');
  for (let run = 0; run < 5; run += 1) await collector.receive({ telemetry: 'metrics', body: '{}', source: 'probe' });
  expect(collector.stats()).toMatchObject({ queueBytes: 0, rejected: { rate_limited: 1 } });
});

test('OPTIONS says what is accepted, HEAD is 405 without a body', async () => {
  const { post } = await start({});
  const options = await post('/v1/logs', '', {}, 'OPTIONS');
  expect([options.status, options.headers.allow, options.headers['accept-encoding']]).toEqual([
    204,
    'POST, OPTIONS',
    'gzip, zstd, deflate, identity',
  ]);
  const head = await post('/v1/metrics', '', {}, 'HEAD');
  expect([head.status, head.headers.allow, head.body.length]).toEqual([405, 'POST, OPTIONS', 0]);
});

function clock(): FakeClock {
  return fakeClock(testStartMs);
}
