/** Housekeeping between commits: coarser slices, merged frames, retention. Each step is small. */
import type { Database } from 'better-sqlite3';
import { mergeSmallFrames, mergeSmallLogs } from '../history/index.ts';
import type { Counters } from './counters.ts';
import type { Retention } from './options.ts';

const framesPerMerge = 64;
const framesPerDrop = 128;
const streamsPerStep = 500;

/** Does the first thing that is due, inside the caller's transaction; false when nothing is. `nowMs` is Unix ms. */
export function maintainStep(db: Database, counters: Counters, retention: Retention, nowMs: number): boolean {
  return (
    counters.compact(nowMs) ||
    counters.segments.settle() ||
    mergeSmallFrames(db, framesPerMerge) > 0 ||
    mergeSmallLogs(db, framesPerMerge) > 0 ||
    counters.segments.dropBefore(nowMs - retention.spansMs, framesPerDrop) > 0 ||
    counters.logs.dropBefore(nowMs - retention.spansMs, framesPerDrop) > 0 ||
    counters.seen.clean(nowMs) ||
    counters.streams.forget(nowMs, streamsPerStep) > 0 ||
    counters.presence.dropBefore(nowMs - retention.slicesMs)
  );
}
