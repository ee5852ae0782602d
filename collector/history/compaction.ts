/** Moves aged slices to coarser resolutions in small steps; between any two steps every event is readable exactly once. */
import type { Database, Statement } from 'better-sqlite3';
import { sliceMs } from '../../src/kernel/conventions.ts';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';
import type { Series } from '../../src/kernel/series.ts';
import { decodeRun, decodeSlice, encodeRun, type RunSlice } from './slice-codec.ts';
import { bucketsOf, joinRuns } from './slice-store.ts';
import { stepLimits } from './step-limits.ts';
import { floorTo, type TierState, tierNumber, wantedTiers, writeTiers } from './tiers.ts';

/** Series moved in one step: a fine hour has 360 slices of each, one of minutes 60, and both join what is there. */
const finePerStep = stepLimits.slicesMoved / 360;
const minutesPerStep = 40;

interface Statements {
  readonly fineOf: Statement<[number, number, number], { series: number; start: number; data: Buffer }>;
  readonly runsOf: Statement<[number, number, number, number], { series: number; start: number; data: Buffer }>;
  readonly run: Statement<[number, number, number], { data: Buffer }>;
  readonly replaceRun: Statement;
  readonly deleteRun: Statement;
  readonly firstFine: Statement<[number], number | null>;
  readonly firstMinute: Statement<[number], number | null>;
  readonly firstRun: Statement<[number], number | null>;
  readonly deleteFine: Statement;
  readonly deleteRuns: Statement;
}

/** One bounded step inside the caller's transaction. */
export interface CompactionStep {
  readonly tiers: TierState;
  /** False when everything is where its age wants it. */
  readonly moved: boolean;
}

/** `step` takes the present state and the highest series id; slices older than `keepMs` are deleted. */
export function createCompaction(
  db: Database,
  seriesOf: (id: number) => Series | undefined,
  keepMs: number,
): { readonly step: (tiers: TierState, nowMs: number, lastSeries: number) => CompactionStep } {
  const statements = prepare(db);
  const step = (tiers: TierState, nowMs: number, lastSeries: number): CompactionStep => {
    const wanted = wantedTiers(nowMs);
    let next = afterClockWentBack(statements, tiers, wanted);
    if (next !== tiers) {
      writeTiers(db, next);
      return { tiers: next, moved: true };
    }
    if (tiers.fineFrom < wanted.fineFrom) next = moveFine(statements, seriesOf, tiers, wanted.fineFrom, lastSeries);
    else if (tiers.minuteFrom < wanted.minuteFrom) {
      next = moveMinutes(statements, seriesOf, tiers, wanted.minuteFrom, lastSeries);
    } else return { tiers, moved: deleteOld(statements, tiers, nowMs - keepMs) };
    writeTiers(db, next);
    return { tiers: next, moved: true };
  };
  return { step };
}

/**
 * A clock that was ahead has closed the finer tiers for times that are now to come; they are opened again. Not before the rubbish
 * is gone: moved fine rows would be counted twice.
 */
function afterClockWentBack(
  statements: Statements,
  tiers: TierState,
  wanted: { readonly fineFrom: number; readonly minuteFrom: number },
): TierState {
  if (tiers.minuteFrom > wanted.minuteFrom + dayMs) return { ...tiers, minuteFrom: wanted.minuteFrom, minuteMoved: 0 };
  if (tiers.fineFrom <= wanted.fineFrom + dayMs) return tiers;
  const rubbish = statements.firstFine.get(0) ?? null;
  if (rubbish !== null && rubbish < tiers.fineFrom) return tiers;
  return { ...tiers, fineFrom: wanted.fineFrom, fineMoved: 0 };
}

function moveFine(
  statements: Statements,
  seriesOf: (id: number) => Series | undefined,
  tiers: TierState,
  wantedFrom: number,
  lastSeries: number,
): TierState {
  const first = statements.firstFine.get(tiers.fineFrom) ?? null;
  const hour = tiers.fineFrom;
  if (first === null || first >= hour + hourMs) {
    const jump = first === null ? wantedFrom : Math.min(wantedFrom, floorTo(first, hourMs));
    return { ...tiers, fineFrom: jump, fineMoved: 0 };
  }
  const upTo = tiers.fineMoved + finePerStep;
  const found = new Map<number, RunSlice[]>();
  for (let start = hour; start < hour + hourMs; start += sliceMs.fine) {
    for (const row of statements.fineOf.all(start, tiers.fineMoved + 1, upTo)) {
      const series = seriesOf(row.series);
      if (series === undefined) continue;
      const slot = Math.floor((start - hour) / sliceMs.minute);
      const slices = found.get(row.series) ?? [];
      slices.push({ slot, value: decodeSlice(row.data, bucketsOf(series)) });
      found.set(row.series, slices);
    }
  }
  for (const [id, slices] of found) addToRun(statements, seriesOf(id), tierNumber.minute, hour, slices);
  return upTo >= lastSeries ? { ...tiers, fineFrom: hour + hourMs, fineMoved: 0 } : { ...tiers, fineMoved: upTo };
}

function moveMinutes(
  statements: Statements,
  seriesOf: (id: number) => Series | undefined,
  tiers: TierState,
  wantedFrom: number,
  lastSeries: number,
): TierState {
  const first = statements.firstMinute.get(tiers.minuteFrom) ?? null;
  const hour = tiers.minuteFrom;
  if (first === null || first > hour) {
    const jump = first === null ? wantedFrom : Math.min(wantedFrom, floorTo(first, hourMs));
    return { ...tiers, minuteFrom: jump, minuteMoved: 0 };
  }
  const upTo = tiers.minuteMoved + minutesPerStep;
  for (const row of statements.runsOf.all(tierNumber.minute, hour, tiers.minuteMoved + 1, upTo)) {
    const series = seriesOf(row.series);
    if (series === undefined) continue;
    const day = floorTo(hour, dayMs);
    const slices = decodeRun(row.data, bucketsOf(series)).map(({ slot, value }) => ({
      slot: Math.floor((hour - day + slot * sliceMs.minute) / sliceMs.coarse),
      value,
    }));
    addToRun(statements, series, tierNumber.coarse, day, slices);
    statements.deleteRun.run(tierNumber.minute, hour, row.series);
  }
  return upTo >= lastSeries ? { ...tiers, minuteFrom: hour + hourMs, minuteMoved: 0 } : { ...tiers, minuteMoved: upTo };
}

/** Moved fine rows are already invisible; they go first, then what is beyond retention. */
function deleteOld(statements: Statements, tiers: TierState, beforeMs: number): boolean {
  const rubbish = statements.firstFine.get(0) ?? null;
  if (rubbish !== null && rubbish < tiers.fineFrom) {
    statements.deleteFine.run(rubbish, rubbish, stepLimits.rowsDeleted);
    return true;
  }
  const oldest = statements.firstRun.get(tierNumber.coarse) ?? null;
  if (oldest === null || oldest + dayMs > beforeMs) return false;
  statements.deleteRuns.run(tierNumber.coarse, oldest, tierNumber.coarse, oldest, stepLimits.rowsDeleted);
  return true;
}

function addToRun(
  statements: Statements,
  series: Series | undefined,
  tier: number,
  start: number,
  slices: readonly RunSlice[],
): void {
  if (series === undefined) return;
  const row = statements.run.get(tier, start, series.id);
  const stored = row === undefined ? [] : decodeRun(row.data, bucketsOf(series));
  statements.replaceRun.run(tier, start, series.id, encodeRun(joinRuns(series, stored, slices)));
}

function prepare(db: Database): Statements {
  return {
    fineOf: db.prepare('SELECT series, start, data FROM slices_fine WHERE start = ? AND series BETWEEN ? AND ?'),
    runsOf: db.prepare(
      'SELECT series, start, data FROM slice_runs WHERE tier = ? AND start = ? AND series BETWEEN ? AND ?',
    ),
    run: db.prepare('SELECT data FROM slice_runs WHERE tier = ? AND start = ? AND series = ?'),
    replaceRun: db.prepare('INSERT OR REPLACE INTO slice_runs (tier, start, series, data) VALUES (?, ?, ?, ?)'),
    deleteRun: db.prepare('DELETE FROM slice_runs WHERE tier = ? AND start = ? AND series = ?'),
    firstFine: db.prepare<[number], number | null>('SELECT min(start) FROM slices_fine WHERE start >= ?').pluck(),
    firstMinute: db
      .prepare<[number], number | null>('SELECT min(start) FROM slice_runs WHERE tier = 1 AND start >= ?')
      .pluck(),
    firstRun: db.prepare<[number], number | null>('SELECT min(start) FROM slice_runs WHERE tier = ?').pluck(),
    deleteFine: db.prepare(
      'DELETE FROM slices_fine WHERE start = ? AND series IN (SELECT series FROM slices_fine WHERE start = ? LIMIT ?)',
    ),
    deleteRuns: db.prepare(
      `DELETE FROM slice_runs WHERE tier = ? AND start = ? AND series IN
         (SELECT series FROM slice_runs WHERE tier = ? AND start = ? LIMIT ?)`,
    ),
  };
}
