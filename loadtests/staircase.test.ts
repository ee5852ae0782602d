/** The order of rates: up to the first break, then closer to it. */
import { describe, expect, it } from 'vitest';
import { nextRate, type StaircasePlan, staircaseRates, type Tried } from './staircase.ts';

/** All rates of a rehearsal of something that holds up to `limit`; `blur`: rates at which nothing can be told. */
function climb(plan: StaircasePlan, limit: number, blur: readonly number[] = []): readonly number[] {
  const tried: Tried[] = [];
  for (let rate = nextRate(plan, tried); rate !== null; rate = nextRate(plan, tried)) {
    const verdict = blur.includes(rate) ? 'unknown' : rate <= limit ? 'held' : 'broke';
    tried.push({ offeredPerSecond: rate, verdict });
  }
  return tried.map(({ offeredPerSecond }) => offeredPerSecond);
}

describe('the staircase', () => {
  const rates = staircaseRates(10, 2, 5);

  it('doubles from the start', () => {
    expect(rates).toEqual([10, 20, 40, 80, 160]);
    expect(staircaseRates(0.5, 1.5, 3)).toEqual([0.5, 0.8, 1.1]);
  });

  it('ends at its top when nothing breaks', () => {
    expect(climb({ rates, bisections: 2 }, 1_000)).toEqual([10, 20, 40, 80, 160]);
  });

  it('halves the interval between the last that held and the first that broke', () => {
    expect(climb({ rates, bisections: 2 }, 51)).toEqual([10, 20, 40, 80, 60, 50]);
    expect(climb({ rates, bisections: 2 }, 71)).toEqual([10, 20, 40, 80, 60, 70]);
    expect(climb({ rates, bisections: 0 }, 51)).toEqual([10, 20, 40, 80]);
  });

  it('goes below the first step when that broke already', () => {
    expect(climb({ rates, bisections: 2 }, 3)).toEqual([10, 5, 3]);
  });

  it('climbs on over what could not be judged, and never tries a rate twice', () => {
    expect(climb({ rates, bisections: 2 }, 51, [10, 60])).toEqual([10, 20, 40, 80, 60, 50]);
    expect(climb({ rates: [1, 1.1], bisections: 3 }, 1)).toEqual([1, 1.1]);
  });
});
