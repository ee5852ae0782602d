/** The contrast finds a planted effect, ignores one that load explains, and declines with too little. */
import { expect, test } from 'vitest';
import { seededRandom } from '../kernel/ids.ts';
import { type NeighbourMinute, noisyNeighbour } from './noisy-neighbour.ts';

/** 12 hours of minutes; the victim's p95 is 150 ms + slope × share + loadSlope × load + noise of ± 10 ms. */
function minutesOf(
  slope: number,
  loadSlope: number,
  shareFollowsLoad: boolean,
  count = 720,
): readonly NeighbourMinute[] {
  const random = seededRandom(42);
  return Array.from({ length: count }, (_, index) => {
    const victimLoad = Math.round(100 + 100 * random());
    const aggressorShare = shareFollowsLoad ? (victimLoad - 100) / 200 + 0.5 * random() : random();
    const victimP95Ms = 150 + slope * aggressorShare + loadSlope * (victimLoad - 100) + 20 * (random() - 0.5);
    return { startMs: index * 60_000, aggressorShare, victimLoad, victimP95Ms };
  });
}

const options = () => ({ victimLimitMs: 200, minimumMinutes: 240, random: seededRandom(1) });

test('a planted slow-down of 100 ms per share is found as about 75 ms between the outer quarters', () => {
  const contrast = noisyNeighbour(minutesOf(100, 0, false), options());
  expect(contrast.effectMs).toBeGreaterThan(70);
  expect(contrast.effectMs).toBeLessThan(80);
  expect(contrast.interval?.low).toBeGreaterThan(0);
  expect(contrast.victimBreached).toBe(true);
});

test('no effect gives an interval around 0 and no breach', () => {
  const contrast = noisyNeighbour(minutesOf(0, 0, false), options());
  expect(contrast.interval?.low).toBeLessThan(0);
  expect(contrast.interval?.high).toBeGreaterThan(0);
  expect(contrast.victimBreached).toBe(false);
});

test('a slow-down that the load of the victim explains shrinks to less than a quarter when its load is held fixed', () => {
  const confounded = minutesOf(0, 1, true);
  const stratified = noisyNeighbour(confounded, options()).effectMs ?? Number.NaN;
  const naive = noisyNeighbour(confounded, { ...options(), strata: 1 }).effectMs ?? Number.NaN;
  expect(naive).toBeGreaterThan(40);
  expect(stratified).toBeLessThan(naive / 4);
});

test('the same minutes and seed give the same interval', () => {
  const minutes = minutesOf(100, 0, false);
  expect(noisyNeighbour(minutes, options())).toEqual(noisyNeighbour(minutes, options()));
});

test('239 minutes of 240 are unknown', () => {
  expect(noisyNeighbour(minutesOf(100, 0, false, 239), options())).toMatchObject({
    effectMs: null,
    victimBreached: null,
    reason: '239 minutes with both domains, 240 are needed',
  });
});

test('an aggressor that never varies can not be contrasted', () => {
  const constant = minutesOf(100, 0, false).map((minute) => ({ ...minute, aggressorShare: 0.1 }));
  expect(noisyNeighbour(constant, options()).reason).toContain('hardly varies');
});
