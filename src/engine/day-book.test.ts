/** Sums by day: the same whether a day is open to additions or packed. */
import { expect, test } from 'vitest';
import { dayMs } from '../kernel/duration.ts';
import type { Series, Slice } from '../kernel/series.ts';
import { createCalendar } from './calendar.ts';
import { DayBook } from './day-book.ts';
import { MinuteBook } from './minute-book.ts';

const t0 = Date.UTC(2026, 2, 2);
const signal = 'domain.request.duration';

function seriesOf(id: number, kind: Series['kind']): Series {
  return {
    id,
    signal,
    kind,
    source: 'metrics',
    labels: {},
    synthetic: false,
    bounds: kind === 'gauge' ? null : [1, 2],
  };
}

function slice(
  seriesId: number,
  startMs: number,
  counts: readonly number[],
  sum: number,
  max: number | null = null,
): Slice {
  return { seriesId, startMs, durationMs: 60_000, counts, sum, max };
}

function bookOf(...series: readonly Series[]): DayBook {
  const book = new DayBook(createCalendar('UTC'));
  for (const one of series) book.addSeries(one);
  return book;
}

test('a packed day says what it said before, in whole numbers, parts of numbers and without buckets', () => {
  const book = bookOf(seriesOf(1, 'histogram'), seriesOf(2, 'histogram'), seriesOf(3, 'gauge'));
  book.add(slice(1, t0, [0, 3, 4_294_967_295], 7.5));
  book.add(slice(1, t0 + 60_000, [2, 0, 0], 1));
  book.add(slice(2, t0, [0.25, 0, 5e12], 1e-9));
  book.add(slice(3, t0, [], -4, 9));
  const open = book.ofDay('2026-03-02', signal);
  expect(open[0]?.slice).toEqual({
    ...{ seriesId: 1, startMs: t0, durationMs: 120_000 },
    ...{ counts: [2, 3, 4_294_967_295], sum: 8.5, max: null },
  });
  book.packBefore('2026-03-03');
  expect(book.ofDay('2026-03-02', signal)).toEqual(open);
});

test('a late addition opens a packed day again, and today stays open', () => {
  const book = bookOf(seriesOf(1, 'histogram'));
  book.add(slice(1, t0, [1, 0, 0], 1));
  book.packBefore('2026-03-03');
  book.add(slice(1, t0 + 60_000, [0, 1, 0], 2));
  book.packBefore('2026-03-02');
  expect(book.ofDay('2026-03-02', signal).map(({ slice: { counts, sum } }) => [counts, sum])).toEqual([[[1, 1, 0], 3]]);
});

test('several days are one slice a series, but of a gauge one a day', () => {
  const book = bookOf(seriesOf(1, 'histogram'), seriesOf(2, 'gauge'));
  for (const day of [0, 1, 2]) {
    book.add(slice(1, t0 + day * dayMs, [0, day, 1], 1));
    book.add(slice(2, t0 + day * dayMs, [], day, day));
  }
  book.packBefore('2026-03-04');
  const days = ['2026-03-02', '2026-03-03', '2026-03-04'];
  const found = book.ofDays(days, signal).map(({ series, slice: { counts, sum } }) => [series.id, counts, sum]);
  expect(found).toEqual([
    [2, [], 0],
    [2, [], 1],
    [2, [], 2],
    [1, [0, 3, 3], 3],
  ]);
  expect(book.ofDay('2026-03-03', signal)[0]?.slice.counts).toEqual([0, 1, 1]);
});

test('a minute that is packed counts a late slice of its own', () => {
  const book = new MinuteBook();
  book.addSeries(seriesOf(1, 'histogram'));
  const fine = (startMs: number): Slice => ({ ...slice(1, startMs, [1, 0, 2], 1), durationMs: 10_000 });
  book.add(fine(t0));
  for (const minute of [1, 2, 3, 4, 5]) book.add(fine(t0 + minute * 60_000));
  book.add(fine(t0 + 10_000));
  const [first] = book.slices(t0, t0 + 60_000);
  expect(first?.slice).toEqual({ seriesId: 1, startMs: t0, durationMs: 20_000, counts: [2, 0, 4], sum: 2, max: null });
  expect(book.slices(t0, t0 + 360_000)).toHaveLength(6);
});
