/** What the collector tells others: what each commit added, and what was taken in, dropped and why. */
import type { Series, SeriesSource, Slice } from '../../src/kernel/series.ts';
import type { IntakeRates } from './rates.ts';
import type { RefusedCount, RefusedSender } from './refused-book.ts';
import type { TelemetryKind } from './writer-messages.ts';

/** A 10 s slice (Unix ms) in which an export of the signal was seen, even if no count changed. */
export interface PresenceNotice {
  readonly signal: string;
  readonly source: SeriesSource;
  readonly startMs: number;
}

/** Sent once per group commit, in order. */
export interface CommitNotice {
  /** Grows by 1 a commit and survives restarts. */
  readonly revision: number;
  /**
   * What was added: counts and sums are differences, a gauge carries its value. 10 s long, late ones too; only points older than
   * the fine history arrive in the 1 min or 15 min slice that stores them.
   */
  readonly slices: readonly Slice[];
  readonly presence: readonly PresenceNotice[];
  readonly newSeries: readonly Series[];
}

/** Totals since the collector was opened; `queueBytes` is what waits now. `mapped` and `unmapped` count entry events. */
export interface IntakeStats {
  readonly bodies: number;
  readonly spans: number;
  readonly points: number;
  /** Log records. */
  readonly logs: number;
  readonly bytes: number;
  readonly repeatedBodies: number;
  readonly latePoints: number;
  /** Bodies refused (those of pages are counted by their own intake) and records left out, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Records left out of bodies that were stored, by signal and reason, the most first. */
  readonly rejectedRecords: readonly { readonly signal: string; readonly reason: string; readonly count: number }[];
  /** Bodies of which nothing was stored, by way in and reason, the most first. */
  readonly refused: readonly RefusedCount[];
  /** The same by who sent them: at most 32 senders, and `others`. */
  readonly refusedSenders: readonly RefusedSender[];
  /** Over the last minute; null in the first second. */
  readonly rates: IntakeRates | null;
  /** When the last body of each signal was stored (Unix ms); what the control plane says itself does not count. */
  readonly lastBodyMs: Readonly<Record<TelemetryKind, number | null>>;
  /** Records that found no room for a series of their own. */
  readonly overflowed: number;
  /** At most 20 label sets that are counted under `overflow="true"`, the most recent last; `labels` like `{name="value"}`. */
  readonly overflow: readonly { readonly signal: string; readonly labels: string }[];
  readonly mapped: number;
  readonly unmapped: number;
  readonly queueBytes: number;
  /** What retention did, in spans: ended by age, ended for want of room, kept beyond their time (errors, slowest, exemplars). */
  readonly expiredSpans: number;
  readonly evictedSpans: number;
  readonly keptSpans: number;
}
