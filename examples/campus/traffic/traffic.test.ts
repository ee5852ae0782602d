/** The simulated people: their mix, their arrivals, and counts that agree with the server's to the last request. */
import { expect, test } from 'vitest';
import { startTestCampus } from '../campus-for-tests.ts';
import { pause, seededRandom } from '../platform/index.ts';
import { actionFor, actions } from './actions.ts';
import { arrivalGapMs, dayFactor, demoDayMs } from './shape.ts';
import { startTraffic } from './traffic.ts';

test('the shares are feed 45, search 15, chat 15, posts with comments and likes 15, the rest 10', () => {
  const share = (...names: readonly string[]) =>
    actions.filter(({ name }) => names.includes(name)).reduce((sum, action) => sum + action.share, 0);
  expect(share('read the feed')).toBe(45);
  expect(share('search')).toBe(15);
  expect(share('send a message', 'read a conversation')).toBe(15);
  expect(share('post', 'comment', 'like')).toBe(15);
  expect(actions.reduce((sum, action) => sum + action.share, 0)).toBeCloseTo(100, 9);
  expect([actionFor(0).name, actionFor(0.4499).name, actionFor(0.4501).name]).toEqual([
    'read the feed',
    'read the feed',
    'search',
  ]);
});

test('ten thousand arrivals at 100 a second take about 100 s, and a day averages to 1', () => {
  const random = seededRandom(3);
  const totalMs = Array.from({ length: 10_000 }, () => arrivalGapMs(100, random)).reduce((sum, gap) => sum + gap, 0);
  expect(totalMs).toBeGreaterThan(96_000);
  expect(totalMs).toBeLessThan(104_000);
  const factors = Array.from({ length: 360 }, (_, index) => dayFactor((demoDayMs * index) / 360));
  expect(factors.reduce((sum, factor) => sum + factor, 0) / 360).toBeCloseTo(1, 9);
  expect(Math.max(...factors)).toBeCloseTo(1.2, 9);
});

test('what the traffic counted is exactly what the metrics page counted, by outcome', async () => {
  const campus = await startTestCampus({ users: 40, faults: true });
  const fault = { domain: 'recommendations', errorRate: 1, seconds: 60 };
  await campus.call('POST', '/faults', { body: fault });
  const leaving = new AbortController();
  const traffic = startTraffic({
    url: campus.url,
    ratePerSecond: 300,
    random: seededRandom(11),
    signal: leaving.signal,
    popularEveryMs: 300,
    chatters: 3,
  });
  await pause(1_500);
  leaving.abort();
  await traffic.done;
  const counts = traffic.counts();
  expect(counts.sent).toBeGreaterThan(250);
  expect(counts.failed).toBeGreaterThan(0);
  expect(counts.ok + counts.rejected + counts.failed).toBe(counts.sent);
  const { text } = await campus.call('GET', '/metrics');
  expect(entriesIn(text)).toEqual({ ok: counts.ok, rejected: counts.rejected, error: counts.failed });
  await campus.close();
});

/** Entries by outcome; absent ones are 0. */
function entriesIn(page: string): Readonly<Record<string, number>> {
  const sums: Record<string, number> = { ok: 0, rejected: 0, error: 0 };
  for (const match of page.matchAll(/^domain_request_duration_seconds_count\{(.*)\} (\d+)$/gm)) {
    const [, labels = '', count] = match;
    const outcome = /outcome="(\w+)"/.exec(labels)?.[1] ?? '';
    if (labels.includes('entry="true"')) sums[outcome] = (sums[outcome] ?? 0) + Number(count);
  }
  return sums;
}
