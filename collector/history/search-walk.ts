/** Walks frames from the newest to the oldest and gives traces in exact order of their start, a bounded amount of work at a time. */
import type { TraceSummary } from '../../src/contract/index.ts';
import type { FrameReader, FrameRow, WalkPosition } from './frame-reader.ts';
import type { TraceQuery } from './reader.ts';
import { isBefore, type ResultKey, type SearchCursor } from './search-cursor.ts';
import { frameMayMatch, openFrameMayMatch, partMayMatch, traceMatches } from './search-match.ts';
import type { DecodedSpan } from './span-decode.ts';
import { type Summarized, summarizeTrace } from './trace-assemble.ts';
import type { TraceFinder } from './trace-find.ts';

/** How much one call may do before it answers with a cursor; 100,000 spans are about 0.15 s. `isOverdue` is asked before each frame. */
export interface SearchLimits {
  readonly rows: number;
  readonly frames: number;
  readonly spans: number;
  readonly isOverdue?: () => boolean;
}

export const defaultSearchLimits: SearchLimits = { rows: 20_000, frames: 2_000, spans: 100_000 };

/** `next` is null when there is nothing left. */
export interface SearchPage {
  readonly traces: readonly TraceSummary[];
  readonly next: SearchCursor | null;
}

/** Looking one trace up costs about as much as passing over this many spans. */
const lookupSpans = 50;
/** A frame that is ruled out as a whole costs about as much as passing over one in so many of its spans. */
const ruledOutShare = 4;
const rowsAtOnce = 256;
/** What a cursor may carry: 100 are about 7 kB. */
const mostWaiting = 100;

/** A trace seen in a frame (null: in one before the cursor). Until `exact` is known, `startMs` is the earliest start seen, so the real one is not later. */
interface Candidate {
  readonly traceId: string;
  readonly foundAt: WalkPosition | null;
  startMs: number;
  exact: Summarized | null;
}

/**
 * Why the order is exact: the earliest span of a trace is in a frame that ends no earlier than the trace starts, and so is the span
 * that matches. Once every frame that ends at or after T was seen, no unseen trace starts after T.
 */
export class SearchWalk {
  readonly #frames: FrameReader;
  readonly #finder: TraceFinder;
  readonly #query: TraceQuery;
  readonly #after: ResultKey | null;
  readonly #candidates = new Map<string, Candidate>();
  readonly #settled = new Set<string>();
  readonly #found: Candidate[] = [];
  #rows: readonly FrameRow[] = [];
  #row = 0;
  readonly #left: { rows: number; frames: number; spans: number };
  readonly #isOverdue: () => boolean;
  #next: WalkPosition;

  constructor(
    frames: FrameReader,
    finder: TraceFinder,
    options: { readonly query: TraceQuery; readonly cursor: SearchCursor; readonly limits: SearchLimits },
  ) {
    this.#frames = frames;
    this.#finder = finder;
    this.#query = options.query;
    this.#after = options.cursor.after;
    const { rows, frames: most, spans, isOverdue } = options.limits;
    this.#left = { rows, frames: most, spans };
    this.#isOverdue = isOverdue ?? (() => false);
    this.#next = options.cursor.from ?? { endMs: Number.MAX_VALUE, id: Number.MAX_SAFE_INTEGER };
    for (const { traceId, startMs } of options.cursor.waiting) {
      this.#candidates.set(traceId, { traceId, foundAt: null, startMs, exact: null });
    }
  }

  /** At most `limit` traces, and where to go on; null when there is nothing left. */
  run(limit: number): SearchPage {
    const start = this.#next;
    for (;;) {
      const row = this.#nextRow();
      const isAtEnd = row === null && this.#left.rows > 0;
      this.#settleAbove(isAtEnd ? Number.NEGATIVE_INFINITY : (row?.maxEndMs ?? this.#next.endMs) + 1, limit + 1);
      if (this.#found.length > limit) return this.#page(limit, this.#cursorWhenFull(limit));
      if (isAtEnd && (this.#candidates.size === 0 || !this.#isSpent())) return this.#page(limit, null);
      if (row === null || this.#isSpent()) return this.#page(limit, this.#cursorWhenSpent(start));
      this.#openFrame(row);
    }
  }

  /** The next row that may match, or null at the end of the walk or of the allowance. */
  #nextRow(): FrameRow | null {
    for (;;) {
      if (this.#row >= this.#rows.length) {
        this.#rows = this.#left.rows > 0 ? this.#frames.rowsFrom(this.#next, rowsAtOnce) : [];
        this.#row = 0;
      }
      const row = this.#rows[this.#row];
      if (row === undefined || (this.#query.fromMs !== undefined && row.maxEndMs + 1 < this.#query.fromMs)) return null;
      if (frameMayMatch(row, this.#query)) return row;
      this.#pass(row);
    }
  }

  #pass(row: FrameRow): void {
    this.#row += 1;
    this.#left.rows -= 1;
    this.#next = { endMs: row.maxEndMs, id: row.id - 1 };
  }

  #isSpent(): boolean {
    return this.#left.rows <= 0 || this.#left.frames <= 0 || this.#left.spans <= 0 || this.#isOverdue();
  }

  #openFrame(row: FrameRow): void {
    const foundAt = { endMs: row.maxEndMs, id: row.id };
    const frame = this.#frames.open(row);
    this.#left.frames -= 1;
    if (frame === null || !openFrameMayMatch(frame, this.#query)) {
      this.#left.spans -= row.spans / ruledOutShare;
      this.#pass(row);
      return;
    }
    this.#left.spans -= row.spans;
    for (const part of frame.traces().values()) {
      const known = this.#candidates.get(part.traceId);
      if (known !== undefined) known.startMs = Math.min(known.startMs, known.exact?.startMs ?? part.startMs);
      else if (!this.#settled.has(part.traceId) && partMayMatch(frame, part, this.#query)) {
        this.#candidates.set(part.traceId, { traceId: part.traceId, foundAt, startMs: part.startMs, exact: null });
      }
    }
    this.#pass(row);
  }

  /** Gives every candidate that starts after `boundaryMs`, until `limit` are found or the allowance is spent. */
  #settleAbove(boundaryMs: number, limit: number): void {
    while (this.#found.length < limit) {
      const first = this.#first();
      if (first === null || first.startMs <= boundaryMs) return;
      if (first.exact === null) {
        if (this.#left.spans <= 0 || this.#isOverdue()) return;
        this.#examine(first);
      } else {
        this.#forget(first);
        this.#found.push(first);
      }
    }
  }

  #first(): Candidate | null {
    let first: Candidate | null = null;
    for (const candidate of this.#candidates.values()) {
      if (first === null || isBefore(candidate, first)) first = candidate;
    }
    return first;
  }

  #examine(candidate: Candidate): void {
    const spans = this.#finder.spansOf(candidate.traceId);
    this.#left.spans -= lookupSpans + spans.length;
    const exact = spans.length === 0 ? null : summarizeTrace(spans);
    if (exact === null || !this.#isWanted(candidate, spans, exact)) {
      this.#forget(candidate);
      return;
    }
    candidate.startMs = exact.startMs;
    candidate.exact = exact;
  }

  #isWanted({ traceId }: Candidate, spans: readonly DecodedSpan[], exact: Summarized): boolean {
    const isNew = this.#after === null || isBefore(this.#after, { startMs: exact.startMs, traceId });
    return isNew && traceMatches(spans, exact, this.#query);
  }

  #forget(candidate: Candidate): void {
    this.#candidates.delete(candidate.traceId);
    this.#settled.add(candidate.traceId);
  }

  /** The traces that are known but not given yet will be seen again from their frame on. */
  #cursorWhenFull(limit: number): SearchCursor {
    const rest = [...this.#found.slice(limit), ...this.#candidates.values()];
    return { after: this.#lastKey(limit), from: this.#earliest(rest), waiting: rest.filter(isCarried) };
  }

  /** Carries what waits for its turn, so that the walk gets on; should too many wait from the very first frame, the last of them are given up. */
  #cursorWhenSpent(start: WalkPosition): SearchCursor {
    const rest = [...this.#candidates.values()];
    const from = this.#earliest(rest.slice(mostWaiting));
    const isStuck = this.#found.length === 0 && from.endMs === start.endMs && from.id === start.id;
    return {
      after: this.#lastKey(this.#found.length),
      from: isStuck ? this.#next : from,
      waiting: rest.slice(0, mostWaiting),
    };
  }

  #earliest(rest: readonly Candidate[]): WalkPosition {
    let first = this.#next;
    for (const { foundAt } of rest) {
      if (foundAt === null) continue;
      if (foundAt.endMs > first.endMs || (foundAt.endMs === first.endMs && foundAt.id > first.id)) first = foundAt;
    }
    return first;
  }

  #lastKey(limit: number): ResultKey | null {
    const last = this.#found[limit - 1];
    return last === undefined ? this.#after : { startMs: last.startMs, traceId: last.traceId };
  }

  #page(limit: number, next: SearchCursor | null): SearchPage {
    const traces = this.#found.slice(0, limit).flatMap(({ exact }) => (exact === null ? [] : [exact.summary]));
    return { traces, next };
  }
}

function isCarried(candidate: Candidate): boolean {
  return candidate.foundAt === null;
}
