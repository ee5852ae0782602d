/** What a sender of telemetry meets before the intake: bounds on headers and on time, on real sockets. */
import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fixtureDependencies } from './fixture-queries.ts';
import { createServer, type RunningServer } from './index.ts';

const open: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(): Promise<RunningServer> {
  const limits = { headersTimeoutMs: 300, requestTimeoutMs: 600 };
  const server = await createServer(fixtureDependencies({ limits }));
  open.push(server);
  return server;
}

/** Sends the text and nothing more, and gives everything that came back until the server closed the connection. */
function answerTo(server: RunningServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(server.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(text);
  });
}

describe('a sender of telemetry', () => {
  it('is answered 431 and cut off when its headers are larger than 16 KiB', async () => {
    const text = `POST /v1/traces HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await answerTo(await start(), text)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('is answered 408 and cut off when its headers do not end in time', async () => {
    expect(await answerTo(await start(), 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\n')).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  it('is cut off when its body does not end in time', async () => {
    const head = 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc';
    expect(await answerTo(await start(), head)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is answered 400 for lengths that contradict each other', async () => {
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n';
    expect(await answerTo(await start(), head)).toMatch(/^HTTP\/1\.1 400 /);
    const twice = 'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n';
    expect(await answerTo(await start(), twice)).toMatch(/^HTTP\/1\.1 400 /);
  });
});
