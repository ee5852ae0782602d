/** The axis of durations. */
import { describe, expect, it } from 'vitest';
import { latencyRange } from './latency-range.ts';

const picture = (boundsMs: readonly number[], ...counts: number[][]) => ({
  latency: { boundsMs: [...boundsMs], columns: counts.map((one) => ({ at: '2026-03-04T12:00:00.000Z', counts: one })) },
  thresholds: [],
});

describe('the axis of durations', () => {
  it('begins at the upper bound of an empty first bucket and ends at the last bound while nothing is beyond', () => {
    expect(latencyRange(picture([10, 20, 50], [0, 3, 1, 0], [0, 0, 2, 0]))).toEqual([10, 50]);
  });

  it('gives buckets without a bound half and double the length', () => {
    expect(latencyRange(picture([10, 20, 50], [1, 0, 0, 2]))).toEqual([5, 100]);
  });

  it('reaches to a threshold far above, with room for its line', () => {
    const thresholds = [{ label: '≤ 200 ms (a)', ms: 200, objective: 'a' }];
    expect(latencyRange({ ...picture([10, 20], [0, 1, 0]), thresholds })).toEqual([10, 250]);
    expect(latencyRange({ ...picture([400, 500], [0, 1, 0]), thresholds })).toEqual([160, 500]);
  });
});
