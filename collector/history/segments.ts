/** Writes frames: spans as they came, concatenated and compressed, with what a search needs to skip or to find them. */
import type { Database } from 'better-sqlite3';
import { compressFrame } from './frame-codec.ts';
import { createIndexWriter, defaultIndexLimits, type IndexLimits } from './frame-index-writer.ts';
import type { FrameInput } from './frame-input.ts';

/** Owned by the one writer; every call runs inside a transaction that the caller opened. After a rollback it may be used on. */
export interface SegmentWriter {
  /** Stores one frame; findable by every reader as soon as the transaction is committed. */
  readonly append: (input: FrameInput) => void;
  /**
   * Deletes frames that ended before `ms` (Unix ms), at most `limit` (default 128) so that the commit stays short; returns how
   * many. Call again while it is not 0.
   */
  readonly dropBefore: (ms: number, limit?: number) => number;
  /** Deletes these frames; a bounded number, so that the commit stays short. */
  readonly drop: (frames: readonly { readonly id: number; readonly spans: number; readonly bytes: number }[]) => void;
  /** One bounded step of index upkeep for idle times (`append` does one by itself); false when nothing is due. */
  readonly settle: () => boolean;
}

/** Frames with fewer spans than this wait to be merged by `mergeSmallFrames`. */
export const smallFrameSpans = 512;

/** `db` is the write connection and has had `traceMigrations`. */
export function createSegmentWriter(db: Database, limits: IndexLimits = defaultIndexLimits): SegmentWriter {
  const index = createIndexWriter(db, limits);
  const sql = statements(db);
  const append = (input: FrameInput): void => {
    const { data, rawBytes } = compressFrame(input.bodies);
    const { lastInsertRowid } = sql.insertFrame.run(
      input.minStartMs,
      input.maxEndMs,
      input.maxDurationMs,
      input.spanCount,
      input.errorCount,
      input.synthetic ? 1 : 0,
      input.spanCount < smallFrameSpans ? 1 : 0,
      data.length,
      rawBytes,
      JSON.stringify([...input.domains].sort()),
    );
    sql.insertBody.run(lastInsertRowid, data);
    sql.addTotals.run(1, input.spanCount, data.length);
    index.add(Number(lastInsertRowid), input.keys);
    index.step();
  };
  const drop: SegmentWriter['drop'] = (frames) => {
    for (const frame of frames) {
      sql.deleteBody.run(frame.id);
      sql.deleteFrame.run(frame.id);
      sql.addTotals.run(-1, -frame.spans, -frame.bytes);
    }
    index.dropRunsBelow(sql.firstFrame.get()?.id ?? Number.MAX_SAFE_INTEGER);
  };
  const dropBefore = (ms: number, limit = 128): number => {
    const ended = sql.ended.all(ms, limit);
    drop(ended);
    return ended.length;
  };
  return { append, drop, dropBefore, settle: index.step };
}

function statements(db: Database) {
  return {
    insertFrame: db.prepare(
      `INSERT INTO frames (min_start_ms, max_end_ms, max_duration_ms, span_count, error_count, synthetic, small, bytes, raw_bytes, domains)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertBody: db.prepare('INSERT INTO frame_bodies (frame, data) VALUES (?, ?)'),
    addTotals: db.prepare(
      'UPDATE frame_totals SET frames = frames + ?, spans = spans + ?, bytes = bytes + ? WHERE one = 1',
    ),
    ended: db.prepare<[number, number], { id: number; spans: number; bytes: number }>(
      'SELECT id, span_count AS spans, bytes FROM frames WHERE max_end_ms < ? ORDER BY max_end_ms LIMIT ?',
    ),
    deleteBody: db.prepare('DELETE FROM frame_bodies WHERE frame = ?'),
    deleteFrame: db.prepare('DELETE FROM frames WHERE id = ?'),
    firstFrame: db.prepare<[], { id: number | null }>('SELECT min(id) AS id FROM frames'),
  };
}
