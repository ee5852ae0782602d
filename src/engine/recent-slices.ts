/** Stored slices of some signals, each with its series. */
import type { HistoryReader } from '../../collector/index.ts';
import type { SeriesSlice } from '../readiness/index.ts';

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
