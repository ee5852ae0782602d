/** TLS runs against real servers with certificates made here, under a clock that the test sets. */
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fakeClock } from '../src/kernel/clock.ts';
import { dayMs } from '../src/kernel/duration.ts';
import { makeCertificate } from './certificate-fixture.ts';
import { listen, runExample } from './probe-fixture.ts';

/** 1 June 2040: the certificate is good for the real clock of the handshake too. */
const lastDayMs = Date.UTC(2040, 5, 1);
const certificate = makeCertificate(Date.UTC(2020, 0, 1), lastDayMs);

async function runAt(nowMs: number, row: object = {}, ca: string | null = certificate.cert) {
  const server = await listen(createTlsServer(certificate));
  onTestFinished(() => server.close());
  const run = await runExample({ kind: 'tls', address: server.place, ...row }, null, {
    clock: fakeClock(nowMs),
    network: ca === null ? {} : { ca },
  });
  return { run, reason: run.reason?.replaceAll(server.place, 'PLACE') ?? null };
}

describe('a TLS probe', () => {
  it('is good with exactly the days that are wanted, and notes the last day', async () => {
    const { run } = await runAt(lastDayMs - 14 * dayMs);
    expect(run).toMatchObject({ ok: true });
    expect(run.steps[0]?.facts).toMatchObject({
      'tls.server.not_after': '2040-06-01T00:00:00.000Z',
      'seam.probe_days_left': 14,
    });
  });

  it('fails a second later, naming day and days', async () => {
    expect((await runAt(lastDayMs - 14 * dayMs + 1_000)).reason).toBe(
      'the certificate of PLACE expires in 13 days, on 2040-06-01; at least 14 days are wanted',
    );
  });

  it('takes other days than 14', async () => {
    expect((await runAt(lastDayMs - 14 * dayMs, { minDays: 30 })).reason).toBe(
      'the certificate of PLACE expires in 14 days, on 2040-06-01; at least 30 days are wanted',
    );
    expect((await runAt(lastDayMs - dayMs, { minDays: 0 })).reason).toBeNull();
  });

  it('says when it expired', async () => {
    expect((await runAt(lastDayMs)).reason).toBe('the certificate of PLACE expired on 2040-06-01');
  });

  it('fails on a certificate that nobody vouches for, and on one for another name', async () => {
    expect((await runAt(lastDayMs - 100 * dayMs, {}, null)).reason).toBe(
      'the certificate of PLACE is not trusted: it is signed by itself alone',
    );
    expect((await runAt(lastDayMs - 100 * dayMs, { serverName: 'other.example' })).reason).toBe(
      'the certificate of PLACE is not trusted: it was issued for another name',
    );
  });

  it('says that the other side speaks no TLS', async () => {
    const server = await listen(
      createServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))),
    );
    onTestFinished(() => server.close());
    expect((await runExample({ kind: 'tls', address: server.place })).reason).toBe(
      `${server.place} does not answer in TLS`,
    );
  });
});
