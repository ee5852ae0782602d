/** kill -9 in the middle of the load: what was acknowledged is stored, and everything is counted exactly once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { sampleMetrics, sampleTraces } from './otlp-samples.ts';
import { eventsIn, send, slicesOf, startTestCollector } from './test-collector.ts';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
const spansPerBody = 20;
const killAfterBodies = 150;
const nowMs = systemClock.nowMs();
const resource = { 'service.name': 'api', 'service.instance.id': 'a1' };
const labels = { domain: 'feed' };

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function traceBody(number: number): Buffer {
  const spans = Array.from({ length: spansPerBody }, (_, index) => ({
    traceId: (number + 1).toString(16).padStart(32, '0'),
    spanId: (index + 1).toString(16).padStart(16, '0'),
    startMs: nowMs,
    durationMs: 1,
    attributes: { 'seam.domain': 'feed', 'seam.operation': 'load' },
  }));
  return sampleTraces(resource, spans);
}

function counterBody(value: number): Buffer {
  return sampleMetrics(resource, [
    {
      name: 'event.published',
      shape: 'sum',
      startMs: nowMs - 1_000,
      timeMs: nowMs + value,
      value,
      attributes: { 'seam.domain': 'feed' },
    },
  ]);
}

async function startChild(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const script = new URL('./serve-child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', script, join(folder, 'seamwatch.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString().trim())),
  );
  return { child, url: `http://127.0.0.1:${port}` };
}

test('after kill -9 every acknowledged body is stored, and a resent one is not counted again', async () => {
  const { child, url } = await startChild();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const acknowledged: number[] = [];
  let sent = 0;
  let counted = 0;
  const sendTraces = async (): Promise<void> => {
    for (;;) {
      const number = sent++;
      const answer = await send(`${url}/v1/traces`, 'POST', traceBody(number), {}).catch(() => null);
      if (answer === null) return;
      expect(answer.status).toBe(200);
      acknowledged.push(number);
      if (acknowledged.length === killAfterBodies) child.kill('SIGKILL');
    }
  };
  const sendCounter = async (): Promise<void> => {
    for (let value = 1; ; value += 1) {
      const answer = await send(`${url}/v1/metrics`, 'POST', counterBody(value), {}).catch(() => null);
      if (answer === null) return;
      counted = value;
    }
  };
  await Promise.all([sendCounter(), ...Array.from({ length: 8 }, sendTraces)]);
  await ended;

  const reopened = await startTestCollector({ clock: systemClock }, folder);
  const { reader } = reopened.collector;
  const stored = reader.storage().spans;
  expect(stored % spansPerBody).toBe(0);
  for (const number of acknowledged) {
    expect(reader.trace((number + 1).toString(16).padStart(32, '0'))?.spanCount).toBe(spansPerBody);
  }
  expect(eventsIn(slicesOf(reopened.collector, 'domain.request.duration', labels))).toBe(stored);

  for (let number = 0; number < sent; number += 1) await reopened.post('/v1/traces', traceBody(number));
  await reopened.post('/v1/metrics', counterBody(counted + 10));
  expect(reader.storage().spans).toBe(sent * spansPerBody);
  expect(eventsIn(slicesOf(reopened.collector, 'domain.request.duration', labels))).toBe(sent * spansPerBody);
  const published = slicesOf(reopened.collector, 'event.published', labels);
  expect(published.reduce((total, slice) => total + slice.sum, 0)).toBe(counted + 10);
  await reopened.remove();
});

test('refuses a second collector over the same file', async () => {
  const first = await startTestCollector({}, folder);
  await expect(startTestCollector({}, folder)).rejects.toMatchObject({ code: 'DATABASE_BUSY' });
  await first.remove();
});

test('a full disk is answered with 503 and Retry-After, costs nothing acknowledged, and the resent body counts once', async () => {
  // SQLite takes the present size for the limit when that is larger.
  const full = { owner: 'small-disk', version: 1, sql: 'PRAGMA max_page_count = 1' };
  let running = await startTestCollector({ clock: systemClock, migrations: [full] }, folder);
  let number = 0;
  let answer = await running.post('/v1/traces', traceBody(number));
  while (answer.status === 200) {
    number += 1;
    answer = await running.post('/v1/traces', traceBody(number));
  }
  expect(number).toBeGreaterThan(0);
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(answer.body.toString('latin1')).toContain('nothing was stored');
  expect(running.collector.reader.storage().spans).toBe(number * spansPerBody);
  running = await running.reopen();
  expect((await running.post('/v1/traces', traceBody(number))).status).toBe(200);
  expect(running.collector.reader.storage().spans).toBe((number + 1) * spansPerBody);
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', labels))).toBe((number + 1) * spansPerBody);
  await running.remove();
});
