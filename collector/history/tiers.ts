/** Which resolution holds which time: 10 s slices while young, then minutes, then quarter hours. */
import type { Database } from 'better-sqlite3';
import { sliceKeepMs, sliceMs } from '../../src/kernel/conventions.ts';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';

/** Fine slices are rows of their own; the others stand in runs of `runMs`. */
export type Tier = 'fine' | 'minute' | 'coarse';

export const tierNumber = { minute: 1, coarse: 2 } as const;
export const tierSliceMs = { fine: sliceMs.fine, minute: sliceMs.minute, coarse: sliceMs.coarse } as const;
export const tierRunMs = { minute: hourMs, coarse: dayMs } as const;

/**
 * Compaction moves one hour at a time, series by series in order of id: of the hour that begins at `fineFrom`, series up to
 * `fineMoved` are already in minutes. Everything before `fineFrom` is. The same one tier up.
 */
export interface TierState {
  readonly fineFrom: number;
  readonly fineMoved: number;
  readonly minuteFrom: number;
  readonly minuteMoved: number;
}

/** Where a slice of this series and time is, and where an addition must go. */
export function tierOf(state: TierState, series: number, atMs: number): Tier {
  if (isMoved(atMs, series, state.minuteFrom, state.minuteMoved)) return 'coarse';
  return isMoved(atMs, series, state.fineFrom, state.fineMoved) ? 'minute' : 'fine';
}

/** `time` down to a multiple of `step` (both ms). */
export function floorTo(time: number, step: number): number {
  return Math.floor(time / step) * step;
}

/** What compaction aims at: the first hours that stay fine and stay in minutes. */
export function wantedTiers(nowMs: number): { readonly fineFrom: number; readonly minuteFrom: number } {
  return {
    fineFrom: floorTo(nowMs - sliceKeepMs.fine, hourMs),
    minuteFrom: floorTo(nowMs - sliceKeepMs.minute, hourMs),
  };
}

/** The stored state; null in a database that holds nothing yet. */
export function readTiers(db: Database): TierState | null {
  const row = db
    .prepare<[], TierState>(
      `SELECT fine_from AS fineFrom, fine_moved AS fineMoved, minute_from AS minuteFrom, minute_moved AS minuteMoved
       FROM slice_tiers`,
    )
    .get();
  return row ?? null;
}

/** Replaces the stored state; inside the transaction that moves the rows. */
export function writeTiers(db: Database, state: TierState): void {
  db.prepare('INSERT OR REPLACE INTO slice_tiers VALUES (1, ?, ?, ?, ?)').run(
    state.fineFrom,
    state.fineMoved,
    state.minuteFrom,
    state.minuteMoved,
  );
}

function isMoved(atMs: number, series: number, from: number, moved: number): boolean {
  return atMs < from || (atMs < from + hourMs && series <= moved);
}
