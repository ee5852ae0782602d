/** Ten times the load that can be stored: refused quickly, memory bounded, nothing acknowledged lost, over by itself. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { repeat } from '../../src/kernel/schedule.ts';
import { type Collector, openCollector } from './collector.ts';
import { type LoadResult, spansPerBody, traceIdOf } from './load-child.ts';
import { sampleTraces } from './otlp-samples.ts';
import { send } from './test-collector.ts';

const overloadSeconds = 10;
const mebibyte = 1_048_576;

test('ten times the load is refused quickly with 429 or 503 in bounded memory; every 200 is stored; it recovers by itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'overload-'));
  const { collector, url, close } = await serve(join(folder, 'seamwatch.db'));
  try {
    const sustained = await load(url, 0, 3, 0);
    const sustainable = sustained.stored.length / sustained.seconds;
    const rssBefore = process.memoryUsage().rss;
    let rssPeak = rssBefore;
    const watch = repeat(
      100,
      () => {
        rssPeak = Math.max(rssPeak, process.memoryUsage().rss);
      },
      () => {},
    );
    const flood = await load(url, Math.ceil(sustainable * 10), overloadSeconds, 1_000_000);
    await watch.close();
    const offered = flood.sent / flood.seconds;
    const refused = flood.sent - flood.stored.length;
    expect(Object.keys(flood.statuses).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
    expect(offered).toBeGreaterThan(sustainable * 5);
    expect(refused).toBeGreaterThan(flood.sent / 3);
    expect(flood.stored.length / flood.seconds).toBeGreaterThan(sustainable / 10);
    expect(flood.refusedP99Ms).toBeLessThan(3_000);
    expect(flood.storedP99Ms).toBeLessThan(8_000);
    expect(rssPeak - rssBefore).toBeLessThan(512 * mebibyte);
    const { rejected, spans, queueBytes } = collector.stats();
    expect(queueBytes).toBe(0);
    expect(Object.values(rejected).reduce((sum, count) => sum + count, 0)).toBe(refused);
    expect(spans).toBe((sustained.stored.length + flood.stored.length) * spansPerBody);
    expect(collector.reader.storage().spans).toBe(spans);
    for (const number of sampleOf([...sustained.stored, ...flood.stored])) {
      expect((await collector.traces.trace(traceIdOf(number)))?.spanCount).toBe(1);
    }
    expect(await isTakenIn(url)).toBeLessThan(5_000);
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

async function serve(file: string): Promise<{ collector: Collector; url: string; close: () => Promise<void> }> {
  const collector = await openCollector({ file, clock: systemClock, log: silentLog, mapping: [], migrations: [] });
  const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await collector.close();
  };
  return { collector, url: `http://127.0.0.1:${port}/v1/traces`, close };
}

async function load(url: string, rate: number, seconds: number, first: number): Promise<LoadResult> {
  const script = new URL('./load-child.ts', import.meta.url).pathname;
  const child = spawn(
    process.execPath,
    ['--conditions=source', script, url, String(rate), String(seconds), String(first)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output) as LoadResult;
}

/** Twenty of them, evenly spread, and the last. */
function sampleOf(numbers: readonly number[]): number[] {
  const step = Math.max(1, Math.floor(numbers.length / 20));
  return numbers.filter((_, index) => index % step === 0 || index === numbers.length - 1);
}

/** How long it took until a body was stored again, in ms. */
async function isTakenIn(url: string): Promise<number> {
  const startMs = systemClock.monotonicMs();
  const body = sampleTraces({}, [
    { traceId: 'e'.repeat(32), spanId: 'e'.repeat(16), startMs: systemClock.nowMs(), durationMs: 1 },
  ]);
  while ((await send(url, 'POST', body, {})).status !== 200);
  return systemClock.monotonicMs() - startMs;
}
