/** Axes, ticks and lines. */
import { describe, expect, it } from 'vitest';
import { linearTicks, linePath, logScale, logTicks, runsOf, spread, timeTicks } from './plot-scale.ts';

describe('the axes', () => {
  it('give each order of magnitude the same room', () => {
    const y = logScale(1, 100, 200, 0);
    expect([y(1), y(10), y(100), y(0)].map(Math.round)).toEqual([200, 100, 0, 200]);
  });

  it('tick a logarithmic axis at 1, 2, 5, and more coarsely when those were too many', () => {
    expect(logTicks(8, 520)).toEqual([10, 20, 50, 100, 200, 500]);
    expect(logTicks(1, 10_000)).toEqual([1, 10, 100, 1000, 10_000]);
  });

  it.each([
    [7, [0, 2, 4, 6, 8]],
    [0.012, [0, 0.005, 0.01, 0.015]],
    [100, [0, 50, 100]],
    [0, [0]],
  ])('tick a linear axis up to %s with round numbers', (high, ticks) => {
    expect(linearTicks(high)).toEqual(ticks);
  });

  it('tick an hour every ten minutes on the clock', () => {
    const fromMs = Date.UTC(2026, 2, 4, 11, 4);
    const ticks = timeTicks(fromMs, fromMs + 3_600_000);
    expect(ticks.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '11:10',
      '11:20',
      '11:30',
      '11:40',
      '11:50',
      '12:00',
    ]);
  });
});

describe('the line', () => {
  it('breaks at a gap, and shows a point that stands alone', () => {
    expect(linePath([[0, 5], [10, 6], null, [30, 7], null])).toBe('M0 5L10 6M28.5 7h3');
    expect(linePath([null, null])).toBe('');
  });

  it('finds runs', () => {
    expect(runsOf(6, (at) => at !== 2 && at !== 5)).toEqual([
      [0, 2],
      [3, 5],
    ]);
  });
});

describe('labels', () => {
  it('are moved apart without leaving the picture', () => {
    expect(spread([10, 12, 95], 12, 100)).toEqual([10, 22, 95]);
    expect(spread([99, 98], 12, 100)).toEqual([100, 88]);
  });
});
