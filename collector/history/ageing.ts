/** Ends the life of stored spans by age and by size: the oldest ordinary ones first, errors, slowest and exemplars long after. */
import type { Database } from 'better-sqlite3';
import { hourMs } from '../../src/kernel/duration.ts';
import { type AgedFrame, addKept, emptyBatch, isClosed } from './ageing-batch.ts';
import { decompressFrame } from './frame-codec.ts';
import { type AgeingFrame, TraceKeeper } from './frame-keep.ts';
import { keptTracesOf } from './kept-traces.ts';
import type { SegmentWriter } from './segments.ts';
import { groupByTrace } from './span-facts.ts';
import { findSpans } from './span-ranges.ts';
import { stepLimits, within } from './step-limits.ts';

/** `maxBytes` null = no limit by size. */
export interface AgeingLimits {
  readonly spansMs: number;
  readonly maxBytes: number | null;
}

/** What is neither spans nor log records (slices above all, and the index), beside the limit for everything. */
export interface Crowding {
  readonly usedBytes: number;
  readonly maxBytes: number;
}

/** In spans; all zero for a step that only looked. */
export interface AgeingResult {
  readonly expiredSpans: number;
  readonly evictedSpans: number;
  readonly keptSpans: number;
}

/** What was kept lives so many times as long as the rest. */
const keptLives = 4;
/** Of `maxBytes`: where ordinary spans begin to go, where they go without being looked at, what kept ones may take. */
const fullShare = 0.95;
const crowdedShare = 0.98;
const keptShare = 0.25;
/** Frames dropped in a step when there is no time to look at them, and kept frames dropped in a step. */
const framesPerDrop = 128;
const keptPerDrop = 32;
const logFramesPerEviction = 4;
/** Frames beyond the one in turn that are looked at before it: the parts of a trace arrive within seconds. */
const lookAhead = 2;

const nothing: AgeingResult = { expiredSpans: 0, evictedSpans: 0, keptSpans: 0 };

/** `db` is the write connection; made anew after a rollback. */
export class Ageing {
  readonly #db: Database;
  readonly #segments: SegmentWriter;
  readonly #limits: AgeingLimits;
  readonly #sql: Statements;
  readonly #keeper = new TraceKeeper();
  readonly #opened = new Map<number, AgeingFrame | null>();
  #batch = emptyBatch();

  constructor(db: Database, segments: SegmentWriter, limits: AgeingLimits) {
    this.#db = db;
    this.#segments = segments;
    this.#limits = limits;
    this.#sql = statements(db);
  }

  /** One bounded step inside the caller's transaction; null when nothing is due. `nowMs` is the time housekeeping trusts. */
  step(nowMs: number): AgeingResult | null {
    const { maxBytes, spansMs } = this.#limits;
    const usage = maxBytes === null ? 0 : usedBytes(this.#db);
    const isFull = maxBytes !== null && usage > maxBytes * fullShare;
    const isCrowded = maxBytes !== null && usage > maxBytes * crowdedShare;
    const dueMs = nowMs - spansMs;
    const dropped = this.#dropKept(isFull, dueMs);
    if (dropped !== null) return dropped;
    const last = this.#batch.sources.at(-1);
    const rows = this.#sql.ordinary.all(last?.endMs ?? 0, last?.endMs ?? 0, last?.id ?? 0, lookAhead + 1);
    const [row] = rows;
    const isDue = row !== undefined && (isFull || row.endMs < dueMs);
    if (isClosed(this.#batch, isDue, isFull, dueMs)) return this.#closeBatch(isFull);
    const isLate = row !== undefined && row.endMs < dueMs - Math.max(hourMs, spansMs / 10);
    if (isCrowded) return this.#dropUnseen(Number.MAX_VALUE, usage - maxBytes * fullShare);
    if (isLate) return this.#dropUnseen(dueMs, null);
    if (!isDue) return null;
    for (const each of rows) this.#look(each);
    this.#take(row);
    return nothing;
  }

  /** Log records that end before `beforeMs` (Unix ms) go with the spans of their time, at most `limit` frames of them in a step. */
  logsDue(nowMs: number): { readonly beforeMs: number; readonly limit: number } {
    const { maxBytes, spansMs } = this.#limits;
    const isFull = maxBytes !== null && usedBytes(this.#db) > maxBytes * fullShare;
    if (!isFull) return { beforeMs: nowMs - spansMs, limit: framesPerDrop };
    const firstSpanMs = this.#sql.ordinary.get(0, 0, 0, 1)?.endMs ?? Number.MAX_VALUE;
    return { beforeMs: Math.max(nowMs - spansMs, firstSpanMs), limit: logFramesPerEviction };
  }

  /**
   * Why dropping spans and logs makes no room any more: the rest alone reaches the limit; null while it does not. Nothing of the rest is
   * dropped for room: an objective's history is worth more than a trace, and how long it is kept is said in days.
   */
  crowding(): Crowding | null {
    const { maxBytes } = this.#limits;
    if (maxBytes === null) return null;
    const usedByOthers = usedBytes(this.#db) - (this.#sql.droppableBytes.get() ?? 0);
    return usedByOthers > maxBytes * fullShare ? { usedBytes: usedByOthers, maxBytes } : null;
  }

  #look(row: AgedFrame): void {
    if (this.#opened.has(row.id)) return;
    const frame = openFrame(this.#sql.body.get(row.id)?.data, row);
    this.#opened.set(row.id, frame);
    if (frame !== null) this.#keeper.look(frame, this.#sql.isKept);
  }

  #take(row: AgedFrame): void {
    const frame = this.#opened.get(row.id) ?? null;
    this.#opened.delete(row.id);
    this.#batch.sources.push(row);
    if (frame === null || row.synthetic === 1) return;
    const kept = this.#keeper.choose(frame);
    if (kept.length > 0) addKept(this.#batch, row, frame, kept);
  }

  #closeBatch(isEviction: boolean): AgeingResult {
    const closing = this.#batch;
    this.#forget();
    // A frame that was merged or dropped meanwhile is looked at again.
    if (closing.sources.some(({ id, ids }) => this.#sql.unchanged.get(id, ids) === undefined)) return nothing;
    if (closing.spans > 0) {
      const { spans: spanCount, errors: errorCount } = closing;
      this.#segments.append({
        ...closing,
        ...{ spanCount, errorCount, synthetic: false, keys: Uint32Array.from(closing.tags) },
      });
      this.#sql.markKept.run();
    }
    this.#segments.drop(closing.sources);
    return ended(sumOfSpans(closing.sources) - closing.spans, isEviction, closing.spans);
  }

  /** More is due than there is time to look at: the oldest go, until `neededBytes` are free where that is why. */
  #dropUnseen(beforeMs: number, neededBytes: number | null): AgeingResult | null {
    this.#forget();
    const frames: AgedFrame[] = [];
    let bytes = 0;
    const oldest = this.#sql.ordinaryBefore.all(beforeMs, framesPerDrop);
    for (const frame of within(oldest, stepLimits.deleted, (each) => each.bytes)) {
      if (neededBytes !== null && bytes >= neededBytes) break;
      frames.push(frame);
      bytes += frame.bytes;
    }
    if (frames.length === 0) return null;
    this.#segments.drop(frames);
    return ended(sumOfSpans(frames), neededBytes !== null);
  }

  #dropKept(isFull: boolean, dueMs: number): AgeingResult | null {
    const { maxBytes, spansMs } = this.#limits;
    const isTooMuch = maxBytes !== null && (this.#sql.keptBytes.get() ?? 0) > maxBytes * keptShare;
    const isLast = isFull && this.#sql.anyOrdinary.get() === undefined;
    const isEviction = isTooMuch || isLast;
    const before = isEviction ? Number.MAX_VALUE : dueMs - (keptLives - 1) * spansMs;
    const oldest = this.#sql.keptBefore.all(before, isTooMuch ? 1 : keptPerDrop);
    const frames = within(oldest, stepLimits.deleted, (frame) => frame.bytes);
    if (frames.length === 0) return null;
    this.#segments.drop(frames);
    return ended(sumOfSpans(frames), isEviction);
  }

  #forget(): void {
    this.#batch = emptyBatch();
    this.#opened.clear();
  }
}

function ended(spans: number, isEviction: boolean, keptSpans = 0): AgeingResult {
  return { expiredSpans: isEviction ? 0 : spans, evictedSpans: isEviction ? spans : 0, keptSpans };
}

/** Null when it does not open any more: it ends like any other. */
function openFrame(data: Buffer | undefined, row: AgedFrame): AgeingFrame | null {
  try {
    const bytes = decompressFrame(data ?? Buffer.alloc(0), row.rawBytes, row.id);
    const ranges = findSpans(bytes);
    return { bytes, ranges, traces: groupByTrace(bytes, ranges) };
  } catch {
    return null;
  }
}

function sumOfSpans(frames: readonly { readonly spans: number }[]): number {
  return frames.reduce((sum, frame) => sum + frame.spans, 0);
}

/** Pages in use; those that were freed are used again before the file grows. */
function usedBytes(db: Database): number {
  const read = (pragma: string): number => Number(db.pragma(pragma, { simple: true }));
  return (read('page_count') - read('freelist_count')) * read('page_size');
}

function statements(db: Database) {
  const columns = `id, id_count AS ids, max_end_ms AS endMs, span_count AS spans, bytes, raw_bytes AS rawBytes, synthetic, domains`;
  return {
    ordinary: db.prepare<[number, number, number, number], AgedFrame>(
      `SELECT ${columns} FROM frames WHERE kept = 0 AND max_end_ms >= ? AND (max_end_ms, id) > (?, ?) ORDER BY max_end_ms, id LIMIT ?`,
    ),
    ordinaryBefore: db.prepare<[number, number], AgedFrame>(
      `SELECT ${columns} FROM frames WHERE kept = 0 AND max_end_ms < ? ORDER BY max_end_ms LIMIT ?`,
    ),
    anyOrdinary: db.prepare('SELECT 1 FROM frames WHERE kept = 0 LIMIT 1'),
    keptBefore: db.prepare<[number, number], AgedFrame>(
      `SELECT ${columns} FROM frames WHERE kept = 1 AND max_end_ms < ? ORDER BY max_end_ms LIMIT ?`,
    ),
    keptBytes: db.prepare<[], number>('SELECT coalesce(sum(bytes), 0) FROM frames WHERE kept = 1').pluck(),
    droppableBytes: db
      .prepare<[], number>('SELECT (SELECT sum(bytes) FROM frame_totals) + (SELECT sum(bytes) FROM log_totals)')
      .pluck(),
    body: db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?'),
    unchanged: db.prepare<[number, number], unknown>('SELECT 1 FROM frames WHERE id = ? AND id_count = ?'),
    markKept: db.prepare('UPDATE frames SET kept = 1, small = 0 WHERE id = (SELECT max(id) FROM frames)'),
    isKept: keptTracesOf(db),
  };
}

type Statements = ReturnType<typeof statements>;
