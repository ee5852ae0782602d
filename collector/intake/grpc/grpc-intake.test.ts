/** OTLP over gRPC against a real collector: what is acknowledged is stored, and every refusal says why and whether to come again. */
import { randomBytes } from 'node:crypto';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { Client } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { type SampleSpan, sampleMetrics, sampleTraces } from '../otlp-samples.ts';
import { defaultLimits } from '../section.ts';
import { eventsIn, slicesOf, testStartMs } from '../test-collector.ts';
import { exportServices } from './export-services.ts';
import type { GrpcIntakeOptions } from './index.ts';
import { call, connect, gzipOption, startTestGrpc, type TestGrpc } from './test-client.ts';

let running: TestGrpc;
let client: Client;

async function start(options: Partial<GrpcIntakeOptions> = {}, clientOptions = {}): Promise<void> {
  running = await startTestGrpc(options);
  client = connect(running.address, clientOptions);
}

afterEach(async () => {
  client.close();
  await running.remove();
});

/** A busy machine takes its time. */
const patience = { timeout: 10_000 };

const span = (number: number, more: Partial<SampleSpan> = {}): SampleSpan => ({
  traceId: number.toString(16).padStart(32, '0'),
  spanId: number.toString(16).padStart(16, '0'),
  kind: 2,
  startMs: testStartMs - 30_000,
  durationMs: 120,
  attributes: { 'seam.domain': 'chat', 'seam.operation': 'send' },
  ...more,
});
const spans = (from: number, count: number): Buffer =>
  sampleTraces(
    { 'service.name': 'api' },
    Array.from({ length: count }, (_, index) => span(from + index)),
  );
const limits = (some: Partial<typeof defaultLimits>) => ({ ...defaultLimits, ...some });

test('acknowledged spans are stored and counted, and the answer to a full success is empty', async () => {
  await start();
  const answer = await call(client, exportServices.traces, spans(1, 25));
  expect([answer.code, answer.message.length]).toEqual(['OK', 0]);
  expect(running.collector.reader.storage().spans).toBe(25);
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', { domain: 'chat', entry: 'true' }))).toBe(25);
});

test('an empty request is a full success', async () => {
  await start();
  for (const service of [exportServices.traces, exportServices.metrics]) {
    const answer = await call(client, service, Buffer.alloc(0));
    expect([answer.code, answer.message.length]).toEqual(['OK', 0]);
  }
});

test('metrics over gRPC count like those over HTTP', async () => {
  await start();
  const point = { name: 'event.published', shape: 'sum', temporality: 1, value: 7 } as const;
  const times = { startMs: testStartMs - 60_000, timeMs: testStartMs - 30_000, attributes: { 'seam.domain': 'feed' } };
  const answer = await call(
    client,
    exportServices.metrics,
    sampleMetrics({ 'service.name': 'api' }, [{ ...point, ...times }]),
  );
  expect(answer.code).toBe('OK');
  expect(slicesOf(running.collector, 'event.published', { domain: 'feed' }).map(({ sum }) => sum)).toEqual([7]);
});

test('a gzip request is stored, and so is a plain one of the same client that is too small to compress', async () => {
  await start({}, gzipOption);
  expect((await call(client, exportServices.traces, spans(1, 100))).code).toBe('OK');
  expect(await rawCall(running.address, 'gzip', frame(spans(101, 1), 0))).toBe('0');
  expect(running.collector.reader.storage().spans).toBe(101);
});

test('what is not taken is told by number and reason in a partial success', async () => {
  await start();
  const old = span(2, { startMs: testStartMs - 7_200_000 });
  const body = sampleTraces({ 'service.name': 'api' }, [span(1), old]);
  const answer = await call(client, exportServices.traces, body);
  expect(answer.code).toBe('OK');
  const reason = 'rejected 1 too_old (older than 1 h; back-fill needs the admin token)';
  const partial = Buffer.concat([Buffer.from([0x08, 1, 0x12, reason.length]), Buffer.from(reason)]);
  expect(answer.message).toEqual(Buffer.concat([Buffer.from([0x0a, partial.length]), partial]));
  expect(running.collector.reader.storage().spans).toBe(1);
});

test('the same export twice is acknowledged twice and counted once', async () => {
  await start();
  const body = spans(1, 10);
  expect((await call(client, exportServices.traces, body)).code).toBe('OK');
  expect((await call(client, exportServices.traces, body)).code).toBe('OK');
  expect(running.collector.stats()).toMatchObject({ spans: 10, repeatedBodies: 1 });
});

test('a malformed message is an INVALID_ARGUMENT that names the byte, as BadRequest too, and is not to be sent again', async () => {
  await start();
  const answer = await call(client, exportServices.traces, Buffer.from([0x0a, 0x7f]));
  expect(answer.code).toBe('INVALID_ARGUMENT');
  expect(answer.details).toBe('the body is not valid OTLP protobuf: a length of 127 leaves its message at byte 1');
  expect(detailsOf(answer.trailers.get('grpc-status-details-bin'))).toContain(
    'type.googleapis.com/google.rpc.BadRequest',
  );
  expect(answer.trailers.get('grpc-retry-pushback-ms')).toEqual([]);
});

test('other methods and other services are UNIMPLEMENTED', async () => {
  await start();
  expect((await call(client, exportServices.traces, Buffer.alloc(0), {}, 'Import')).code).toBe('UNIMPLEMENTED');
  expect((await call(client, 'a.b.Profiles', Buffer.alloc(0))).code).toBe('UNIMPLEMENTED');
});

test('a compression that nobody announced is UNIMPLEMENTED', async () => {
  await start();
  expect(await rawCall(running.address, 'zstd', frame(Buffer.from('x'), 1))).toBe('12');
});

test('bytes that are not gzip though they say so are an INVALID_ARGUMENT', async () => {
  await start();
  expect(await rawCall(running.address, 'gzip', frame(Buffer.from('nothing'), 1))).toBe('3');
  expect(await rawCall(running.address, 'gzip', frame(gzipSync(spans(1, 50)).subarray(0, 40), 1))).toBe('3');
});

test('the token is asked for before anything of the message is read', async () => {
  const seen: (string | null)[] = [];
  await start({
    authorize: ({ authorization }) => {
      seen.push(authorization);
      if (authorization === null) throw new AppError('UNAUTHENTICATED', 'a token is needed');
      if (authorization !== 'Bearer ingest') throw new AppError('FORBIDDEN', 'this token is for something else');
      return { mayBackfill: false };
    },
    limits: limits({ maxInFlightBytes: 80_000 }),
  });
  const large = spans(1, 1_000);
  const answers = [
    await call(client, exportServices.traces, large),
    await call(client, exportServices.traces, large, { authorization: 'Bearer read' }),
    await call(client, exportServices.traces, spans(1, 1), { authorization: 'Bearer ingest' }),
  ];
  expect(answers.map(({ code, details }) => [code, details])).toEqual([
    ['UNAUTHENTICATED', 'a token is needed'],
    ['PERMISSION_DENIED', 'this token is for something else'],
    ['OK', ''],
  ]);
  expect(seen).toEqual([null, 'Bearer read', 'Bearer ingest']);
  expect(running.collector.stats().rejected).toEqual({ unauthenticated: 1, forbidden: 1 });
});

test('only who may back-fill is allowed old spans', async () => {
  await start({ authorize: ({ authorization }) => ({ mayBackfill: authorization === 'Bearer admin' }) });
  const body = sampleTraces({ 'service.name': 'api' }, [span(1, { startMs: testStartMs - 7_200_000 })]);
  await call(client, exportServices.traces, body);
  expect(running.collector.reader.storage().spans).toBe(0);
  await call(client, exportServices.traces, body, { authorization: 'Bearer admin' });
  expect(running.collector.reader.storage().spans).toBe(1);
});

test('a caller over its rate is told when to come back', async () => {
  await start({
    authorize: () => {
      throw new AppError('OVERLOADED', 'too many requests', { details: { retryAfterSeconds: 3 } });
    },
  });
  const answer = await call(client, exportServices.traces, spans(1, 1));
  expect([answer.code, answer.details]).toEqual(['RESOURCE_EXHAUSTED', 'too many requests']);
  expect(retryDelayOf(answer.trailers.get('grpc-status-details-bin'))).toBe(3);
  expect(answer.trailers.get('grpc-retry-pushback-ms')).toEqual(['3000']);
});

test('a store that is gone is UNAVAILABLE with a delay, and the health check says NOT_SERVING', async () => {
  await start();
  expect((await call(client, 'grpc.health.v1.Health', Buffer.alloc(0), {}, 'Check')).message).toEqual(
    Buffer.from([8, 1]),
  );
  await running.collector.close();
  const answer = await call(client, exportServices.traces, spans(1, 1));
  expect(answer.code).toBe('UNAVAILABLE');
  expect(retryDelayOf(answer.trailers.get('grpc-status-details-bin'))).toBe(1);
  expect((await call(client, 'grpc.health.v1.Health', Buffer.alloc(0), {}, 'Check')).message).toEqual(
    Buffer.from([8, 2]),
  );
});

test('the health check knows the three services and no other', async () => {
  await start();
  const named = (name: string) => Buffer.concat([Buffer.from([0x0a, name.length]), Buffer.from(name)]);
  const ask = (name: string) => call(client, 'grpc.health.v1.Health', named(name), {}, 'Check');
  expect((await ask(exportServices.logs)).message).toEqual(Buffer.from([8, 1]));
  expect((await ask('mail.Service')).code).toBe('NOT_FOUND');
});

test('a health check needs no token and may not be large', async () => {
  await start({
    authorize: () => {
      throw new AppError('UNAUTHENTICATED', 'a token is needed');
    },
  });
  const ask = (message: Buffer) => call(client, 'grpc.health.v1.Health', message, {}, 'Check');
  expect((await ask(Buffer.alloc(0))).code).toBe('OK');
  expect((await ask(Buffer.alloc(1_025))).code).toBe('RESOURCE_EXHAUSTED');
});

test('calls beyond the limit of all connections are told to come again, and ended ones make room', async () => {
  await start({ bounds: { maxCalls: 2 } });
  const waiting = [openStream(running.address), openStream(running.address)];
  const code = async (): Promise<string> => (await call(client, exportServices.traces, spans(1, 1))).code;
  await expect.poll(code, patience).toBe('RESOURCE_EXHAUSTED');
  for (const { session } of waiting) session.destroy();
  await expect.poll(code, patience).toBe('OK');
});

test('a client that retries by policy waits as long as it is told, and is counted once', async () => {
  const retryPolicy = {
    maxAttempts: 3,
    initialBackoff: '60s',
    maxBackoff: '60s',
    backoffMultiplier: 1,
    retryableStatusCodes: ['RESOURCE_EXHAUSTED'],
  };
  const service = JSON.stringify({ methodConfig: [{ name: [{}], retryPolicy }] });
  let refused = 0;
  await start(
    {
      authorize: () => {
        refused += 1;
        if (refused === 1) throw new AppError('OVERLOADED', 'come again', { details: { retryAfterSeconds: 1 } });
        return { mayBackfill: false };
      },
    },
    { 'grpc.service_config': service },
  );
  expect((await call(client, exportServices.traces, spans(1, 5))).code).toBe('OK');
  expect([refused, running.collector.stats().spans]).toEqual([2, 5]);
});

test('whatever else fails is an INTERNAL that tells nothing of the inside', async () => {
  const logged: string[] = [];
  const quiet = () => {};
  await start({
    receive: () => Promise.reject(new TypeError('secret path /srv')),
    log: { debug: quiet, info: quiet, warn: quiet, error: (_, message) => logged.push(message) },
  });
  const answer = await call(client, exportServices.traces, spans(1, 1));
  expect([answer.code, answer.details]).toEqual(['INTERNAL', 'the collector failed on this request; its log says why']);
  expect(logged).toEqual(['a gRPC call failed: secret path /srv']);
});

test('a message above the limit is refused for good, plain and compressed', async () => {
  await start({ limits: limits({ maxBodyBytes: 10_000 }) });
  const plain = await call(client, exportServices.traces, randomBytes(10_001));
  expect([plain.code, plain.details]).toEqual([
    'RESOURCE_EXHAUSTED',
    'a message of 10001 bytes is more than 10000; send smaller batches',
  ]);
  expect(plain.trailers.get('grpc-retry-pushback-ms')).toEqual([]);
  const zipped = connect(running.address, gzipOption);
  const bomb = await call(zipped, exportServices.traces, Buffer.alloc(9_000_000));
  zipped.close();
  expect([bomb.code, bomb.details]).toEqual([
    'RESOURCE_EXHAUSTED',
    'the message has more than 10000 bytes after decompression; send smaller batches',
  ]);
  expect(bomb.trailers.get('grpc-status-details-bin')).toEqual([]);
  expect(running.collector.stats().rejected).toEqual({ too_large: 2 });
});

test('bombs together never hold more than the memory in flight, and what was refused is given back', async () => {
  await start({ limits: limits({ maxInFlightBytes: 16_000_000, maxBodyBytes: 6_000_000 }) });
  const collect = exposedGc();
  const held = (): number => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const before = held();
  let highest = 0;
  const bomb = frame(gzipSync(Buffer.alloc(5_900_000)), 1);
  const explode = async (index: number): Promise<string> => {
    const code = await rawCall(running.address, 'gzip', bomb);
    if (index % 6 === 0) highest = Math.max(highest, held() - before);
    return code;
  };
  const codes = await Promise.all(Array.from({ length: 72 }, (_, index) => explode(index)));
  expect(codes.filter((code) => code !== '8' && code !== '3')).toEqual([]);
  expect(highest).toBeGreaterThan(1_000_000);
  expect(highest).toBeLessThan(24_000_000);
  expect((await call(client, exportServices.traces, spans(1, 20_000))).code).toBe('OK');
});

test('many calls at a time over few connections are each stored once', async () => {
  await start({ bounds: { maxStreams: 8 } });
  const clients = [client, connect(running.address), connect(running.address, gzipOption)];
  const answers = await Promise.all(
    Array.from({ length: 150 }, (_, index) =>
      call(clients[index % 3] ?? client, exportServices.traces, spans(1 + index * 20, 20)),
    ),
  );
  for (const one of clients.slice(1)) one.close();
  expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OK']));
  expect(running.collector.reader.storage().spans).toBe(3_000);
});

test('a sender that takes too long for its message is cut off, and others are not kept waiting', async () => {
  await start({ bounds: { receiveMs: 100, refusedMs: 50 } });
  const slow = openStream(running.address);
  slow.stream.write(frame(spans(1, 10), 0).subarray(0, 100));
  expect((await call(client, exportServices.traces, spans(1, 10))).code).toBe('OK');
  expect(await slow.ended).toBe('4');
  await slow.closed;
  slow.session.close();
});

test('a connection beyond the limit is dropped, and the first ones go on', async () => {
  await start({ bounds: { maxConnections: 1 } });
  expect((await call(client, exportServices.traces, spans(1, 1))).code).toBe('OK');
  const port = Number(running.address.split(':')[1]);
  await new Promise((resolve) =>
    connectTcp(port, '127.0.0.1')
      .on('close', resolve)
      .on('error', () => {})
      .resume(),
  );
  expect((await call(client, exportServices.traces, spans(2, 1))).code).toBe('OK');
});

test('a client that goes away in the middle gives its memory back', async () => {
  await start({ limits: limits({ maxInFlightBytes: 130_000 }) });
  const gone = openStream(running.address);
  const body = frame(spans(1, 600), 0);
  expect(body.length).toBeGreaterThan(60_000);
  gone.stream.write(body.subarray(0, 60_000));
  const refused = async (): Promise<boolean> =>
    (await call(client, exportServices.traces, spans(1, 200))).code === 'RESOURCE_EXHAUSTED';
  await expect.poll(refused, patience).toBe(true);
  gone.session.destroy();
  await expect.poll(refused, patience).toBe(false);
});

test('closing lets what was begun end, refuses what comes, and cuts who does not end', async () => {
  const storing = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  await start({
    receive: async (handed) => {
      begun.resolve();
      await storing.promise;
      return running.collector.receive(handed);
    },
    bounds: { closeGraceMs: 500 },
  });
  const stuck = openStream(running.address);
  stuck.stream.write(Buffer.alloc(3));
  const answer = call(client, exportServices.traces, spans(1, 3));
  await begun.promise;
  const closed = running.grpc.close();
  storing.resolve();
  expect((await answer).code).toBe('OK');
  await closed;
  await stuck.closed;
  const late = connect(running.address);
  expect((await call(late, exportServices.traces, spans(1, 3))).code).toBe('UNAVAILABLE');
  late.close();
  expect(running.collector.reader.storage().spans).toBe(3);
});

test('a busy port is named, with the flag that moves it', async () => {
  await start();
  const second = await startTestGrpc();
  const port = Number(running.address.split(':')[1]);
  await second.grpc.close();
  const { createGrpcIntake } = await import('./index.ts');
  const { collector, clock } = running;
  const third = createGrpcIntake({
    receive: collector.receive,
    authorize: () => ({ mayBackfill: false }),
    limits: defaultLimits,
    clock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  await expect(third.listen('127.0.0.1', port)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `port ${port} on 127.0.0.1 is used by another process; stop it, or choose another port with --otlp-grpc-port`,
  });
  await third.close();
  await second.remove();
});

/** Frees what nobody holds, so that what is left is what somebody does. */
function exposedGc(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}

/** A length-prefixed message; flag 1 says compressed. */
function frame(message: Uint8Array, flag: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** A call made by hand on a connection of its own, its message not yet sent. */
function openStream(address: string, encoding = 'identity') {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => {});
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${exportServices.traces}/Export`,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-encoding': encoding,
  });
  stream.on('error', () => {});
  stream.resume();
  const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
  const ended = new Promise<string>((resolve) => {
    const take = (headers: { readonly [name: string]: unknown }): void => {
      if (headers['grpc-status'] !== undefined) resolve(String(headers['grpc-status']));
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.once('close', () => resolve('closed'));
  });
  return { session, stream, ended, closed };
}

/** The status number of one call made by hand. */
async function rawCall(address: string, encoding: string, bytes: Buffer): Promise<string> {
  const { session, stream, ended } = openStream(address, encoding);
  stream.end(bytes);
  const code = await ended;
  session.close();
  return code;
}

function detailsOf(values: readonly (string | Buffer)[]): string {
  return Buffer.from(values[0] ?? '').toString('latin1');
}

/** Seconds in the RetryInfo at the end of a google.rpc.Status: RetryInfo{1: Duration{1: seconds}}. */
function retryDelayOf(values: readonly (string | Buffer)[]): number {
  const bytes = Buffer.from(values[0] ?? '');
  expect(bytes.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
  expect([...bytes.subarray(-6, -1)]).toEqual([0x12, 4, 0x0a, 2, 0x08]);
  return bytes[bytes.length - 1] ?? 0;
}
