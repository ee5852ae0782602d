/** Housekeeping between commits: coarser slices, merged frames, retention. Each step is small. */
import type { Database } from 'better-sqlite3';
import { mergeSmallFrames, mergeSmallLogs } from '../history/index.ts';
import type { Counters } from './counters.ts';
import type { Retention } from './options.ts';
import type { Tally } from './tally.ts';

const framesPerMerge = 64;
const streamsPerStep = 500;

/**
 * Does the first thing that is due, inside the caller's transaction; false when nothing is. `nowMs` is Unix ms; what is deleted goes by
 * the part of it that the data confirm. What was dropped is added to `tally`.
 */
export function maintainStep(
  db: Database,
  counters: Counters,
  retention: Retention,
  nowMs: number,
  tally: Tally,
): boolean {
  const trustedMs = counters.upkeepClock.read(nowMs);
  return (
    counters.compact(trustedMs) ||
    counters.segments.settle() ||
    mergeSmallFrames(db, framesPerMerge) > 0 ||
    mergeSmallLogs(db, framesPerMerge) > 0 ||
    ageSpans(counters, trustedMs, tally) ||
    ageLogs(counters, trustedMs) ||
    counters.seen.clean(nowMs) ||
    counters.streams.forget(trustedMs, streamsPerStep) > 0 ||
    counters.presence.dropBefore(trustedMs - retention.slicesMs)
  );
}

function ageSpans(counters: Counters, nowMs: number, tally: Tally): boolean {
  const result = counters.ageing.step(nowMs);
  if (result === null) return false;
  for (const name of ['expiredSpans', 'evictedSpans', 'keptSpans'] as const) tally[name] += result[name];
  return true;
}

function ageLogs(counters: Counters, nowMs: number): boolean {
  const { beforeMs, limit } = counters.ageing.logsDue(nowMs);
  return counters.logs.dropBefore(beforeMs, limit) > 0;
}
