/** Reads slices of every resolution as one sequence that counts each event once. */
import type { Database, Statement } from 'better-sqlite3';
import { sliceMs } from '../../src/kernel/conventions.ts';
import type { Series, Slice, SliceCounts } from '../../src/kernel/series.ts';
import { decodeRun, decodeSlice } from './slice-codec.ts';
import { bucketsOf } from './slice-store.ts';
import { joinSlices } from './slice-values.ts';
import { floorTo, readTiers, tierNumber, tierOf, tierRunMs } from './tiers.ts';

interface SliceRow {
  readonly start: number;
  readonly series: number;
  readonly data: Buffer;
}

interface Placed {
  readonly durationMs: number;
  value: SliceCounts;
}

/** Up to this many series are looked up one by one; more are filtered from a walk over all. */
const lookupSeries = 16;
/** Filters rows before they become objects; the plus keeps SQLite from looking each series up. The parameter is a JSON array of ids. */
export const isAmong = '+series IN (SELECT value FROM json_each(?))';

/** `seriesOf` knows every stored series. */
export function createSliceReader(
  db: Database,
  seriesOf: (id: number) => Series | undefined,
): (seriesIds: readonly number[], fromMs: number, toMs: number) => Slice[] {
  const rows = prepareRows(db);
  const read = (seriesIds: readonly number[], fromMs: number, toMs: number): Slice[] => {
    const wanted = knownSeries(seriesIds, seriesOf);
    const placed = new Map([...wanted.keys()].map((id) => [id, new Map<number, Placed>()]));
    const alignedFrom = floorTo(fromMs, sliceMs.coarse);
    const place = (series: Series, startMs: number, durationMs: number, value: SliceCounts): void => {
      if (startMs >= alignedFrom && startMs < toMs)
        placeSlice(placed.get(series.id), series, startMs, durationMs, value);
    };
    for (const tier of ['coarse', 'minute'] as const) {
      for (const { series, start, data } of runRows(rows, wanted, tier, fromMs, toMs)) {
        for (const { slot, value } of decodeRun(data, bucketsOf(series))) {
          place(series, start + slot * sliceMs[tier], sliceMs[tier], value);
        }
      }
    }
    const tiers = readTiers(db);
    for (const row of fineRows(rows, wanted, Math.max(alignedFrom, tiers?.fineFrom ?? 0), toMs)) {
      const series = wanted.get(row.series);
      if (series === undefined || tiers === null || tierOf(tiers, row.series, row.start) !== 'fine') continue;
      place(series, row.start, sliceMs.fine, decodeSlice(row.data, bucketsOf(series)));
    }
    return inOrder(placed, fromMs);
  };
  return db.transaction(read);
}

interface Rows {
  readonly run: Statement<[number, number, number], { data: Buffer }>;
  readonly runs: Statement<[number, number, string], { series: number; data: Buffer }>;
  readonly firstRun: Statement<[number], number | null>;
  readonly lastRun: Statement<[number], number | null>;
  readonly fineSpan: Statement<[number, number, string], SliceRow>;
  readonly fine: Statement<[number, number], SliceRow>;
  readonly nextFine: Statement<[number], number | null>;
}

function prepareRows(db: Database): Rows {
  return {
    run: db.prepare('SELECT data FROM slice_runs WHERE tier = ? AND start = ? AND series = ?'),
    runs: db.prepare(`SELECT series, data FROM slice_runs WHERE tier = ? AND start = ? AND ${isAmong}`),
    firstRun: db.prepare<[number], number | null>('SELECT min(start) FROM slice_runs WHERE tier = ?').pluck(),
    lastRun: db.prepare<[number], number | null>('SELECT max(start) FROM slice_runs WHERE tier = ?').pluck(),
    fineSpan: db.prepare(`SELECT start, series, data FROM slices_fine WHERE start >= ? AND start < ? AND ${isAmong}`),
    fine: db.prepare('SELECT start, series, data FROM slices_fine WHERE start = ? AND series = ?'),
    nextFine: db.prepare<[number], number | null>('SELECT min(start) FROM slices_fine WHERE start >= ?').pluck(),
  };
}

function* runRows(
  rows: Rows,
  wanted: ReadonlyMap<number, Series>,
  tier: 'minute' | 'coarse',
  fromMs: number,
  toMs: number,
): Generator<{ readonly series: Series; readonly start: number; readonly data: Buffer }> {
  const number = tierNumber[tier];
  const first = rows.firstRun.get(number) ?? null;
  const last = rows.lastRun.get(number) ?? null;
  if (first === null || last === null) return;
  const step = tierRunMs[tier];
  const ids = JSON.stringify([...wanted.keys()]);
  for (let start = Math.max(first, floorTo(fromMs, step)); start <= last && start < toMs; start += step) {
    if (wanted.size > lookupSeries) {
      for (const { series: id, data } of rows.runs.all(number, start, ids)) {
        const series = wanted.get(id);
        if (series !== undefined) yield { series, start, data };
      }
      continue;
    }
    for (const series of wanted.values()) {
      const row = rows.run.get(number, start, series.id);
      if (row !== undefined) yield { series, start, data: row.data };
    }
  }
}

function knownSeries(ids: readonly number[], seriesOf: (id: number) => Series | undefined): Map<number, Series> {
  const known = new Map<number, Series>();
  for (const id of ids) {
    const series = seriesOf(id);
    if (series !== undefined) known.set(id, series);
  }
  return known;
}

function* fineRows(rows: Rows, wanted: ReadonlyMap<number, Series>, fromMs: number, toMs: number): Generator<SliceRow> {
  if (wanted.size > lookupSeries) {
    yield* rows.fineSpan.iterate(fromMs, toMs, JSON.stringify([...wanted.keys()]));
    return;
  }
  let start = rows.nextFine.get(fromMs) ?? null;
  while (start !== null && start < toMs) {
    for (const id of wanted.keys()) {
      const row = rows.fine.get(start, id);
      if (row !== undefined) yield row;
    }
    start = rows.nextFine.get(start + 1) ?? null;
  }
}

/** A slice that lies inside a coarser one of the same series is folded into it, so that durations never overlap. */
function placeSlice(
  slices: Map<number, Placed> | undefined,
  series: Series,
  startMs: number,
  durationMs: number,
  value: SliceCounts,
): void {
  if (slices === undefined) return;
  for (const step of [sliceMs.coarse, sliceMs.minute, sliceMs.fine]) {
    const outer = slices.get(floorTo(startMs, step));
    if (outer === undefined || outer.durationMs < step || step < durationMs) continue;
    outer.value = joinSlices(series.kind, outer.value, value);
    return;
  }
  slices.set(startMs, { durationMs, value });
}

function inOrder(placed: ReadonlyMap<number, ReadonlyMap<number, Placed>>, fromMs: number): Slice[] {
  const slices: Slice[] = [];
  for (const [seriesId, starts] of placed) {
    for (const [startMs, { durationMs, value }] of starts) {
      if (startMs >= fromMs) slices.push({ seriesId, startMs, durationMs, ...value });
    }
  }
  return slices.sort((left, right) => left.startMs - right.startMs || left.seriesId - right.seriesId);
}
