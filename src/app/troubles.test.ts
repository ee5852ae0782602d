/** What keeps the watcher from storing or judging is in the first sentence of its status. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { checkConfig } from '../config.ts';
import type { StatusAnswer } from '../contract/index.ts';
import { fakeClock } from '../kernel/clock.ts';
import { hourMs } from '../kernel/duration.ts';
import { silentLog } from '../kernel/log.ts';
import { type RunningApp, startApp } from './index.ts';

const clock = fakeClock(Date.UTC(2026, 2, 2, 10));
const patient = { timeout: 15_000, interval: 50 };
let app: RunningApp | null = null;
let dataDir = '';

afterEach(async () => {
  await app?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<string> {
  dataDir = mkdtempSync(join(tmpdir(), 'troubles-'));
  const config = checkConfig({}, 'the test', {});
  app = await startApp({
    ...{ config, configPath: join(dataDir, 'none.yaml'), reloadConfig: () => config, dataDir },
    ...{ port: 0, otlpPort: null, otlpGrpcPort: null, demo: false, webRoot: null, version: '0.0.0' },
    ...{ clock, random: () => 0.5, fetch: globalThis.fetch, log: silentLog },
  });
  return app.url;
}

async function sentenceAt(url: string): Promise<string> {
  return ((await (await fetch(`${url}/api/v1/status`)).json()) as { data: StatusAnswer }).data.sentence;
}

test('a clock that was set back by an hour', async () => {
  const url = await start();
  expect(await sentenceAt(url)).not.toContain('But');
  clock.set(clock.nowMs() - hourMs);
  expect(await sentenceAt(url)).toContain(' But the clock was set back: it is 60 min behind what is judged');
});

async function exportOf(url: string, instance: string): Promise<void> {
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
  const resource = { attributes: [text('service.name', 'shop'), text('service.instance.id', instance)] };
  const dataPoints = [{ asInt: '1', timeUnixNano: `${clock.nowMs() - 1}000000`, startTimeUnixNano: '1' }];
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
  const body = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'x', sum }] }] }] };
  const headers = { 'content-type': 'application/json' };
  expect((await fetch(`${url}/v1/metrics`, { method: 'POST', headers, body: JSON.stringify(body) })).status).toBe(200);
}

test('instances that send no more while others of their service do, said without a judgement', async () => {
  const url = await start();
  for (let round = 0; round < 9; round += 1) {
    clock.advance(10_000);
    for (const instance of round < 3 ? ['a1', 'a2', 'a3'] : ['a2']) await exportOf(url, instance);
  }
  const said = 'Of 3 instances of shop 2 send no more: a1, a3.';
  await vi.waitFor(async () => expect(await sentenceAt(url)).toContain(said), patient);
  expect(await sentenceAt(url)).not.toContain('But');
});

const noImmutable = whyNoImmutable();

test.skipIf(noImmutable !== null)(
  `files that may not be written any more; skipped: ${noImmutable ?? 'no'}`,
  async () => {
    const url = await start();
    const files = ['seamwatch.db', 'seamwatch.db-wal'].map((name) => join(dataDir, name));
    const body = '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}';
    const post = () =>
      fetch(`${url}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    try {
      execFileSync('chattr', ['+i', ...files]);
      await vi.waitFor(async () => expect((await post()).status).toBe(503), patient);
      expect(await sentenceAt(url)).toContain(' But nothing was stored: database');
      expect((await fetch(`${url}/readyz`)).status).toBe(503);
    } finally {
      execFileSync('chattr', ['-i', ...files]);
    }
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), patient);
    expect(await sentenceAt(url)).not.toContain('But');
  },
);

function whyNoImmutable(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'no-chattr-'));
  const { status, stderr, error } = spawnSync('chattr', ['+i', folder], { encoding: 'utf8' });
  if (status === 0) execFileSync('chattr', ['-i', folder]);
  rmSync(folder, { recursive: true, force: true });
  if (status === 0) return null;
  return `chattr +i does not work here (${(error?.message ?? stderr).trim()}); run as root with CAP_LINUX_IMMUTABLE`;
}
