/** What a connection to the gRPC port may do: strangers are told where to go, floods cost the flooder, ends give everything back. */
import { connect as connectHttp2, constants } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Client } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { type SampleSpan, sampleTraces } from '../otlp-samples.ts';
import { defaultLimits } from '../section.ts';
import { testStartMs } from '../test-collector.ts';
import { exportServices } from './export-services.ts';
import type { GrpcIntakeOptions } from './index.ts';
import { call, connect, startTestGrpc, type TestGrpc } from './test-client.ts';

let running: TestGrpc;
let client: Client;

async function start(options: Partial<GrpcIntakeOptions> = {}): Promise<void> {
  running = await startTestGrpc(options);
  client = connect(running.address);
}

afterEach(async () => {
  client.close();
  await running.remove();
});

/** A busy machine takes its time. */
const patience = { timeout: 10_000 };
const portOf = (): number => Number(running.address.split(':')[1]);
const span = (number: number): SampleSpan => ({
  traceId: number.toString(16).padStart(32, '0'),
  spanId: number.toString(16).padStart(16, '0'),
  startMs: testStartMs - 30_000,
  durationMs: 20,
});
const spans = (from: number, count: number): Buffer =>
  sampleTraces(
    { 'service.name': 'api' },
    Array.from({ length: count }, (_, index) => span(from + index)),
  );
const isServed = async (number: number): Promise<string> =>
  (await call(client, exportServices.traces, spans(number, 1))).code;

/** All that came back until the server closed the connection; `speak` gets it when it stands. */
function answerTo(speak: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTcp(portOf(), '127.0.0.1');
    let answer = '';
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.on('connect', () => speak(socket));
  });
}

test('OTLP over HTTP/1.1 on the gRPC port is told where to go, counted, and closed', async () => {
  await start();
  const answer = await answerTo((socket) => socket.write('POST /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n'));
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain(`Content-Length: ${body.length}`);
  expect(body).toContain('send OTLP over HTTP to the HTTP port, 4318');
  expect(running.collector.stats().rejected).toEqual({ http1_on_grpc_port: 1 });
});

test('an exporter that speaks TLS fails at once with a reason, and is counted', async () => {
  await start();
  const error = await new Promise<Error>((resolve) => {
    connectTls({ port: portOf(), host: '127.0.0.1', rejectUnauthorized: false }).on('error', resolve);
  });
  expect(error.message).toContain('protocol version');
  expect(running.collector.stats().rejected).toEqual({ tls_on_plain_port: 1 });
});

test('anything else is closed and counted', async () => {
  await start();
  expect(await answerTo((socket) => socket.write(Buffer.from([0, 1, 2, 3])))).toBe('');
  expect(await answerTo((socket) => socket.write('PRI * HTTP/1.9'))).toContain('400 Bad Request');
  expect(running.collector.stats().rejected).toEqual({ malformed_request: 1, http1_on_grpc_port: 1 });
});

test('a connection that says nothing is closed, one that stops in the middle of its beginning is counted too', async () => {
  await start({ bounds: { prefaceMs: 100 } });
  expect(await answerTo(() => {})).toBe('');
  expect(running.collector.stats().rejected).toEqual({});
  expect(await answerTo((socket) => socket.write('PRI * HT'))).toBe('');
  expect(running.collector.stats().rejected).toEqual({ request_timeout: 1 });
});

test('a beginning that comes byte by byte is understood', async () => {
  await start();
  const beginning = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
  ]);
  const settings = await new Promise<Buffer>((resolve) => {
    const socket = connectTcp({ port: portOf(), host: '127.0.0.1', noDelay: true });
    socket.once('data', (data: Buffer) => {
      socket.destroy();
      resolve(data);
    });
    let at = 0;
    const next = (): void => {
      if (at < beginning.length) socket.write(beginning.subarray(at, ++at), next);
    };
    socket.on('connect', next);
  });
  expect(settings[3]).toBe(4);
});

test('a thousand calls at a time on one connection are each stored once', async () => {
  await start();
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => call(client, exportServices.traces, spans(1 + index * 2, 2))),
  );
  expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['OK']));
  expect(running.collector.stats().spans).toBe(2_000);
});

test('how many calls may be open at a time is told to every connection', async () => {
  await start({ bounds: { maxStreams: 4 } });
  const session = connectHttp2(`http://${running.address}`);
  session.on('error', () => {});
  await new Promise((resolve) => session.once('remoteSettings', resolve));
  expect(session.remoteSettings.maxConcurrentStreams).toBe(4);
  session.destroy();
});

test('after its first call a connection may send a megabyte before it waits, also within one call', async () => {
  await start();
  const { session, stream, status } = open({});
  const widened = new Promise((resolve) => {
    session.on('remoteSettings', (settings) => {
      if (settings.initialWindowSize === 1_048_576) resolve(settings);
    });
  });
  stream.end(framed(spans(1, 5_000)));
  expect(await status).toBe('0');
  await widened;
  expect(session.state.remoteWindowSize ?? 0).toBeGreaterThan(524_288);
  session.destroy();
});

/** A body is held twice, by its call and, in rounded memory, on its way to the writer: beside one that is held, none fits. The first is stored when `storing` says so. */
async function startHolding(storing: Promise<void>): Promise<{ readonly begun: Promise<void> }> {
  const begun = Promise.withResolvers<void>();
  let calls = 0;
  await start({
    limits: { ...defaultLimits, maxInFlightBytes: 240_000 },
    receive: async (handed) => {
      calls += 1;
      begun.resolve();
      if (calls === 1) await storing;
      return running.collector.receive(handed);
    },
  });
  return { begun: begun.promise };
}

const large = (from: number): Buffer => spans(from, 1_200);
const sendLarge = async (): Promise<string> => (await call(client, exportServices.traces, large(10_000))).code;

test('a deadline ends the call for its sender, and its memory is given back when the work is done', async () => {
  const storing = Promise.withResolvers<void>();
  const { begun } = await startHolding(storing.promise);
  expect(large(1).length).toBeGreaterThan(60_000);
  const { session, stream, status } = open({ 'grpc-timeout': '1500m' });
  stream.end(framed(large(1)));
  await begun;
  expect(await status).toBe('4');
  expect(await sendLarge()).toBe('RESOURCE_EXHAUSTED');
  storing.resolve();
  await expect.poll(sendLarge, patience).toBe('OK');
  session.destroy();
});

test('a cancelled call gives its memory back when the work is done, not before', async () => {
  const storing = Promise.withResolvers<void>();
  const { begun } = await startHolding(storing.promise);
  const { session, stream } = open({});
  stream.end(framed(large(1)));
  await begun;
  stream.close(constants.NGHTTP2_CANCEL);
  await new Promise((resolve) => stream.once('close', resolve));
  expect(await sendLarge()).toBe('RESOURCE_EXHAUSTED');
  storing.resolve();
  await expect.poll(sendLarge, patience).toBe('OK');
  session.destroy();
});

test('a flood of pings is cut off or answered in bounded memory, and others are served', async () => {
  await start();
  const ping = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const flood = Buffer.concat(Array.from({ length: 20_000 }, () => ping));
  const socket = connectTcp(portOf(), '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.pause();
  socket.write(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
  socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  for (let round = 0; round < 20; round += 1) socket.write(flood);
  expect(await isServed(1)).toBe('OK');
  await closed;
  expect(await isServed(2)).toBe('OK');
});

test('calls that are opened and cancelled at once, without end, leave nothing open', async () => {
  await start({ bounds: { maxCalls: 32 } });
  for (let round = 0; round < 10; round += 1) {
    const session = connectHttp2(`http://${running.address}`);
    session.on('error', () => {});
    for (let index = 0; index < 200; index += 1) {
      const stream = session.request(headers({}));
      stream.on('error', () => {});
      stream.close(constants.NGHTTP2_CANCEL);
    }
    session.destroy();
  }
  await expect.poll(() => isServed(1), patience).toBe('OK');
});

test('headers and nothing else are cut off after their time, and counted', async () => {
  await start({ bounds: { receiveMs: 100, refusedMs: 50 } });
  const { session, stream, status } = open({});
  expect(await status).toBe('4');
  await new Promise((resolve) => (stream.closed ? resolve(null) : stream.once('close', resolve)));
  session.destroy();
  expect(running.collector.stats().rejected).toEqual({ slow_sender: 1 });
});

function headers(more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ':method': 'POST',
    ':path': `/${exportServices.traces}/Export`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...more,
  };
}

/** A call on a connection of its own, its message not yet sent. */
function open(more: Readonly<Record<string, string>>) {
  const session = connectHttp2(`http://${running.address}`);
  session.on('error', () => {});
  const stream = session.request(headers(more));
  stream.on('error', () => {});
  stream.resume();
  const status = new Promise<string>((resolve) => {
    const take = (answered: { readonly [name: string]: unknown }): void => {
      if (answered['grpc-status'] !== undefined) resolve(String(answered['grpc-status']));
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.once('close', () => resolve('closed'));
  });
  return { session, stream, status };
}

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
