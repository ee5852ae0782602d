/** Bodies as clients really send them: compressed in every way, in chunks, in several pieces; and bodies that are meant to hurt. */
import { deflateRawSync, deflateSync, gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleTraces, sampleTracesJson } from './otlp-samples.ts';
import { chunkOf, connectRaw, postHead } from './raw-http.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

const cap = 200_000;
let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector({ limits: { maxBodyBytes: cap } });
});

afterEach(async () => {
  await running.remove();
});

/** One span; `index` makes its ids. */
function spanOf(index: number) {
  const id = index.toString(16).padStart(16, '0');
  return { traceId: id.repeat(2), spanId: id, startMs: testStartMs, durationMs: 1 };
}
const bodyOf = (index: number): Buffer => sampleTraces({ 'service.name': 'api' }, [spanOf(index)]);
const storedSpans = (): number => running.collector.reader.storage().spans;

const codings = [
  { name: 'gzip', coding: 'gzip', compress: gzipSync },
  { name: 'x-gzip', coding: 'X-GZIP', compress: gzipSync },
  { name: 'zstd', coding: 'zstd', compress: zstdCompressSync },
  { name: 'deflate', coding: 'deflate', compress: deflateSync },
  { name: 'raw deflate', coding: 'deflate', compress: deflateRawSync },
  { name: 'zlib', coding: 'zlib', compress: deflateSync },
] as const;
const unlike = codings.filter(({ name }) => name !== 'x-gzip' && name !== 'zlib');

test.each(codings)('takes $name in both encodings, and an empty body of it', async ({ coding, compress }) => {
  const protobuf = await running.post('/v1/traces', compress(bodyOf(1)), { 'content-encoding': coding });
  expect([protobuf.status, protobuf.body.length]).toEqual([200, 0]);
  const json = await running.post('/v1/traces', compress(sampleTracesJson({ 'service.name': 'api' }, [spanOf(2)])), {
    'content-encoding': coding,
    'content-type': 'Application/JSON; charset=utf-8',
  });
  expect([json.status, json.headers['content-type'], json.body.toString()]).toEqual([200, 'application/json', '{}']);
  expect((await running.post('/v1/traces', '', { 'content-encoding': coding })).status).toBe(200);
  expect(storedSpans()).toBe(2);
});

test.each(unlike)('cuts a $name bomb at the cap and answers 413', async ({ coding, compress }) => {
  const bomb = compress(Buffer.alloc(64 * 1_048_576));
  expect(bomb.length).toBeLessThan(cap);
  const before = process.memoryUsage().arrayBuffers;
  const answer = await running.post('/v1/traces', bomb, { 'content-encoding': coding });
  expect(answer.status).toBe(413);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1_048_576);
  expect(running.collector.stats()).toMatchObject({ queueBytes: 0, rejected: { too_large: 1 } });
});

test.each(unlike)('answers 400 to $name that is cut short or that something follows', async ({ coding, compress }) => {
  const whole = compress(bodyOf(1));
  const headers = { 'content-encoding': coding };
  const bad = [whole.subarray(0, -4), whole.subarray(0, 1), Buffer.concat([whole, Buffer.from('more')])];
  for (const body of bad) expect((await running.post('/v1/traces', body, headers)).status).toBe(400);
  expect(running.collector.stats()).toMatchObject({ queueBytes: 0, rejected: { malformed_body: 3 } });
  expect(storedSpans()).toBe(0);
});

test('takes several members of gzip and several frames of zstd; a second stream of deflate is 400', async () => {
  const post = (coding: string, body: Buffer) => running.post('/v1/traces', body, { 'content-encoding': coding });
  const pair = (compress: (body: Buffer) => Buffer, first: number): Buffer =>
    Buffer.concat([compress(bodyOf(first)), compress(bodyOf(first + 1))]);
  expect((await post('gzip', pair(gzipSync, 1))).status).toBe(200);
  expect((await post('zstd', pair(zstdCompressSync, 3))).status).toBe(200);
  expect(storedSpans()).toBe(4);
  const answer = await post('deflate', pair(deflateSync, 5));
  expect([answer.status, answer.body.toString('latin1')]).toEqual([
    400,
    expect.stringContaining('bytes follow its end'),
  ]);
});

test('refuses zstd that wants more than 8 MiB of window before it takes the memory', async () => {
  const params = { [zlib.ZSTD_c_windowLog]: 27, [zlib.ZSTD_c_compressionLevel]: 1 };
  const wide = zstdCompressSync(Buffer.alloc(20_000_000), { params });
  const answer = await running.post('/v1/traces', wide, { 'content-encoding': 'zstd' });
  expect([answer.status, answer.body.toString('latin1')]).toEqual([
    400,
    expect.stringContaining('requires too much memory'),
  ]);
});

test('takes a chunked body without Content-Length, byte by byte, gzip or plain', async () => {
  for (const [index, headers] of [
    ['transfer-encoding: chunked'],
    ['transfer-encoding: chunked', 'content-encoding: gzip'],
  ].entries()) {
    const connection = await connectRaw(running.url);
    connection.write(postHead('/v1/traces', ...headers));
    const body = headers.length === 1 ? bodyOf(index + 1) : gzipSync(bodyOf(index + 1));
    for (const byte of body) connection.write(chunkOf(Buffer.from([byte])));
    connection.write(chunkOf(Buffer.alloc(0)));
    expect((await connection.reply()).status).toBe(200);
    connection.socket.destroy();
  }
  expect(storedSpans()).toBe(2);
});

test('a chunked body above the cap is 413 while it is still being sent, and the connection lives on', async () => {
  const connection = await connectRaw(running.url);
  connection.write(postHead('/v1/traces', 'transfer-encoding: chunked'));
  connection.write(chunkOf(Buffer.alloc(cap + 1)));
  expect((await connection.reply()).status).toBe(413);
  connection.write(chunkOf(Buffer.alloc(1_000)));
  connection.write(chunkOf(Buffer.alloc(0)));
  const next = bodyOf(1);
  connection.write(postHead('/v1/traces', `content-length: ${next.length}`));
  connection.write(next);
  expect((await connection.reply()).status).toBe(200);
  connection.socket.destroy();
});

test('who asks to close and is refused early can send the rest before the connection ends', async () => {
  const connection = await connectRaw(running.url);
  connection.write(postHead('/v1/nowhere', 'content-length: 1000', 'connection: close'));
  connection.write(Buffer.alloc(500));
  expect((await connection.reply()).status).toBe(404);
  expect((await running.post('/v1/traces', bodyOf(1))).status).toBe(200);
  expect(connection.socket.readableEnded).toBe(false);
  connection.write(Buffer.alloc(500));
  await connection.closed;
});

test('answers pipelined requests in order, each with its own result', async () => {
  const connection = await connectRaw(running.url);
  const good = bodyOf(1);
  const parts = [
    Buffer.from(postHead('/v1/traces', `content-length: ${good.length}`)),
    good,
    Buffer.from(postHead('/v1/nowhere', 'content-length: 3')),
    Buffer.from('abc'),
    Buffer.from(postHead('/v1/traces', 'content-length: 2', 'content-encoding: br')),
    Buffer.from('ab'),
    Buffer.from(postHead('/v1/metrics', 'content-length: 0')),
  ];
  connection.write(Buffer.concat(parts));
  const statuses: number[] = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await connection.reply()).status);
  expect(statuses).toEqual([200, 404, 415, 200]);
  connection.socket.destroy();
});

test('a body shorter than it said, from a sender that goes away, leaves nothing behind and is counted', async () => {
  const connection = await connectRaw(running.url);
  connection.write(postHead('/v1/traces', 'content-length: 5000'));
  connection.write(bodyOf(1));
  while (running.collector.stats().queueBytes === 0) await new Promise(setImmediate);
  connection.socket.destroy();
  while (running.collector.stats().queueBytes > 0) await new Promise(setImmediate);
  expect(running.collector.stats().rejected).toEqual({ disconnected: 1 });
  expect(storedSpans()).toBe(0);
});

test('a body longer than it said is two requests: the first is malformed, the rest is no request', async () => {
  const connection = await connectRaw(running.url);
  const body = bodyOf(1);
  connection.write(postHead('/v1/traces', `content-length: ${body.length - 1}`));
  connection.write(body);
  expect((await connection.reply()).status).toBe(400);
  await connection.closed;
  expect((await running.post('/v1/traces', body)).status).toBe(200);
});
