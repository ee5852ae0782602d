/** What may be asked of the stored history: slices, presence, freshness, traces. */
import type { LogRecord, Trace, TraceSummary } from '../../src/contract/index.ts';
import type { Series, SeriesSource, Slice } from '../../src/kernel/series.ts';
import type { UnreadableFrame } from './unreadable-frames.ts';

/** Every given condition must hold; times are Unix ms, half-open [fromMs, toMs); `limit` 1..200, default 50. */
export interface TraceQuery {
  readonly correlationId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly domain?: string | undefined;
  readonly operation?: string | undefined;
  /** The name or the operation of the root span, as `TraceSummary.rootName` has it. */
  readonly root?: string | undefined;
  /** On any span; the value as text, nested ones as JSON without spaces, bytes as base64. */
  readonly attribute?: { readonly key: string; readonly value: string } | undefined;
  readonly minDurationMs?: number | undefined;
  /** Of the root span: the answer that somebody waited for. */
  readonly minRootMs?: number | undefined;
  readonly error?: boolean | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Newest first; `nextCursor` is null on the last page; `unreadable` counts the damaged frames that were left out of this one. */
export interface TracePage {
  readonly traces: readonly TraceSummary[];
  readonly nextCursor: string | null;
  readonly unreadable: number;
}

/** The spans kept: bytes on disk, how many, in how many frames, the oldest start (Unix ms). */
export interface SpanStorage {
  readonly bytes: number;
  readonly spans: number;
  readonly frames: number;
  readonly oldestMs: number | null;
}

/** What ended in [fromMs, toMs), Unix ms; `maxSpans` 1..200,000, which is the default. */
export interface SpanEdgeQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly maxSpans?: number | undefined;
}

/** Calls of one domain into another, each counted as often as its span's sampling says; `counts` by the kernel's duration bounds. */
export interface SpanEdge {
  readonly from: string;
  readonly to: string;
  readonly mode: 'sync' | 'async';
  readonly calls: number;
  readonly errors: number;
  readonly counts: readonly number[];
}

/**
 * Complete for the calls that ended in [fromMs, toMs), Unix ms, the end of what was asked for: it begins where the walk got to, or on
 * the whole 10 s of the first span. `missingParents`: spans in it whose parent was not read, so that nobody knows who called them.
 */
export interface SpanEdges {
  readonly fromMs: number;
  readonly toMs: number;
  readonly spans: number;
  readonly missingParents: number;
  /** The 1,000 with the most calls, ordered by (from, to, mode). */
  readonly edges: readonly SpanEdge[];
}

/** The span half of the reader. Frames that are damaged inside are left out of every answer. */
export interface TraceReader {
  readonly searchTraces: (query: TraceQuery) => TracePage;
  readonly trace: (traceId: string) => Trace | null;
  /** All of them, oldest first. */
  readonly tracesByCorrelation: (correlationId: string) => readonly Trace[];
  /** Who calls whom, from the newest stored spans; a probe's and simulated ones are left out. */
  readonly spanEdges: (query: SpanEdgeQuery) => SpanEdges;
  readonly storage: () => SpanStorage;
  /** The damaged frames that were met so far, each once; the first 10,000. */
  readonly unreadable: () => readonly UnreadableFrame[];
}

/**
 * Every given condition must hold; times are Unix ms, half-open [fromMs, toMs); `severity` is the least one; `text` is looked for in
 * the body and in the record's own attributes, in either case; `limit` 1..500, default 100.
 */
export interface LogQuery {
  readonly traceId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly domain?: string | undefined;
  readonly severity?: LogRecord['severity'] | undefined;
  readonly text?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Newest first. A page may hold fewer than asked for, even none, and still have a `nextCursor`: that much was looked through. */
export interface LogPage {
  readonly logs: readonly LogRecord[];
  readonly nextCursor: string | null;
  /** How many records at most are missing because their frames can not be read back; absent when none. */
  readonly unreadableRecords?: number;
}

/** The log records kept: bytes on disk, how many, in how many frames, the oldest (Unix ms). */
export interface LogStorage {
  readonly bytes: number;
  readonly records: number;
  readonly frames: number;
  readonly oldestMs: number | null;
}

/** The logs' part of the reader. @throws INVALID_REQUEST for a cursor that is not its own */
export interface LogReader {
  readonly searchLogs: (query: LogQuery) => LogPage;
  readonly logStorage: () => LogStorage;
}

/** A stretch of time in which exports were seen: Unix ms, multiples of 10 s, half-open [start, start + duration). */
export interface PresenceRange {
  readonly startMs: number;
  readonly durationMs: number;
}

/** `intervalMs` is the observed export interval. */
export interface Freshness {
  readonly lastPointMs: number;
  readonly intervalMs: number;
}

/** A read-only view of one database; each call sees the last commit. */
export interface HistoryReader extends TraceReader, LogReader {
  /** Counts the group commits since the database was made. */
  readonly revision: () => number;
  readonly series: () => readonly Series[];
  /**
   * Slices that start in [fromMs, toMs), ordered by start (then series). Durations mix 10 s, 1 min and 15 min; per series they
   * never overlap, so that any partition of time counts every event once.
   */
  readonly slices: (seriesIds: readonly number[], fromMs: number, toMs: number) => Slice[];
  /**
   * The same slices one by one, without holding them: coarser ones first, then by start or by series. Where the clock was set back, a
   * slice may lie inside a coarser one of its series. `visit` must not read from here.
   */
  readonly eachSlice: (
    seriesIds: readonly number[],
    fromMs: number,
    toMs: number,
    visit: (slice: Slice) => void,
  ) => void;
  /** Maximal covered ranges within [fromMs, toMs), ascending. */
  readonly presence: (signal: string, source: SeriesSource, fromMs: number, toMs: number) => PresenceRange[];
  /** Null before the first point of the signal. */
  readonly freshness: (signal: string, source: SeriesSource) => Freshness | null;
  readonly close: () => void;
}
