/** The figures behind the charts. */
import { describe, expect, it } from 'vitest';
import { burnDownLine, rangeOf, shareLine } from './chart-data.ts';

const point = (minute: number, good: number | null, total: number | null, synthetic = false) => ({
  at: new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString(),
  good,
  total,
  synthetic,
});

describe('the burn-down', () => {
  it('ends at the budget remaining of the window: 8 bad of 200 at 95 % leave 20 %', () => {
    const line = burnDownLine([point(0, 98, 100), point(1, 94, 100)], 0.95);
    expect(line.values[0]).toBeCloseTo(0.8, 10);
    expect(line.values[1]).toBeCloseTo(0.2, 10);
  });

  it('goes below zero and keeps gaps as gaps', () => {
    const line = burnDownLine([point(0, 80, 100), point(1, null, null), point(2, 100, 100)], 0.95);
    expect(line.values[1]).toBeNull();
    expect(line.values[2]).toBeCloseTo(-1, 10);
  });
});

describe('the share', () => {
  it('has no value where there were no events', () => {
    expect(shareLine([point(0, 0, 0), point(1, 9, 10)]).values).toEqual([null, 0.9]);
  });

  it('joins simulated points to one stretch that ends where measuring begins', () => {
    const line = shareLine([point(0, 1, 1, true), point(1, 1, 1, true), point(2, 1, 1)]);
    expect(line.simulated).toEqual([{ from: line.at[0], to: line.at[2] }]);
  });
});

describe('the range', () => {
  it('holds the threshold and stops at the ceiling', () => {
    const [low, high] = rangeOf([0.97, null, 0.99], 0.95, 1);
    expect(low).toBeLessThan(0.95);
    expect(high).toBeGreaterThan(0.99);
    expect(high).toBeLessThanOrEqual(1);
  });
});
