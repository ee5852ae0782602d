/** Reads stored frames: their rows, what is in them; keeps the last ones decompressed. */
import type { Database } from 'better-sqlite3';
import { createByteCache } from './frame-cache.ts';
import { decompressFrame } from './frame-codec.ts';
import { type DomainOf, type OpenFrame, readFrame, type StoredFrame } from './frame-open.ts';
import type { DecodedSpan } from './span-decode.ts';
import { type UnreadableFrame, UnreadableFrames } from './unreadable-frames.ts';

/** A frame's row. It answers for the ids [id, id + ids); times are Unix ms; `domains` is a JSON array. */
export interface FrameRow {
  readonly id: number;
  readonly ids: number;
  readonly minStartMs: number;
  readonly maxEndMs: number;
  /** Of the longest span. */
  readonly maxDurationMs: number;
  readonly spans: number;
  readonly errors: number;
  readonly rawBytes: number;
  readonly domains: string;
  /** 1 when it holds only what ageing kept of others: traces of interest, no fair sample. */
  readonly kept: 0 | 1;
}

/** A place in the walk from the newest frame to the oldest: by end, then id, both descending. */
export interface WalkPosition {
  readonly endMs: number;
  readonly id: number;
}

export interface FrameReader {
  /** The frames that answer for these ids, each once, oldest id first; ids that were dropped are left out. */
  readonly rowsOf: (ids: readonly number[]) => readonly FrameRow[];
  /** At most `limit` rows at `from` and after it in the walk. */
  readonly rowsFrom: (from: WalkPosition, limit: number) => readonly FrameRow[];
  /** To be used before the next frame is read, not after. Null when the stored bytes are not what was written: then it is among `unreadable`. */
  readonly open: (row: FrameRow) => OpenFrame | null;
  /** The spans of a trace (16 bytes), whole; none of a frame that cannot be read. */
  readonly spansOf: (row: FrameRow, traceId: Buffer) => readonly DecodedSpan[];
  /** The spans in which these bytes stand anywhere, whole; none of a frame that cannot be read. */
  readonly spansHolding: (row: FrameRow, text: Buffer) => readonly DecodedSpan[];
  readonly unreadable: UnreadableFrames;
}

const columns = `id, id_count AS ids, min_start_ms AS minStartMs, max_end_ms AS maxEndMs, max_duration_ms AS maxDurationMs,
  span_count AS spans, error_count AS errors, raw_bytes AS rawBytes, domains, kept`;

/** `cacheBytes` bounds what is kept open, counted as twice the decompressed bytes. */
export function createFrameReader(db: Database, cacheBytes: number, domainOf: DomainOf | null): FrameReader {
  const rowSql = db.prepare<[number], FrameRow>(`SELECT ${columns} FROM frames WHERE id <= ? ORDER BY id DESC LIMIT 1`);
  const walkSql = db.prepare<[number, number, number], FrameRow>(
    `SELECT ${columns} FROM frames WHERE (max_end_ms, id) <= (?, ?) ORDER BY max_end_ms DESC, id DESC LIMIT ?`,
  );
  const bodySql = db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?');
  const cache = createByteCache<StoredFrame>(cacheBytes, ({ bytes }) => bytes.length * 2 + 1024, giveBack);
  const rowsOf = (ids: readonly number[]): readonly FrameRow[] => {
    const rows = new Map<number, FrameRow>();
    for (const id of ids) {
      const row = rowSql.get(id);
      if (row !== undefined && id < row.id + row.ids) rows.set(row.id, row);
    }
    return [...rows.values()];
  };
  const unreadable = new UnreadableFrames();
  const look = <Found>(row: FrameRow, find: (frame: StoredFrame) => Found): Found | null => {
    const key = `${row.id}/${row.ids}`;
    const make = (): StoredFrame => {
      const data = bodySql.get(row.id)?.data ?? Buffer.alloc(0);
      return readFrame(decompressFrame(data, row.rawBytes, row.id), domainOf);
    };
    return unreadable.guard(key, damagedFrame(row), () => find(cache.getOrMake(key, make)));
  };
  return {
    rowsOf,
    rowsFrom: (from, limit) => walkSql.all(from.endMs, from.id, limit),
    open: (row) => look(row, (frame) => frame.whole()),
    spansOf: (row, traceId) => look(row, (frame) => frame.spansOf(traceId)) ?? [],
    spansHolding: (row, text) => look(row, (frame) => frame.spansHolding(text)) ?? [],
    unreadable,
  };
}

function damagedFrame({ id, minStartMs, maxEndMs, spans }: FrameRow): UnreadableFrame {
  return { frame: id, fromMs: minStartMs, toMs: maxEndMs, spans };
}

/**
 * Frees the frame's memory now: a look-up decompresses up to a megabyte, and a collector of garbage that has to find out by itself
 * that it is gone stops everything for some ms once in seventy look-ups. Small ones share their memory with others.
 */
function giveBack({ bytes: { buffer } }: StoredFrame): void {
  if (buffer.byteLength > Buffer.poolSize && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
