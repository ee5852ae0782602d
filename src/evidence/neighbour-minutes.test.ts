/** Minutes from slices, and the contrast over several victims. */
import { expect, test } from 'vitest';
import { seededRandom } from '../kernel/ids.ts';
import type { Series } from '../kernel/series.ts';
import { neighbourMinutes, type ObservedSlice, worstNeighbour } from './neighbour-minutes.ts';

const bounds = [0.05, 0.1, 0.2, 0.3, 0.5];

function seriesOf(id: number, signal: string, labels: Record<string, string>): Series {
  return { id, signal, kind: 'histogram', source: 'metrics', labels, synthetic: false, bounds };
}

const database = (domain: string, id: number) =>
  seriesOf(id, 'domain.db.duration', { domain, table: 't', op: 'select' });
const entry = (domain: string, id: number) => seriesOf(id, 'domain.request.duration', { domain, entry: 'true' });

function at(
  series: Series,
  minute: number,
  counts: readonly number[],
  sum: number,
  durationMs = 60_000,
): ObservedSlice {
  return { series, slice: { seriesId: series.id, startMs: minute * 60_000, durationMs, counts, sum, max: null } };
}

test('a minute carries the share of database time, the load and the p95 of the victim', () => {
  const slices = [
    at(database('analytics', 1), 7, [], 3),
    at(database('feed', 2), 7, [], 1),
    at(entry('feed', 3), 7, [0, 0, 100, 0, 0, 0], 15),
    at(entry('search', 4), 7, [100, 0, 0, 0, 0, 0], 1),
  ];
  expect(neighbourMinutes(slices, 'analytics', 'feed')).toEqual([
    { startMs: 420_000, aggressorShare: 0.75, victimLoad: 100, victimP95Ms: 195 },
  ]);
});

test('a minute with 19 requests, without database time or known only in quarter hours is left out', () => {
  const used = [at(database('analytics', 1), 7, [], 3)];
  const few = at(entry('feed', 3), 7, [0, 0, 19, 0, 0, 0], 3);
  const enough = at(entry('feed', 3), 7, [0, 0, 20, 0, 0, 0], 3);
  expect(neighbourMinutes([...used, few], 'analytics', 'feed')).toEqual([]);
  expect(neighbourMinutes([enough], 'analytics', 'feed')).toEqual([]);
  expect(neighbourMinutes([...used, enough], 'analytics', 'feed')).toHaveLength(1);
  const coarse = at(entry('feed', 3), 15, [0, 0, 20, 0, 0, 0], 3, 900_000);
  expect(neighbourMinutes([at(database('analytics', 1), 15, [], 3), coarse], 'analytics', 'feed')).toEqual([]);
});

test('of two victims the one that is slower beside the busy aggressor and over its limit is reported', () => {
  const random = seededRandom(3);
  const slices = Array.from({ length: 600 }, (_, minute) => {
    const share = random();
    const busy = share > 0.75;
    return [
      at(database('analytics', 1), minute, [], share),
      at(database('users', 2), minute, [], 1 - share),
      at(entry('feed', 3), minute, busy ? [0, 0, 0, 100, 0, 0] : [0, 0, 100, 0, 0, 0], 20),
      at(entry('search', 4), minute, [0, 100, 0, 0, 0, 0], 8),
    ];
  }).flat();
  const options = { victimLimitMs: 200, minimumMinutes: 240, random: seededRandom(1) };
  const worst = worstNeighbour(slices, 'analytics', ['search', 'feed'], options);
  expect(worst).toMatchObject({ victim: 'feed', victimBreached: true, minutes: 600, reason: null });
  expect(worst.effectMs).toBeCloseTo(100, 6);
  expect(worstNeighbour([], 'analytics', ['feed'], options)).toMatchObject({
    effectMs: null,
    reason: '0 minutes with both domains, 240 are needed',
  });
});
