/** What the HTTP parser turns away before there is a request, on real sockets: the answer, the reason that is counted, the closing. */
import { createConnection } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { fixtureDependencies } from './fixture-queries.ts';
import { createServer, type RefusedTelemetry, type RunningServer } from './index.ts';

let server: RunningServer | null = null;
let refused: string[] = [];

afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(): Promise<RunningServer> {
  refused = [];
  const onTelemetryRefused = ({ reason }: RefusedTelemetry): void => void refused.push(reason);
  const limits = { headersTimeoutMs: 300, requestTimeoutMs: 600 };
  const extraListeners = [{ name: 'OTLP/HTTP', port: 0, flagName: '--otlp-port', required: true }];
  server = await createServer(fixtureDependencies({ limits, onTelemetryRefused, extraListeners }));
  return server;
}

/** All that came back until the server closed the connection. */
function answerTo(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(bytes);
  });
}

const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n';

test.each([
  ['headers above 16 KiB', `${get}x-long: ${'x'.repeat(20_000)}\r\n\r\n`, '431 Request Header', 'headers_too_large'],
  ['what is no HTTP', '\u0000\u0001 nothing\r\n\r\n', '400 Bad Request', 'malformed_request'],
  [
    'lengths that contradict each other',
    `${get}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
    '400',
    'malformed_request',
  ],
  ['headers that do not end in time', get, '408 Request Timeout', 'request_timeout'],
  ['gRPC on the HTTP port', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400 Bad Request', 'http2_on_http1_port'],
  ['TLS on a plain port', Buffer.from([0x16, 3, 1, 0, 4, 1, 0, 0, 0]), '400 Bad Request', 'tls_on_plain_port'],
])('%s: answered, closed, counted once', async (_what, bytes, status, reason) => {
  const { port } = await start();
  const answer = await answerTo(port, bytes);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('\r\nconnection: close');
  expect(head).toContain(`\r\nContent-Length: ${body.length}`);
  expect(JSON.parse(body)).toMatchObject({ error: { code: 'INVALID_REQUEST', details: {} } });
  expect(refused).toEqual([reason]);
});

test('the port for telemetry alone counts too', async () => {
  const { listeners } = await start();
  const port = Number(new URL(listeners()[1]?.address ?? '').port);
  expect(await answerTo(port, 'no HTTP\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(refused).toEqual(['malformed_request']);
});

test('a real TLS client fails at once and is counted', async () => {
  const { port } = await start();
  const error = await new Promise<Error>((resolve) => {
    connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', resolve);
  });
  expect(error.message).toContain('wrong version number');
  expect(refused).toEqual(['tls_on_plain_port']);
});

test('a connection that never says anything is closed and not counted', async () => {
  const { port } = await start();
  expect(await answerTo(port, '')).toBe('');
  expect(refused).toEqual([]);
});

test('nonsense after the beginning of an answer never ends up in that answer', async () => {
  const { port } = await start();
  const answer = await answerTo(port, `${get}\r\nno HTTP\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer.match(/HTTP\/1\.1 /g)?.length).toBeLessThanOrEqual(2);
  expect(refused).toEqual(['malformed_request']);
});
