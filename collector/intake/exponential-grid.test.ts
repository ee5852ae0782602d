/** Exponential buckets on the fixed bounds: nothing lost, nothing moved over a bound. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketIndexOf, estimateQuantile, totalOf } from '../../src/kernel/histogram.ts';
import { onGrid, plainGrid, timeGrid } from './exponential-grid.ts';

const seconds = timeGrid(0, 1);
const buckets = (
  scale: number,
  offset: number,
  counts: number[],
  more: { zeroCount?: number; zeroThreshold?: number } = {},
) => ({
  scale,
  zeroCount: more.zeroCount ?? 0,
  zeroThreshold: more.zeroThreshold ?? 0,
  positive: { offset, counts },
  negativeCount: 0,
});

test('the bounds of times go from 0.49 ms to 128 s in steps of an eighth of an octave', () => {
  const { bounds } = onGrid(buckets(3, 0, []), seconds);
  expect([bounds.length, bounds[0], bounds[88], bounds.at(-1)]).toEqual([145, 2 ** -11, 1, 128]);
  expect((bounds[89] ?? 0) / (bounds[88] ?? 1)).toBeCloseTo(1.0905, 4);
});

test('buckets of scale 4 merge in pairs: (1, 2^(1/8)] holds two of them', () => {
  const { counts, bounds } = onGrid(buckets(4, 0, [3, 4, 5]), seconds);
  expect(bounds[89]).toBe(2 ** (1 / 8));
  expect([counts[88], counts[89], counts[90]]).toEqual([0, 7, 5]);
});

test('a point sent coarser keeps its own bounds, which are some of the grid', () => {
  const { counts, bounds } = onGrid(buckets(0, -1, [2, 6]), seconds);
  expect(bounds).toEqual(Array.from({ length: 19 }, (_, index) => 2 ** (index - 11)));
  expect([counts[bounds.indexOf(1)], counts[bounds.indexOf(2)]]).toEqual([2, 6]);
});

test('zeros and what is below the range go to the first bucket, what is above to the open one', () => {
  const { counts } = onGrid(buckets(3, -1_000, [1], { zeroCount: 4 }), seconds);
  expect([counts[0], totalOf(counts)]).toEqual([5, 5]);
  const above = onGrid(buckets(3, 56, [1, 1]), seconds).counts;
  expect([above.at(-1), totalOf(above)]).toEqual([2, 2]);
});

test('bounds inside a wide zero bucket are left out', () => {
  const { counts, bounds } = onGrid(buckets(0, 2, [1], { zeroCount: 3, zeroThreshold: 0.3 }), seconds);
  expect(bounds.slice(0, 2)).toEqual([0.5, 1]);
  expect(counts).toEqual([3, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
});

test('milliseconds keep the buckets they were counted in', () => {
  const { bounds, counts } = onGrid(buckets(3, 0, [2]), timeGrid(10, 1_000));
  expect([bounds.length, bounds[0], bounds.at(-1)]).toEqual([145, 0.0005, 131.072]);
  expect(counts[bounds.indexOf(2 ** (1 / 8) / 1_000)]).toBe(2);
});

test('every scale from −10 to 20 keeps each value in a bucket that holds it', () => {
  const values = fc.array(fc.double({ min: 1e-5, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: -10, max: 20 }), values, fc.constantFrom(seconds, plainGrid), (scale, all, grid) => {
      for (const value of all) {
        const index = Math.ceil(Math.log2(value) * 2 ** scale) - 1;
        const isBetween = 2 ** (index / 2 ** scale) < value && value < 2 ** ((index + 1) / 2 ** scale);
        if (!isBetween) continue;
        const { bounds, counts } = onGrid(buckets(scale, index, [1]), grid);
        expect(counts.indexOf(1)).toBe(bucketIndexOf(bounds, value));
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('a quantile read from the buckets is within 4.5 % of the true one', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 0.01 * 1.005 ** index);
  const fine = new Array<number>(4_000).fill(0);
  for (const value of values) {
    const index = Math.ceil(Math.log2(value) * 2 ** 8) - 1 + 1_800;
    fine[index] = (fine[index] ?? 0) + 1;
  }
  const explicit = onGrid(buckets(8, -1_800, fine), seconds);
  for (const q of [0.5, 0.95, 0.99]) {
    const exact = values[Math.ceil(q * 1_000) - 1] ?? 0;
    expect(Math.abs((estimateQuantile(explicit, q) ?? 0) / exact - 1)).toBeLessThan(0.045);
  }
});
