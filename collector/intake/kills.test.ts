/** kill -9 again and again under load: what was acknowledged is stored, what was not is sent again, and nothing is counted twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';
import { sleep } from '../../src/kernel/schedule.ts';
import {
  type Acknowledged,
  CountingClient,
  counterBody,
  spansPerBody,
  traceBody,
  traceIdOf,
} from './counting-client.ts';
import { type BuiltChild, buildChild, type RunningChild, startChild } from './test-children.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector } from './test-collector.ts';

let built: BuiltChild;
let folder = '';
const labels = { domain: 'feed' };

beforeAll(async () => {
  built = await buildChild();
});
afterAll(() => built.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kills-'));
});
afterEach(() => {
  for (const child of children) child.process.kill('SIGKILL');
  children.clear();
  rmSync(folder, { recursive: true, force: true });
});

const children = new Set<RunningChild>();

/** Ended at the latest with its test. */
function start(args: readonly string[]): RunningChild {
  const child = startChild(built, args);
  children.add(child);
  return child;
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each collector serves until a random number of acknowledgements; every fifth is killed while it opens. */
async function killAgainAndAgain(client: CountingClient, kills: number, housekeepingMs: number): Promise<void> {
  const random = seeded(kills);
  const args = [join(folder, 'seamwatch.db'), String(housekeepingMs)];
  for (let kill = 0; kill < kills; kill += 1) {
    const child = start(args);
    if (kill % 5 === 4) await sleep(20 + random() * 200);
    else {
      const url = await child.url;
      expect(url).not.toBeNull();
      client.direct(url);
      await client.acknowledgements(1 + Math.floor(random() * 40));
    }
    child.process.kill('SIGKILL');
    client.direct(null);
    await child.ended;
  }
}

/** A last collector that lives long enough for every body to be acknowledged. */
async function finishOn(client: CountingClient): Promise<Acknowledged> {
  const child = start([join(folder, 'seamwatch.db')]);
  client.direct(await child.url);
  const acknowledged = await client.finish();
  child.process.kill('SIGKILL');
  await child.ended;
  return acknowledged;
}

function sumOf(running: TestCollector, signal: string): number {
  return slicesOf(running.collector, signal, labels).reduce((total, slice) => total + slice.sum, 0);
}

test('thirty-six kills under load lose nothing acknowledged and count nothing twice', {
  timeout: 120_000,
}, async () => {
  const client = new CountingClient(systemClock.nowMs());
  client.start(6);
  await killAgainAndAgain(client, 36, 20);
  const { traceBodies, counter, differences } = await finishOn(client);
  expect(traceBodies).toBeGreaterThan(100);
  const running = await startTestCollector({ clock: systemClock }, folder);
  const { reader } = running.collector;
  expect(reader.storage().spans).toBe(traceBodies * spansPerBody);
  for (let number = 0; number < traceBodies; number += 1) {
    expect(reader.trace(traceIdOf(number))?.spanCount, `body ${number}`).toBe(spansPerBody);
  }
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', labels))).toBe(traceBodies * spansPerBody);
  expect(sumOf(running, 'event.published')).toBe(counter);
  expect(sumOf(running, 'event.consumed')).toBe(differences);
  expect(running.collector.recovered()).toBeNull();
  await running.remove();
});

test('sixteen kills while slices are compacted, frames merged and old spans end', { timeout: 120_000 }, async () => {
  const nowMs = systemClock.nowMs();
  const old = { traces: 60, points: 200, first: 1_000_000 };
  const before = await startTestCollector({ clock: systemClock, housekeepingMs: dayMs }, folder);
  for (let number = 0; number < old.traces; number += 1) {
    const body = traceBody(old.first + number, nowMs - 7 * dayMs - 3 * hourMs, number % 10 === 0 ? 2 : 0);
    expect((await before.post('/v1/traces', body, { 'x-backfill': '1' })).status).toBe(200);
  }
  for (let number = 0; number < old.points; number += 1) {
    const atMs = nowMs - hourMs * (3 + (number % 100));
    await before.post('/v1/metrics', counterBody('event.dead_letter', 1, number, atMs), { 'x-backfill': '1' });
  }
  await before.post('/v1/metrics', counterBody('event.lag', 1, 0, nowMs));
  await before.stop();

  const client = new CountingClient(nowMs);
  client.start(4);
  await killAgainAndAgain(client, 16, 2);
  const { traceBodies, differences } = await finishOn(client);

  const running = await startTestCollector({ clock: systemClock, housekeepingMs: 5 }, folder);
  const { reader } = running.collector;
  const kept = old.traces / 10;
  await vi.waitFor(() => expect(reader.storage().spans).toBe((traceBodies + kept) * spansPerBody), 20_000);
  for (let number = 0; number < old.traces; number += 1) {
    const found = reader.trace(traceIdOf(old.first + number));
    expect(found?.spanCount ?? null, `old trace ${number}`).toBe(number % 10 === 0 ? spansPerBody : null);
  }
  expect(sumOf(running, 'event.dead_letter')).toBe(old.points);
  expect(sumOf(running, 'event.consumed')).toBe(differences);
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', labels))).toBe(
    (traceBodies + old.traces) * spansPerBody,
  );
  const durations = new Set(slicesOf(running.collector, 'event.dead_letter', labels).map((slice) => slice.durationMs));
  expect([...durations].sort()).toEqual([60_000, 900_000]);
  await running.remove();
});
