/** When a probe counts as up or down: m of the last n runs. Pure. */
import { formatDurationMs } from '../src/kernel/duration.ts';
import type { Confirm } from './definition.ts';

export type ProbeState = 'up' | 'down' | 'unknown';

/** One run's result; `atMs` is the end of the run, Unix ms. */
export interface RunResult {
  readonly atMs: number;
  readonly ok: boolean;
}

/** A state, why (null when there is nothing to say), and since when (Unix ms, null before the first run). */
export interface Standing {
  readonly state: ProbeState;
  readonly reason: string | null;
  readonly sinceMs: number | null;
}

/** Runs this many periods old say nothing about now. */
export const staleAfterPeriods = 3;

/** Before the first run. */
export const neverRan: Standing = { state: 'unknown', reason: 'it has not run yet', sinceMs: null };

/**
 * The state after a run. Down when at least `failures` of the last `of` runs failed, whatever came last; else up when the last
 * `failures` runs were good, or all there have been; in between the state stays what it was.
 * @param results the last runs, oldest first, the new one included
 * @param before the state after the run before
 */
export function confirmState(results: readonly RunResult[], rule: Confirm, before: ProbeState): ProbeState {
  const failed = failuresIn(results, rule);
  if (failed >= rule.failures) return 'down';
  if (results.length > 0 && results.slice(-rule.failures).every(({ ok }) => ok)) return 'up';
  return before;
}

/** Failed runs among the last `of`. */
export function failuresIn(results: readonly RunResult[], rule: Confirm): number {
  return results.slice(-rule.of).filter(({ ok }) => !ok).length;
}

/**
 * What may be said at `nowMs`: the confirmed standing, or unknown when the newest run is older than three periods. A clock
 * that went back makes nothing stale.
 */
export function standingAt(
  confirmed: Standing,
  results: readonly RunResult[],
  everyMs: number,
  nowMs: number,
): Standing {
  const newest = results.at(-1);
  if (newest === undefined) return neverRan;
  const staleAtMs = newest.atMs + staleAfterPeriods * everyMs;
  if (nowMs <= staleAtMs) return confirmed;
  const age = formatDurationMs(Math.floor((nowMs - newest.atMs) / 1_000) * 1_000);
  return {
    state: 'unknown',
    reason: `the last run was ${age} ago, and it should run every ${formatDurationMs(everyMs)}`,
    sinceMs: staleAtMs,
  };
}
