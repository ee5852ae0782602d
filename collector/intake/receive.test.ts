/** Everything that is refused at the door, to the letter, and what must never happen: a crash, a hang. */
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleTraces } from './otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector({ limits: { maxBodyBytes: 100_000, maxInFlightBytes: 150_000 } });
});

afterEach(async () => {
  await running.remove();
});

const body = sampleTraces({ 'service.name': 'api' }, [
  { traceId: '1'.repeat(32), spanId: '1'.repeat(16), startMs: testStartMs, durationMs: 1 },
]);

test('an empty request is a success', async () => {
  expect((await running.post('/v1/traces', '')).status).toBe(200);
  expect((await running.post('/v1/metrics', '{}', { 'content-type': 'application/json' })).body.toString()).toBe('{}');
});

test('another method is 405 with Allow, another path 404, each a Status in the encoding of the request', async () => {
  const wrongMethod = await running.post('/v1/traces', '', { 'content-type': 'application/json' }, 'PUT');
  expect([wrongMethod.status, wrongMethod.headers.allow]).toEqual([405, 'POST, OPTIONS']);
  expect(JSON.parse(wrongMethod.body.toString())).toEqual({
    code: 12,
    message: 'PUT is not allowed at /v1/traces; use POST',
  });
  const wrongPath = await running.post('/v1/nothing', body);
  expect([wrongPath.status, wrongPath.headers['content-type']]).toEqual([404, 'application/x-protobuf']);
  expect([wrongPath.body[0], wrongPath.body[1], wrongPath.body[2]]).toEqual([0x08, 5, 0x12]);
});

test('another media type is 415 and answered in JSON, another compression is 415', async () => {
  const type = await running.post('/v1/traces', body, { 'content-type': 'text/plain' });
  expect([type.status, type.headers['content-type']]).toEqual([415, 'application/json']);
  expect(JSON.parse(type.body.toString()).message).toContain('text/plain is not understood');
  expect(type.headers.accept).toBe('application/x-protobuf, application/json');
  for (const coding of ['br', 'snappy', 'gzip, gzip']) {
    const answer = await running.post('/v1/traces', body, { 'content-encoding': coding });
    expect([answer.status, answer.headers['accept-encoding']]).toEqual([415, 'gzip, zstd, deflate, identity']);
  }
});

test('malformed protobuf is 400 and names the byte; nothing of the body is stored', async () => {
  const cut = Buffer.concat([body, Buffer.from([0x0a, 0x7f, 1])]);
  const answer = await running.post('/v1/traces', cut);
  expect(answer.status).toBe(400);
  expect(answer.body.toString('latin1')).toContain(`a length of 127 leaves its message at byte ${body.length + 1}`);
  expect(running.collector.reader.storage().spans).toBe(0);
});

test('malformed JSON is 400 and names the member', async () => {
  const answer = await running.post('/v1/traces', '{"resourceSpans":[{"scopeSpans":3}]}', {
    'content-type': 'application/json',
  });
  expect(answer.status).toBe(400);
  const message = 'the body is not valid OTLP JSON: resourceSpans[0].scopeSpans must be a list';
  const violation = { field: 'body', description: message };
  expect(JSON.parse(answer.body.toString())).toEqual({
    code: 3,
    message,
    details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [violation] }],
  });
});

test('a body above the cap is 413, also when it only grows above it in decompression', async () => {
  expect((await running.post('/v1/traces', Buffer.alloc(100_001))).status).toBe(413);
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  expect(bomb.length).toBeLessThan(100_000);
  const answer = await running.post('/v1/traces', bomb, { 'content-encoding': 'gzip' });
  expect(answer.status).toBe(413);
  expect(answer.body.toString('latin1')).toContain('more than 100000 bytes after decompression');
});

test('broken and cut gzip is 400', async () => {
  const headers = { 'content-encoding': 'gzip' };
  expect((await running.post('/v1/traces', body, headers)).status).toBe(400);
  expect((await running.post('/v1/traces', gzipSync(body).subarray(0, -9), headers)).status).toBe(400);
});

test('refuses with 429 and Retry-After 1 while too many bytes are under way, and takes in again afterwards', async () => {
  const { port } = new URL(running.url);
  const slow = createConnection(Number(port), '127.0.0.1');
  slow.write(
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 90000\r\n\r\nx',
  );
  await untilQueued(131_072);
  const refused = await running.post('/v1/traces', Buffer.alloc(90_000));
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
  slow.destroy();
  await untilQueued(0);
  expect((await running.post('/v1/traces', body)).status).toBe(200);
});

test('answers 503 with Retry-After when the collector is closing', async () => {
  const closing = running.collector.close();
  const answer = await running.post('/v1/traces', body);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  await closing;
});

test('rows of others are written in one transaction, or not at all', async () => {
  const { collector } = await replaceCollector();
  await collector.write([{ sql: 'INSERT INTO notes VALUES (?, ?)', params: ['a', 1] }]);
  const half = collector.write([
    { sql: 'INSERT INTO notes VALUES (?, ?)', params: ['b', 2] },
    { sql: 'INSERT INTO nowhere VALUES (1)', params: [] },
  ]);
  await expect(half).rejects.toThrow('no such table: nowhere');
  await collector.write([{ sql: "INSERT INTO notes SELECT 'rows', count(*) FROM notes", params: [] }]);
  const rest = collector.write([
    { sql: 'INSERT INTO notes VALUES (?, (SELECT n FROM notes WHERE name = ?))', params: ['c', 'rows'] },
  ]);
  await expect(rest).resolves.toBeUndefined();
  expect(collector.reader.revision()).toBe(4);
});

async function replaceCollector(): Promise<TestCollector> {
  await running.remove();
  running = await startTestCollector({
    migrations: [{ owner: 'notes', version: 1, sql: 'CREATE TABLE notes (name TEXT, n INTEGER)' }],
  });
  return running;
}

/** Until the collector holds this many bytes; a request is seen by it after it was sent. */
async function untilQueued(bytes: number): Promise<void> {
  while (running.collector.stats().queueBytes !== bytes) await new Promise(setImmediate);
}
