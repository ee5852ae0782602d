/** A domain's last hour, from bodies that a real collector took in. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHistory } from '../../collector/index.ts';
import { buildProfile } from '../app/index.ts';
import { checkConfig } from '../config.ts';
import type { DomainDetail } from '../contract/index.ts';
import { fakeClock } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { Engine } from './engine.ts';
import { type IntakeFixture, metricsRequest, openIntake, type Point } from './intake-fixture.ts';
import { Views } from './views.ts';

/** A body's points begin 10 s before they end, so that exports are seen from 12:00:00. */
const startMs = Date.UTC(2026, 9, 20, 12, 0, 10);
const clock = fakeClock(startMs);
let intake: IntakeFixture;
let engine: Engine;

beforeEach(async () => {
  clock.set(startMs);
  intake = await openIntake(clock, fetch);
  engine = newEngine();
  intake.collector.onCommit((notice) => engine.apply(notice));
});
afterEach(() => intake.close());

function newEngine(reader = intake.collector.reader): Engine {
  const profile = buildProfile(checkConfig({}, 'test', {}), []);
  const declared = () => ({ facts: [], exceptions: [], decisions: [] });
  return new Engine({
    profile,
    reader,
    declared,
    contrasts: { read: () => [], save: () => {} },
    clock,
    timezone: 'UTC',
  });
}

function request(
  domain: string,
  operation: string,
  seconds: readonly number[],
  more: Record<string, string> = {},
): Point {
  const attributes = { 'seam.domain': domain, 'seam.operation': operation, entry: 'true', outcome: 'ok', ...more };
  return { metric: metric.requestDuration, attributes, seconds };
}

const times = (count: number, seconds: number): number[] => new Array<number>(count).fill(seconds);

/** Exports every 10 s for `count` slices, the clock moving along. */
async function exportSlices(count: number, points: readonly Point[], synthetic = false): Promise<void> {
  for (let slice = 0; slice < count; slice += 1) {
    clock.advance(10_000);
    expect(await intake.send('metrics', metricsRequest(points, clock.nowMs() - 1, synthetic))).toBe(200);
  }
}

/** As of the last slice sent. */
function detailOf(id: string, of: Engine = engine): DomainDetail {
  clock.advance(20_000);
  of.tick();
  const detail = new Views(of, { tool: 'test', commit: null }).domain(id);
  clock.advance(-20_000);
  if (detail === null) throw new Error(`no domain ${id}`);
  return detail;
}

const search = 'GET /api/search';

describe('a domain in detail', () => {
  it('counts the hour by the minute: rate, errors and percentiles from the buckets', async () => {
    await exportSlices(11, [
      request('search', search, [...times(8, 0.15), 0.45]),
      request('search', search, [0.45], { outcome: 'error' }),
    ]);
    const { points, window } = detailOf('search');
    expect(points).toHaveLength(60);
    expect(window).toEqual({ from: '2026-10-20T11:02:00.000Z', to: '2026-10-20T12:02:00.000Z', stepMs: 60_000 });
    // 48 of 60 in (130, 160] and 12 in (400, 500]: the 30th is 30/48 into the first, the 57th 9/12 into the other.
    const shape = { errorRatio: 0.1, p50Ms: 148.75, p95Ms: 475 };
    expect(points[58]).toEqual({ at: '2026-10-20T12:00:00.000Z', n: 50, requestsPerMinute: 50, ...shape });
    expect(points[59]).toEqual({ at: '2026-10-20T12:01:00.000Z', n: 60, requestsPerMinute: 60, ...shape });
  });

  it('leaves out what it does not know, and says zero where others were counted and this domain was not', async () => {
    await exportSlices(5, [request('feed', 'GET /api/feed', [0.02])]);
    const unknown = { n: null, requestsPerMinute: null, errorRatio: null, p50Ms: null, p95Ms: null };
    expect(detailOf('feed').points[58]).toMatchObject(unknown);
    const { points, latency, counted } = detailOf('search');
    expect(counted).toBeNull();
    expect(points[59]).toMatchObject({ n: 0, requestsPerMinute: 0, errorRatio: null, p50Ms: null, p95Ms: null });
    expect(latency).toEqual({ boundsMs: [], columns: [] });
  });

  it('gives the rate of a minute that the watermark cuts over the part that is complete', async () => {
    await exportSlices(8, [request('search', search, times(5, 0.02))]);
    const { points, window } = detailOf('search');
    expect(window.to).toBe('2026-10-20T12:01:30.000Z');
    expect(points).toHaveLength(60);
    expect(points[59]).toMatchObject({ at: '2026-10-20T12:01:00.000Z', n: 15, requestsPerMinute: 30 });
  });

  it('draws every event once, on buckets without the empty ones at both ends', async () => {
    await exportSlices(5, [request('search', search, [0.15, 0.45])]);
    await exportSlices(6, [request('search', search, [0.2])]);
    const { latency } = detailOf('search');
    expect(latency.boundsMs).toEqual([130, 160, 200, 250, 300, 400, 500]);
    expect(latency.columns).toEqual([
      { at: '2026-10-20T12:00:00.000Z', counts: [0, 5, 0, 0, 0, 0, 5, 0] },
      { at: '2026-10-20T12:01:00.000Z', counts: [0, 0, 6, 0, 0, 0, 0, 0] },
    ]);
  });

  it('keeps the open bucket last when something is in it, on the bounds that all apps share', async () => {
    await exportSlices(5, [
      request('search', search, [90]),
      { ...request('search', search, [0.15], { app: 'two' }), bounds: [0.1, 0.2, 60] },
    ]);
    expect(detailOf('search').latency).toEqual({
      boundsMs: [100, 200, 60_000],
      columns: [{ at: '2026-10-20T12:00:00.000Z', counts: [0, 5, 0, 5] }],
    });
  });

  it('lists the operations with the most requests first', async () => {
    await exportSlices(5, [
      request('posts', 'POST /api/posts', [0.02], { outcome: 'error' }),
      request('posts', 'GET /api/posts/:id', times(3, 0.02)),
    ]);
    expect(detailOf('posts').operations).toEqual([
      { operation: 'GET /api/posts/:id', n: 15, requestsPerMinute: 15, errorRatio: 0, p50Ms: 15, p95Ms: 19.5 },
      { operation: 'POST /api/posts', n: 5, requestsPerMinute: 5, errorRatio: 1, p50Ms: 15, p95Ms: 19.5 },
    ]);
  });

  it('draws the thresholds of the objectives that count its requests, and those of no other', async () => {
    await exportSlices(1, [request('search', search, [0.02]), request('chat', 'POST /api/chat/conversations', [0.02])]);
    expect(detailOf('search').thresholds).toEqual([
      { label: '≤ 100 ms (search-latency)', ms: 100, objective: 'search-latency' },
      { label: '≤ 200 ms (api-latency)', ms: 200, objective: 'api-latency' },
      { label: 'alert > 500 ms (api-latency)', ms: 500, objective: 'api-latency' },
      { label: 'alert > 500 ms (search-latency)', ms: 500, objective: 'search-latency' },
    ]);
    expect(detailOf('chat').thresholds.map(({ objective }) => objective)).toEqual(['api-latency', 'api-latency']);
  });

  it('counts the calls of other domains where nobody outside asks, with no share of the requests', async () => {
    await exportSlices(5, [
      request('recommendations', 'rank', [0.02], { entry: 'false' }),
      request('feed', 'GET /api/feed', [0.03]),
      request('feed', 'of', times(9, 0.03), { entry: 'false' }),
    ]);
    const inner = detailOf('recommendations');
    expect(inner.counted).toBe('calls');
    expect(inner.points[59]).toMatchObject({ n: 5 });
    expect(inner.thresholds).toEqual([]);
    expect(inner.shares.requests).toBe(0);
    expect(detailOf('feed')).toMatchObject({
      counted: 'requests',
      operations: [{ operation: 'GET /api/feed', n: 5 }],
      shares: { requests: 1 },
    });
  });

  it('gives its share of the requests and of the time spent on its tables, and none of the CPU that nobody attributes', async () => {
    const query = (domain: string, table: string, seconds: number): Point => ({
      metric: metric.dbDuration,
      attributes: { 'seam.domain': domain, table, op: 'select' },
      seconds: [seconds],
    });
    await exportSlices(5, [
      request('posts', 'POST /api/posts', [0.02]),
      request('search', search, times(3, 0.02)),
      query('posts', 'posts', 0.01),
      query('search', 'posts', 0.02),
      query('search', 'nobodys', 0.07),
    ]);
    const { shares } = detailOf('posts');
    expect(shares.requests).toBeCloseTo(0.25, 10);
    expect(shares.databaseTime).toBeCloseTo(0.3, 10);
    expect(shares.cpu).toBeNull();
  });

  it('knows nothing of what was only simulated, not even that nothing was asked', async () => {
    clock.set(startMs - 10_000);
    await exportSlices(6, [request('search', search, times(5, 0.02))], true);
    await exportSlices(6, [request('search', search, [0.02])]);
    await exportSlices(6, [request('feed', 'GET /api/feed', [0.02])]);
    const { points, latency } = detailOf('search');
    // Exports were seen from 11:59:50 on.
    expect(points.slice(56).map(({ n }) => n)).toEqual([null, null, 6, 0]);
    expect(latency.columns).toHaveLength(2);
  });

  it('forgets what is older than an hour, and says the same when it is rebuilt from the store', async () => {
    for (let minute = 0; minute < 70; minute += 1) {
      clock.advance(50_000);
      await exportSlices(1, [request('search', search, [0.02])]);
    }
    const detail = detailOf('search');
    expect(detail.points.map(({ n }) => n)).toEqual(times(60, 1));
    const reader = openHistory(intake.file);
    expect(detailOf('search', newEngine(reader))).toEqual(detail);
    reader.close();
  });

  it('is nothing for a domain that the catalogue does not have', () => {
    engine.tick();
    expect(new Views(engine, { tool: 'test', commit: null }).domain('payments')).toBeNull();
  });
});
