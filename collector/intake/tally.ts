/** What one group commit has taken in; the main thread adds it to its totals. */

import { joinExamples, type OverflowExample } from '../history/index.ts';

/** Filled while a group is counted, sent with its commit. */
export interface Tally {
  bodies: number;
  spans: number;
  points: number;
  logs: number;
  bytes: number;
  repeatedBodies: number;
  latePoints: number;
  mapped: number;
  unmapped: number;
  overflowed: number;
  /** Label sets that found no room, the most recent last. */
  overflow: readonly OverflowExample[];
  /** By retention, in spans: ended by age, ended for want of room, kept beyond their time (errors, slowest, exemplars). */
  expiredSpans: number;
  evictedSpans: number;
  keptSpans: number;
  readonly rejected: Record<string, number>;
  /** Single records that were left out of bodies that were stored, by `signal reason`; they are among `rejected` too. */
  readonly rejectedRecords: Record<string, number>;
}

/** All zero. */
export function emptyTally(): Tally {
  return {
    bodies: 0,
    spans: 0,
    points: 0,
    logs: 0,
    bytes: 0,
    repeatedBodies: 0,
    latePoints: 0,
    mapped: 0,
    unmapped: 0,
    overflowed: 0,
    overflow: [],
    expiredSpans: 0,
    evictedSpans: 0,
    keptSpans: 0,
    rejected: {},
    rejectedRecords: {},
  };
}

/** Counts `count` records rejected for `reason`. */
export function tallyRejection(tally: Tally, reason: string, count = 1): void {
  tally.rejected[reason] = (tally.rejected[reason] ?? 0) + count;
}

/** Counts what one body left out, by reason; `rejected` counts it where it is found. */
export function tallyRecords(tally: Tally, telemetry: string, rejected: ReadonlyMap<string, number>): void {
  for (const [reason, count] of rejected) {
    const key = `${telemetry} ${reason}`;
    tally.rejectedRecords[key] = (tally.rejectedRecords[key] ?? 0) + count;
  }
}

/** `more` on top of `total`, in place. */
export function addTally(total: Tally, more: Tally): void {
  for (const name of ['bodies', 'spans', 'points', 'logs', 'bytes', 'repeatedBodies', 'latePoints'] as const) {
    total[name] += more[name];
  }
  for (const name of ['mapped', 'unmapped', 'overflowed'] as const) total[name] += more[name];
  for (const name of ['expiredSpans', 'evictedSpans', 'keptSpans'] as const) total[name] += more[name];
  if (more.overflow.length > 0) total.overflow = joinExamples(total.overflow, more.overflow);
  for (const [reason, count] of Object.entries(more.rejected)) tallyRejection(total, reason, count);
  for (const [key, count] of Object.entries(more.rejectedRecords)) {
    total.rejectedRecords[key] = (total.rejectedRecords[key] ?? 0) + count;
  }
}
