/** Stored slices of some signals, each with its series. */
import type { HistoryReader } from '../../collector/index.ts';
import type { Series } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { addToSum, type DaySum, firstOf, sliceOf } from './day-sum.ts';

/** Slices that start in [fromMs, toMs), Unix ms. */
export function readSlices(
  reader: HistoryReader,
  signals: ReadonlySet<string>,
  fromMs: number,
  toMs: number,
): SeriesSlice[] {
  const series = new Map(reader.series().flatMap((one) => (signals.has(one.signal) ? [[one.id, one] as const] : [])));
  return reader.slices([...series.keys()], fromMs, toMs).flatMap((slice) => {
    const owner = series.get(slice.seriesId);
    return owner === undefined ? [] : [{ series: owner, slice }];
  });
}

/** The same as one slice a series, the sum of its own; of a gauge, which does not add up, every slice. */
export function readSums(
  reader: HistoryReader,
  signals: ReadonlySet<string>,
  fromMs: number,
  toMs: number,
): SeriesSlice[] {
  return sumsOf(
    reader,
    reader.series().filter((one) => signals.has(one.signal)),
    fromMs,
    toMs,
  );
}

/** {@link readSums} of these series. */
export function sumsOf(reader: HistoryReader, wanted: readonly Series[], fromMs: number, toMs: number): SeriesSlice[] {
  const series = new Map(wanted.map((one) => [one.id, one]));
  const found: SeriesSlice[] = [];
  const sums = new Map<number, DaySum>();
  reader.eachSlice([...series.keys()], fromMs, toMs, (slice) => {
    const owner = series.get(slice.seriesId);
    const before = sums.get(slice.seriesId);
    if (owner?.kind === 'gauge') found.push({ series: owner, slice });
    else if (before === undefined) sums.set(slice.seriesId, firstOf(slice));
    else addToSum(before, slice, false);
  });
  for (const [id, sum] of sums) {
    const owner = series.get(id);
    if (owner !== undefined) found.push({ series: owner, slice: sliceOf(id, sum) });
  }
  return found;
}
