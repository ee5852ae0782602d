/** Running totals: from the differences of slices to samples in order of time. */
import { describe, expect, it } from 'vitest';
import type { Series, Slice } from '../../src/kernel/series.ts';
import { RunningTotal } from './running-total.ts';

const counter: Series = {
  ...{ id: 1, signal: 'x', kind: 'counter', source: 'metrics', labels: {}, synthetic: false, bounds: null },
};
const gauge: Series = { ...counter, kind: 'gauge' };
const histogram: Series = { ...counter, kind: 'histogram', bounds: [1] };
const at = (startMs: number, sum: number, counts: readonly number[] = []): Slice => ({
  ...{ seriesId: 1, startMs, durationMs: 10_000, counts, sum, max: null },
});
const sums = (samples: ReturnType<RunningTotal['take']>) =>
  samples.map(({ timeMs, value }) => [timeMs, value?.sum ?? null]);

describe('a running total', () => {
  it('begins with a zero before its first slice and grows slice by slice, only by complete ones', () => {
    const total = new RunningTotal(counter, null);
    total.add(at(100_000, 2));
    total.add(at(100_000, 3));
    total.add(at(110_000, 4));
    total.add(at(120_000, 1));
    expect(sums(total.take(120_000, 120_000))).toEqual([
      [100_000, 0],
      [110_000, 5],
      [120_000, 9],
    ]);
    expect(sums(total.take(130_000, 130_000))).toEqual([[130_000, 10]]);
  });

  it('adds what comes late to the next sample and never goes back in time', () => {
    const total = new RunningTotal(histogram, null);
    total.add(at(100_000, 1, [1, 0]));
    total.take(110_000, 110_000);
    total.add(at(90_000, 5, [0, 2]));
    expect(total.take(120_000, 120_000)).toEqual([{ timeMs: 120_000, value: { counts: [1, 2], sum: 6 } }]);
    expect(total.take(130_000, 130_000)).toEqual([]);
  });

  it('says an unchanged total each minute while its signal is heard of, then ends the series, once', () => {
    const total = new RunningTotal(counter, null);
    total.add(at(100_000, 2));
    total.take(110_000, 110_000);
    expect(total.take(160_000, 160_000)).toEqual([]);
    expect(sums(total.take(170_000, 170_000))).toEqual([[170_000, 2]]);
    expect(sums(total.take(480_000, 170_000))).toEqual([[480_000, null]]);
    expect(total.take(600_000, 170_000)).toEqual([]);
    total.add(at(700_000, 1));
    expect(sums(total.take(710_000, 710_000))).toEqual([[710_000, 3]]);
  });

  it('goes on after a restart where it was', () => {
    const before = new RunningTotal(counter, null);
    before.add(at(100_000, 2));
    before.take(110_000, 110_000);
    const after = new RunningTotal(counter, before.stored());
    after.add(at(110_000, 5));
    expect(sums(after.take(120_000, 120_000))).toEqual([[120_000, 7]]);
  });

  it('gives a level as it was said last, drops a late one, and ends it when it is no longer said', () => {
    const level = new RunningTotal(gauge, null);
    level.add(at(100_000, 4));
    level.add(at(100_000, 6));
    expect(sums(level.take(110_000, 110_000))).toEqual([[110_000, 6]]);
    level.add(at(90_000, 9));
    expect(level.take(120_000, 120_000)).toEqual([]);
    expect(sums(level.take(420_000, 420_000))).toEqual([[420_000, null]]);
  });
});
