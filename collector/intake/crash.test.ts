/** A full disk, a limit of the file system, a damaged file: refused with the reason, nothing acknowledged lost, going on by itself. */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { spansPerBody, traceBody, traceIdOf } from './counting-client.ts';
import { sampleTraces } from './otlp-samples.ts';
import { buildChild, startChild } from './test-children.ts';
import { eventsIn, send, slicesOf, startTestCollector, type TestCollector } from './test-collector.ts';

const nowMs = systemClock.nowMs();
const patient = { timeout: 30_000, interval: 50 };
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function expectStored(running: TestCollector, bodies: number): void {
  expect(running.collector.reader.storage().spans).toBe(bodies * spansPerBody);
  const slices = slicesOf(running.collector, 'domain.request.duration', { domain: 'feed' });
  expect(eventsIn(slices)).toBe(bodies * spansPerBody);
}

test('refuses a second collector over the same file', async () => {
  const first = await startTestCollector({}, folder);
  await expect(startTestCollector({}, folder)).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
  await first.remove();
});

test('a full disk is answered with 503 and Retry-After and told as a failure; with room again it goes on by itself', async () => {
  // SQLite takes the present size for the limit when that is larger.
  const sql = `CREATE TABLE ballast (data BLOB); INSERT INTO ballast VALUES (zeroblob(4000000)); PRAGMA max_page_count = 1`;
  const full = { owner: 'small-disk', version: 1, sql };
  const running = await startTestCollector({ clock: systemClock, migrations: [full], housekeepingMs: 20 }, folder);
  let bodies = 0;
  let answer = await running.post('/v1/traces', traceBody(bodies, nowMs));
  for (; answer.status === 200; answer = await running.post('/v1/traces', traceBody(bodies, nowMs))) bodies += 1;
  expect(bodies).toBeGreaterThan(0);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(answer.body.toString('latin1')).toContain('nothing was stored');
  expect(running.collector.failure()).toContain('database or disk is full');
  expectStored(running, bodies);
  const room = new SqliteDatabase(running.file, { timeout: 5_000 });
  room.exec('DELETE FROM ballast');
  room.close();
  await vi.waitFor(async () => {
    expect((await running.post('/v1/traces', traceBody(bodies, nowMs))).status).toBe(200);
  }, patient);
  expect(running.collector.failure()).toBeNull();
  expectStored(running, bodies + 1);
  await running.remove();
});

const prlimit = '/usr/bin/prlimit';

test.skipIf(!existsSync(prlimit))(
  'a file system that takes no more writes is survived by the process and by kill -9 (skipped without prlimit)',
  { timeout: 60_000 },
  async () => {
    const built = await buildChild();
    const child = startChild(built, [join(folder, 'seamwatch.db'), '50'], [prlimit, '--fsize=3000000:unlimited']);
    const url = await child.url;
    let bodies = 0;
    const post = async () => (await send(`${url}/v1/traces`, 'POST', traceBody(bodies, nowMs), {})).status;
    for (let status = await post(); status === 200; status = await post()) bodies += 1;
    expect((await send(`${url}/failure`, 'GET', '', {})).body.toString()).toContain('give it free space');
    execFileSync(prlimit, ['--pid', String(child.process.pid), '--fsize=unlimited:unlimited']);
    await vi.waitFor(async () => expect(await post()).toBe(200), patient);
    expect((await send(`${url}/failure`, 'GET', '', {})).body.toString()).toBe('');
    child.process.kill('SIGKILL');
    await child.ended;
    built.remove();
    const running = await startTestCollector({ clock: systemClock }, folder);
    expectStored(running, bodies + 1);
    await running.remove();
  },
);

/** Fills a page of the file with rubbish. */
function damage(file: string, page: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(8_192, 0xa5), 0, 8_192, (page - 1) * 8_192);
  closeSync(descriptor);
}

test('whichever page is damaged, the database opens, says what it lost, and what is left agrees with itself', {
  timeout: 120_000,
}, async () => {
  const first = await startTestCollector({ clock: systemClock }, folder);
  for (let number = 0; number < 60; number += 1) await first.post('/v1/traces', traceBody(number, nowMs));
  await first.stop();
  const sound = new SqliteDatabase(first.file).serialize();
  const pages = statSync(first.file).size / 8_192;
  for (let page = 2; page <= pages; page += 3) {
    rmSync(folder, { recursive: true });
    const again = join(mkdtempSync(join(tmpdir(), 'crash-')));
    folder = again;
    const file = join(again, 'seamwatch.db');
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, sound);
    closeSync(descriptor);
    damage(file, page);
    const running = await startTestCollector({ clock: systemClock }, again);
    const { reader } = running.collector;
    const found = Array.from({ length: 60 }, (_, number) => reader.trace(traceIdOf(number))?.spanCount ?? 0);
    expect(
      found.reduce((sum, count) => sum + count, 0),
      `page ${page}`,
    ).toBe(reader.storage().spans);
    if (reader.storage().spans < 60 * spansPerBody) {
      const lost = 60 * spansPerBody - reader.storage().spans;
      expect(running.collector.recovered(), `page ${page}`).toContain(`${lost} stored spans`);
    }
    expect((await running.post('/v1/traces', traceBody(100, nowMs))).status, `page ${page}`).toBe(200);
    expect(reader.trace(traceIdOf(100))?.spanCount).toBe(spansPerBody);
    await running.stop();
  }
});

/** One span with so many bytes that do not compress. */
function bulkyBody(number: number, bytes: number): Buffer {
  const noise = Array.from({ length: bytes / 40 }, (_, part) => hash('sha1', `${number} ${part}`)).join('');
  const span = { traceId: traceIdOf(number), spanId: '00000000000000a1', startMs: nowMs, durationMs: 1 };
  return sampleTraces({ 'service.name': 'bulk' }, [{ ...span, attributes: { noise } }]);
}

test('the write-ahead log stays bounded while far more than that is written, and a read is going on', async () => {
  const running = await startTestCollector({ clock: systemClock }, folder);
  let largest = 0;
  for (let number = 0; number < 70; number += 1) {
    expect((await running.post('/v1/traces', bulkyBody(number, 2_000_000))).status).toBe(200);
    running.collector.reader.trace(traceIdOf(number));
    largest = Math.max(largest, statSync(`${running.file}-wal`).size);
  }
  expect(statSync(running.file).size).toBeGreaterThan(60_000_000);
  expect(largest).toBeLessThan(48_000_000);
  await running.remove();
});

test('at low load an acknowledgement comes within the time of a group commit', async () => {
  const running = await startTestCollector({ clock: systemClock }, folder);
  const times: number[] = [];
  for (let number = 0; number < 60; number += 1) {
    const start = systemClock.monotonicMs();
    expect((await running.post('/v1/traces', traceBody(number, nowMs))).status).toBe(200);
    times.push(systemClock.monotonicMs() - start);
  }
  const middle = times.sort((left, right) => left - right)[30] ?? Number.NaN;
  // 20 ms are promised; the rest is for a busy machine.
  expect(middle, `half of the acknowledgements took ${middle} ms`).toBeLessThan(100);
  await running.remove();
});
