/** A real rehearsal: real k6 against the real monolith, small. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCampus, type TestCampus } from '../examples/campus/campus-for-tests.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { missingTool, requireTool } from '../tests/tools.ts';
import { campusObjectives } from './campus-objectives-fixture.ts';
import { type RehearsalOptions, rehearse } from './rehearse.ts';

const k6 = requireTool('k6');

describe.skipIf(k6 === null)(`a rehearsal (${k6 ?? missingTool('k6')})`, () => {
  let campus: TestCampus;
  const workFolder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
  const optionsFor = (own: Partial<RehearsalOptions>): RehearsalOptions => ({
    scenario: 'notifications',
    target: campus.url,
    objectives: campusObjectives(),
    k6: k6 ?? '',
    scripts: join(import.meta.dirname, 'k6'),
    workFolder,
    plan: { rates: [15, 100], bisections: 0 },
    stepSeconds: 6,
    warmupSeconds: 1,
    todayPeakPerSecond: 0.8,
    clock: systemClock,
    log: silentLog,
    fetch: globalThis.fetch,
    signal: new AbortController().signal,
    ...own,
  });

  beforeAll(async () => {
    campus = await startTestCampus({ users: 60 });
  });

  afterAll(async () => {
    await campus.close();
    rmSync(workFolder, { recursive: true });
  });

  it('holds at 15 arrivals a second, breaks in notifications at 100, and both sides count alike', async () => {
    const heard: number[] = [];
    const rehearsal = await rehearse(optionsFor({ onStep: (step) => heard.push(step.offeredPerSecond) }));
    const [calm, storm] = rehearsal.steps;
    const inApp = (side: 'client' | 'domains', step = calm) =>
      step?.[side].find(({ objective }) => objective === 'notification-in-app');

    expect(rehearsal).toMatchObject({ state: 'complete', reason: null, generator: 'k6 v2.2.0' });
    expect(heard).toEqual([15, 100]);
    expect(rehearsal.steps.map(({ verdict }) => verdict)).toEqual(['held', 'broke']);
    expect(rehearsal.breaking[0]).toMatchObject({
      objective: 'notification-in-app',
      lastGoodPerSecond: 15,
      firstBadPerSecond: 100,
    });
    // One request more or less is k6's count of the fence posts; the two sides agree to the request.
    const requests = (side: 'client' | 'domains') =>
      calm?.[side].find(({ objective }) => objective === 'api-latency')?.total ?? 0;
    expect(requests('client')).toBeGreaterThanOrEqual(178);
    expect(requests('client')).toBeLessThanOrEqual(184);
    expect(requests('domains')).toBe(requests('client'));
    expect(inApp('domains')?.total).toBeGreaterThanOrEqual(inApp('client')?.total ?? 0);
    expect(inApp('client', storm)?.state).toBe('breached');
    expect(inApp('domains', storm)?.state).toBe('breached');
    expect(inApp('domains', storm)?.p95Ms).toBeGreaterThan(2_000);
  }, 120_000);

  it('ends as failed with k6’s own words when the run is worth nothing, and keeps no verdict', async () => {
    const nobody = 'http://127.0.0.1:9';
    const rehearsal = await rehearse(optionsFor({ target: nobody }));
    expect(rehearsal).toMatchObject({ state: 'failed', steps: [], breaking: [] });
    expect(rehearsal.reason).toMatch(/^k6 ended with code 107: .*api\/users\?limit=500 answered/s);
  }, 60_000);

  it('ends k6 when it is stopped', async () => {
    const stop = new AbortController();
    const rehearsing = rehearse(
      optionsFor({
        signal: stop.signal,
        warmupSeconds: 30,
        onChange: ({ steps }) => {
          if (steps.length === 0) setImmediate(() => stop.abort());
        },
      }),
    );
    const startMs = performance.now();
    expect(await rehearsing).toMatchObject({ state: 'failed', reason: 'the rehearsal was stopped' });
    expect(performance.now() - startMs).toBeLessThan(15_000);
  }, 60_000);
});

it('says so when k6 can not be started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
  const missing = join(folder, 'k6');
  await expect(
    rehearse({
      scenario: 'feed',
      target: 'http://127.0.0.1:9',
      objectives: [],
      k6: missing,
      scripts: folder,
      workFolder: folder,
      plan: { rates: [1], bisections: 0 },
      stepSeconds: 1,
      warmupSeconds: 0,
      todayPeakPerSecond: null,
      clock: systemClock,
      log: silentLog,
      fetch: globalThis.fetch,
      signal: new AbortController().signal,
    }),
  ).rejects.toMatchObject({ code: 'TOOL_MISSING', message: expect.stringContaining(missing) });
  rmSync(folder, { recursive: true });
});
