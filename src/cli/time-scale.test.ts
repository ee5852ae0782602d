import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeScale } from './time-scale.ts';

describe('timeScale', () => {
  it('is linear where something always runs', () => {
    const { column, shortened } = timeScale(
      [
        { fromMs: 0, toMs: 60 },
        { fromMs: 40, toMs: 100 },
      ],
      50,
    );
    expect([0, 25, 50, 100].map(column)).toEqual([0, 13, 25, 50]);
    expect(shortened).toEqual([]);
  });

  it('shortens six seconds of waiting between 10 ms and 20 ms of work to a fifth of the work', () => {
    const { column, shortened } = timeScale(
      [
        { fromMs: 0, toMs: 10 },
        { fromMs: 6_000, toMs: 6_020 },
      ],
      72,
    );
    expect([0, 10, 6_000, 6_020].map(column)).toEqual([0, 20, 32, 72]);
    expect(shortened).toEqual([{ fromMs: 10, toMs: 6_000 }]);
  });

  it('puts everything into column 0 when there is nothing to place', () => {
    expect(timeScale([], 40).column(5)).toBe(0);
  });

  it('never goes back and never leaves the line', () => {
    const interval = fc
      .tuple(fc.nat(10_000), fc.nat(500))
      .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 20 }),
        fc.array(fc.nat(11_000), { minLength: 2, maxLength: 20 }),
        (intervals, moments) => {
          const { column } = timeScale(intervals, 60);
          const columns = [...moments].sort((left, right) => left - right).map(column);
          return columns.every((one, index) => one >= (columns[index - 1] ?? 0) && one <= 60);
        },
      ),
    );
  });
});
