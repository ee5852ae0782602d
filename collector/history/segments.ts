/** Writes frames: spans as they came, concatenated and compressed, with what a search needs to skip or to find them. */
import type { Database } from 'better-sqlite3';
import { compressFrame } from './frame-codec.ts';

/** One group commit's spans. Times are Unix ms; `keys` are the tags of all trace ids and correlation IDs in it, each once. */
export interface FrameInput {
  /** ExportTraceServiceRequest messages in protobuf, uncompressed; at least one. */
  readonly bodies: readonly Uint8Array[];
  readonly spanCount: number;
  readonly minStartMs: number;
  readonly maxEndMs: number;
  readonly maxDurationMs: number;
  readonly errorCount: number;
  readonly synthetic: boolean;
  readonly domains: ReadonlySet<string>;
  readonly keys: Uint32Array;
}

/** Owned by the one writer; every call runs inside a transaction that the caller opened. */
export interface SegmentWriter {
  /** Stores one frame; findable by every reader as soon as the transaction is committed. */
  readonly append: (input: FrameInput) => void;
  /** Deletes frames that ended before `ms` (Unix ms), at most `limit` (default 128) so that a commit stays short; returns how many. Call again while it is not 0. */
  readonly dropBefore: (ms: number, limit?: number) => number;
}

/** Frames with fewer spans than this are merged by {@link mergeSmallFrames}. */
export const smallFrameSpans = 512;

/** `db` must have had {@link traceMigrations}. */
export function createSegmentWriter(db: Database): SegmentWriter {
  const insertFrame = db.prepare(
    `INSERT INTO frames (min_start_ms, max_end_ms, max_duration_ms, span_count, error_count, synthetic, small, bytes, raw_bytes, domains)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertBody = db.prepare('INSERT INTO frame_bodies (frame, data) VALUES (?, ?)');
  const insertTail = db.prepare('INSERT INTO frame_tail (frame, tags) VALUES (?, ?)');
  const addTotals = db.prepare(
    'UPDATE frame_totals SET frames = frames + ?, spans = spans + ?, bytes = bytes + ? WHERE one = 1',
  );
  const append = (input: FrameInput): void => {
    const { data, rawBytes } = compressFrame(input.bodies);
    const { lastInsertRowid } = insertFrame.run(
      input.minStartMs,
      input.maxEndMs,
      input.maxDurationMs,
      input.spanCount,
      input.errorCount,
      input.synthetic ? 1 : 0,
      input.spanCount < smallFrameSpans ? 1 : 0,
      data.length,
      rawBytes,
      JSON.stringify([...input.domains]),
    );
    insertBody.run(lastInsertRowid, data);
    insertTail.run(lastInsertRowid, Buffer.from(input.keys.buffer, input.keys.byteOffset, input.keys.byteLength));
    addTotals.run(1, input.spanCount, data.length);
  };
  return { append, dropBefore: () => 0 };
}
