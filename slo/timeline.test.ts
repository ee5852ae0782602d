/** Running sums: equal to naive re-summing, late additions, joined slices, coverage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimeline } from './index.ts';

const start = 1_767_225_600_000;
const second = 1_000;

interface NaiveSlice {
  readonly startMs: number;
  readonly durationMs: number;
  readonly good: number;
  readonly total: number;
  readonly pageGood: number;
  readonly synthetic: boolean;
}

/** Disjoint slices: 15 min, then 1 min, then 10 s, with holes; each may be visited several times, in any order. */
const slices = fc
  .tuple(
    fc.array(fc.nat({ max: 39 }), { maxLength: 60 }),
    fc.array(fc.nat({ max: 59 }), { maxLength: 60 }),
    fc.array(fc.nat({ max: 59 }), { maxLength: 60 }),
  )
  .chain(([coarse, minute, fine]) => {
    const spans = [
      ...coarse.map((index) => ({ startMs: start + index * 900_000, durationMs: 900_000 })),
      ...minute.map((index) => ({ startMs: start + 40 * 900_000 + index * 60_000, durationMs: 60_000 })),
      ...fine.map((index) => ({ startMs: start + 44 * 900_000 + index * 10_000, durationMs: 10_000 })),
    ];
    return fc.tuple(
      ...spans.map((span) =>
        fc.record({
          startMs: fc.constant(span.startMs),
          durationMs: fc.constant(span.durationMs),
          good: fc.nat({ max: 50 }),
          bad: fc.nat({ max: 50 }),
          page: fc.nat({ max: 50 }),
          synthetic: fc.boolean(),
          order: fc.nat(),
        }),
      ),
    );
  })
  .map((list) =>
    [...list]
      .sort((left, right) => left.order - right.order)
      .map(
        ({ bad, page, order: _order, ...slice }): NaiveSlice => ({
          ...slice,
          total: slice.good + bad,
          pageGood: slice.good + page,
        }),
      ),
  );

function naiveCounts(all: readonly NaiveSlice[], fromMs: number, toMs: number) {
  const inside = all.filter(
    (slice) => slice.startMs + slice.durationMs > fromMs && slice.startMs + slice.durationMs <= toMs,
  );
  const spans = new Map(inside.map((slice) => [slice.startMs, slice.startMs + slice.durationMs]));
  const sum = (of: (slice: NaiveSlice) => number, from: readonly NaiveSlice[]) =>
    from.reduce((total, slice) => total + of(slice), 0);
  const simulated = inside.filter((slice) => slice.synthetic);
  return {
    good: sum((slice) => slice.good, inside),
    total: sum((slice) => slice.total, inside),
    pageGood: sum((slice) => slice.pageGood, inside),
    synthetic: { good: sum((slice) => slice.good, simulated), total: sum((slice) => slice.total, simulated) },
    coveredMs: [...spans].reduce((covered, [begin, end]) => covered + end - Math.max(begin, fromMs), 0),
    firstDataMs: all.length === 0 ? null : Math.min(...all.map((slice) => slice.startMs)),
  };
}

describe('timeline', () => {
  it('equals naive re-summing for random slices, orders and windows', () => {
    fc.assert(
      fc.property(slices, fc.nat({ max: 45 * 90 }), fc.nat({ max: 45 * 90 }), (all, left, length) => {
        const timeline = createTimeline();
        for (const slice of all) timeline.add(slice.startMs, slice.durationMs, slice, slice.synthetic);
        const fromMs = start + left * 10 * second;
        const toMs = fromMs + length * 10 * second;
        expect(timeline.countsIn(fromMs, toMs)).toEqual(naiveCounts(all, fromMs, toMs));
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  it('keeps every sum on the boundaries that remain when slices are joined and forgotten', () => {
    fc.assert(
      fc.property(slices, fc.nat({ max: 46 }), fc.nat({ max: 46 }), (all, joinAt, dropAt) => {
        const timeline = createTimeline();
        const dropped = start + Math.min(joinAt, dropAt) * 900_000;
        for (const slice of all) timeline.add(slice.startMs, slice.durationMs, slice, slice.synthetic);
        timeline.compactBefore(start + joinAt * 900_000, 900_000);
        timeline.compactBefore(start + joinAt * 900_000, 900_000);
        timeline.dropBefore(dropped);
        const kept = all.filter((slice) => slice.startMs + slice.durationMs > dropped);
        for (let quarter = Math.min(joinAt, dropAt); quarter <= 46; quarter += 1) {
          const got = timeline.countsIn(start + quarter * 900_000, start + 47 * 900_000);
          const wanted = naiveCounts(kept, start + quarter * 900_000, start + 47 * 900_000);
          expect({ ...got, firstDataMs: 0, coveredMs: 0 }).toEqual({ ...wanted, firstDataMs: 0, coveredMs: 0 });
          expect(got.coveredMs).toBeLessThanOrEqual(wanted.coveredMs);
        }
      }),
      { numRuns: 150, seed: 12 },
    );
  });

  it('adds a late 10 s slice to the 15 min slice that already holds its time', () => {
    const timeline = createTimeline();
    timeline.add(start, 900_000, { good: 10, total: 12 }, false);
    timeline.add(start + 900_000, 10_000, { good: 1, total: 1 }, false);
    timeline.add(start + 300_000, 10_000, { good: 3, total: 4 }, false);
    expect(timeline.size()).toBe(2);
    expect(timeline.countsIn(start, start + 900_000)).toMatchObject({ good: 13, total: 16, coveredMs: 900_000 });
    expect(timeline.countsIn(start, start + 910_000)).toMatchObject({ good: 14, total: 17, coveredMs: 910_000 });
  });

  it('joins the 10 s slices that a later 15 min slice overlaps, counting each event once', () => {
    const timeline = createTimeline();
    timeline.add(start, 10_000, { good: 1, total: 1 }, false);
    timeline.add(start + 890_000, 10_000, { good: 1, total: 2 }, false);
    timeline.add(start, 900_000, { good: 5, total: 5 }, false);
    expect(timeline.size()).toBe(1);
    expect(timeline.countsIn(start, start + 1_800_000)).toMatchObject({ good: 7, total: 8, coveredMs: 900_000 });
  });

  it('counts an observed slice as covered and leaves the hole beside it uncovered', () => {
    const timeline = createTimeline();
    timeline.observe(start, 10_000);
    timeline.add(start + 20_000, 10_000, { good: 2, total: 2 }, false);
    timeline.observe(start + 20_000, 10_000);
    expect(timeline.countsIn(start, start + 30_000)).toMatchObject({ good: 2, total: 2, coveredMs: 20_000 });
  });

  it('answers zero for a window that ends before it starts', () => {
    const timeline = createTimeline();
    timeline.add(start, 10_000, { good: 2, total: 2 }, false);
    expect(timeline.countsIn(start + 20_000, start)).toMatchObject({ good: 0, total: 0, coveredMs: 0 });
  });
});
