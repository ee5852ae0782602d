/** TCP runs against real servers. */
import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closedPort, listen, runExample } from './probe-fixture.ts';

async function serve(talk: (socket: Socket) => void) {
  const server = await listen(
    createServer((socket) => {
      socket.on('error', () => {});
      talk(socket);
    }),
  );
  onTestFinished(() => server.close());
  return server;
}

describe('a TCP probe', () => {
  it('is content with a connection, and closes it', async () => {
    const server = await serve(() => {});
    expect(await runExample({ kind: 'tcp', address: server.place })).toMatchObject({
      ok: true,
      steps: [{ id: 'connect' }],
    });
    await expect.poll(() => server.connections()).toBe(0);
  });

  it('sends, and compares how the answer begins, whatever pieces it comes in', async () => {
    const server = await serve((socket) =>
      socket.once('data', (sent) => {
        socket.write(String(sent) === 'PING\r\n' ? '+PO' : '-ERR');
        socket.write('NG\r\n');
      }),
    );
    const row = { kind: 'tcp', address: server.place, send: 'PING\r\n' };
    expect(await runExample({ ...row, expectPrefix: '+PONG' })).toMatchObject({ ok: true });
    expect((await runExample({ ...row, expectPrefix: '-NOAUTH' })).reason).toBe(
      `${server.place} answers "+PONG\\r\\n", not "-NOAUTH"`,
    );
  });

  it('says what came before the other side hung up', async () => {
    const server = await serve((socket) => socket.end('no'));
    expect((await runExample({ kind: 'tcp', address: server.place, expectPrefix: 'SSH-2.0' })).reason).toBe(
      `${server.place} answers "no", not "SSH-2.0"`,
    );
  });

  it('says that nothing listens, and that nothing was said in time', async () => {
    const port = await closedPort();
    expect((await runExample({ kind: 'tcp', address: `127.0.0.1:${port}` })).reason).toBe(
      `connection refused at 127.0.0.1:${port}: nothing listens there`,
    );
    const silent = await serve(() => {});
    const run = await runExample({ kind: 'tcp', address: silent.place, expectPrefix: 'x', timeout: '40ms' });
    expect(run.reason).toBe(`no answer from ${silent.place} within 40ms`);
    await expect.poll(() => silent.connections()).toBe(0);
  });
});
