/** Walks over stored slices one by one: for who adds up a history that does not fit into memory. */
import type { Database, Statement } from 'better-sqlite3';
import { sliceMs } from '../../src/kernel/conventions.ts';
import type { Series, Slice } from '../../src/kernel/series.ts';
import { decodeRun, decodeSlice } from './slice-codec.ts';
import { isAmong } from './slice-reader.ts';
import { bucketsOf } from './slice-store.ts';
import { floorTo, readTiers, tierNumber, tierOf, tierRunMs } from './tiers.ts';

interface RunRow {
  readonly series: number;
  readonly data: Buffer;
}

/** Of slices that start in [fromMs, toMs), Unix ms, of these series; see `HistoryReader.eachSlice`. */
export type SliceWalk = (
  seriesIds: readonly number[],
  fromMs: number,
  toMs: number,
  visit: (slice: Slice) => void,
) => void;

/** `seriesOf` knows every stored series. */
export function createSliceWalk(db: Database, seriesOf: (id: number) => Series | undefined): SliceWalk {
  const nextRun = db
    .prepare<[number, number], number | null>('SELECT min(start) FROM slice_runs WHERE tier = ? AND start >= ?')
    .pluck();
  const runs = db.prepare<[number, number, string], RunRow>(
    `SELECT series, data FROM slice_runs WHERE tier = ? AND start = ? AND ${isAmong}`,
  );
  const fine = db.prepare<[number, number, string], RunRow & { readonly start: number }>(
    `SELECT start, series, data FROM slices_fine WHERE start >= ? AND start < ? AND ${isAmong} ORDER BY start, series`,
  );
  const walk: SliceWalk = (seriesIds, fromMs, toMs, visit) => {
    const wanted = wantedSeries(seriesIds, seriesOf);
    const ids = JSON.stringify(seriesIds);
    for (const tier of ['coarse', 'minute'] as const) {
      let start = nextRun.get(tierNumber[tier], floorTo(fromMs, tierRunMs[tier])) ?? null;
      while (start !== null && start < toMs) {
        walkRuns(runs, { tier, start, fromMs, toMs, ids }, wanted, visit);
        start = nextRun.get(tierNumber[tier], start + 1) ?? null;
      }
    }
    const tiers = readTiers(db);
    if (tiers === null) return;
    for (const { start, series: id, data } of fine.iterate(Math.max(fromMs, tiers.fineFrom), toMs, ids)) {
      const series = wanted[id];
      if (series === undefined || tierOf(tiers, id, start) !== 'fine') continue;
      visit({ seriesId: id, startMs: start, durationMs: sliceMs.fine, ...decodeSlice(data, bucketsOf(series)) });
    }
  };
  return db.transaction(walk);
}

/** By id. */
function wantedSeries(
  ids: readonly number[],
  seriesOf: (id: number) => Series | undefined,
): readonly (Series | undefined)[] {
  const wanted: (Series | undefined)[] = [];
  for (const id of ids) wanted[id] = seriesOf(id);
  return wanted;
}

function walkRuns(
  runs: Statement<[number, number, string], RunRow>,
  at: {
    readonly tier: 'coarse' | 'minute';
    readonly start: number;
    readonly fromMs: number;
    readonly toMs: number;
    readonly ids: string;
  },
  wanted: readonly (Series | undefined)[],
  visit: (slice: Slice) => void,
): void {
  const durationMs = sliceMs[at.tier];
  for (const { series: id, data } of runs.iterate(tierNumber[at.tier], at.start, at.ids)) {
    const series = wanted[id];
    if (series === undefined) continue;
    for (const { slot, value } of decodeRun(data, bucketsOf(series))) {
      const startMs = at.start + slot * durationMs;
      if (startMs < at.fromMs || startMs >= at.toMs) continue;
      visit({ seriesId: id, startMs, durationMs, counts: value.counts, sum: value.sum, max: value.max });
    }
  }
}
