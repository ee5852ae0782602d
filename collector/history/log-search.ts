/** Walks log frames from the newest to the oldest and gives records in exact order of their time, a bounded amount of work at a time. */
import type { StoredLog } from './log-codec.ts';
import { decodeLogCursor, encodeLogCursor, type LogKey, newestFirst } from './log-cursor.ts';
import { type LogFrames, type LogRow, lookInto, type OpenLogs } from './log-frames.ts';
import { createLogMatcher, type LogMatcher } from './log-match.ts';
import type { LogPage, LogQuery } from './reader.ts';

/** How much one call may do before it answers with a cursor; 48 MiB of records are about 0.2 s. */
export interface LogSearchLimits {
  readonly rows: number;
  readonly rawBytes: number;
}

export const defaultLogLimits: LogSearchLimits = { rows: 20_000, rawBytes: 50_331_648 };

const defaultPage = 100;
const largestPage = 500;
const rowsAtOnce = 256;

/** One page; frames that can not be read back are left out and counted. @throws INVALID_REQUEST for a foreign cursor */
export function searchLogs(frames: LogFrames, query: LogQuery, limits: LogSearchLimits): LogPage {
  const limit = Math.min(Math.max(1, query.limit ?? defaultPage), largestPage);
  const after = query.cursor === undefined ? null : decodeLogCursor(query.cursor);
  const walk = new LogWalk(frames, createLogMatcher(query), limit, after);
  const toMs = Math.min(
    query.toMs ?? Number.MAX_SAFE_INTEGER,
    after === null ? Number.MAX_SAFE_INTEGER : msOf(after.timeNs),
  );
  let left = { ...limits };
  let row: LogRow | null = null;
  for (;;) {
    const rows: readonly LogRow[] = frames.rows(query.fromMs ?? 0, toMs, row, rowsAtOnce);
    for (row of rows) {
      if (walk.isFullAbove(row)) return walk.pageWhenFull();
      if ((left.rows <= 0 || left.rawBytes <= 0) && walk.isPast(row)) return walk.pageWhenSpent(row);
      left = { rows: left.rows - 1, rawBytes: left.rawBytes - walk.look(row) };
    }
    if (rows.length < rowsAtOnce) return walk.pageWhenFull();
  }
}

/**
 * Why the order is exact: a record is no later than its frame's end, so once the frames that end at or after T were looked into, no
 * unseen record is later than T.
 */
class LogWalk {
  readonly #frames: LogFrames;
  readonly #matcher: LogMatcher;
  readonly #limit: number;
  readonly #after: LogKey | null;
  /** Newest first after `#keep`; one more than the page holds, to know whether there are more. */
  #found: StoredLog[] = [];
  #unreadable = 0;

  constructor(frames: LogFrames, matcher: LogMatcher, limit: number, after: LogKey | null) {
    this.#frames = frames;
    this.#matcher = matcher;
    this.#limit = limit;
    this.#after = after;
  }

  /** True when no record of this frame or of one after it belongs on the page. */
  isFullAbove(row: LogRow): boolean {
    const last = this.#found[this.#limit];
    return last !== undefined && last.timeNs > endOf(row);
  }

  /** True when stopping before this frame is progress: it ends before the page began. */
  isPast(row: LogRow): boolean {
    return this.#after === null || endOf(row) < this.#after.timeNs;
  }

  /** Looks into one frame; returns how many bytes were read for it. */
  look(row: LogRow): number {
    if (!this.#matcher.frameMayMatch(row)) return 0;
    if (!this.#matcher.tags.every((tag) => this.#frames.hasTag(row, tag))) return row.records;
    const logs = lookInto(this.#frames, row, (frame) => this.#newestOf(frame));
    if (logs === null) this.#unreadable += row.records;
    else this.#keep(logs);
    return row.rawBytes;
  }

  pageWhenFull(): LogPage {
    return this.#page(
      this.#found.slice(0, this.#limit),
      this.#found[this.#limit - 1],
      this.#found.length > this.#limit,
    );
  }

  /** What is certain; the search goes on where the next frame ends. */
  pageWhenSpent(next: LogRow): LogPage {
    const certain = this.#found.filter((log) => log.timeNs > endOf(next)).slice(0, this.#limit);
    if (certain.length === this.#limit) return this.#page(certain, certain.at(-1), true);
    return this.#page(certain, { timeNs: endOf(next), seq: Number.MAX_SAFE_INTEGER }, true);
  }

  #page(logs: readonly StoredLog[], last: LogKey | undefined, hasMore: boolean): LogPage {
    return {
      logs: logs.map(({ record }) => record),
      nextCursor: hasMore && last !== undefined ? encodeLogCursor(last) : null,
      ...(this.#unreadable === 0 ? {} : { unreadableRecords: this.#unreadable }),
    };
  }

  /** From the newest line; more than a page of one frame is never needed. */
  #newestOf(frame: OpenLogs): readonly StoredLog[] {
    const logs: StoredLog[] = [];
    if (!this.#matcher.openFrameMayMatch(frame)) return logs;
    for (let line = frame.lines().length - 1; line >= 0 && logs.length <= this.#limit; line -= 1) {
      if (this.#after !== null && newestFirst(frame.key(line), this.#after) <= 0) continue;
      if (!this.#matcher.lineMayMatch(frame, line)) continue;
      const log = frame.read(line);
      if (this.#matcher.matches(log)) logs.push(log);
    }
    return logs;
  }

  #keep(logs: readonly StoredLog[]): void {
    if (logs.length === 0) return;
    this.#found = [...this.#found, ...logs].sort(newestFirst).slice(0, this.#limit + 1);
  }
}

/** No record of the frame is later. */
function endOf(row: LogRow): bigint {
  return BigInt(row.maxMs) * 1_000_000n;
}

function msOf(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n) + 1;
}
