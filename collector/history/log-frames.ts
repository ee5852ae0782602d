/** Opens stored log frames for reading; keeps the last ones open. */
import type { Database } from 'better-sqlite3';
import { AppError } from '../../src/kernel/errors.ts';
import { createByteCache } from './frame-cache.ts';
import { decompressLogs, keyOfLine, readLine, type StoredLog } from './log-codec.ts';
import type { LogKey } from './log-cursor.ts';

/** A frame's row; all records are in [minMs, maxMs] (Unix ms); `domains` is a JSON array. */
export interface LogRow {
  readonly id: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly records: number;
  readonly maxSeverity: number;
  readonly rawBytes: number;
  readonly domains: string;
}

/** A decompressed frame. */
export interface OpenLogs {
  readonly rawBytes: number;
  /** False when no line has these characters; `parts` as they are stored, `lowered` in lower case. Much faster than line by line. */
  readonly mayHold: (parts: readonly string[], lowered: string) => boolean;
  /** As they are stored, oldest first. */
  readonly lines: () => readonly string[];
  /** The same in lower case; made once. */
  readonly lowered: () => readonly string[];
  /** What orders the line; throws as `read` does. */
  readonly key: (line: number) => LogKey;
  /** @throws DATABASE_CORRUPT when the line is not what was written */
  readonly read: (line: number) => StoredLog;
}

export interface LogFrames {
  /** At most `limit` rows with a record in [fromMs, toMs], from the one that ends last; `after` is the last row of the batch before. */
  readonly rows: (fromMs: number, toMs: number, after: LogRow | null, limit: number) => readonly LogRow[];
  readonly hasTag: (row: LogRow, tag: number) => boolean;
  /** @throws DATABASE_CORRUPT when the stored bytes are not what was written */
  readonly open: (row: LogRow) => OpenLogs;
}

const columns = `id, min_ms AS minMs, max_ms AS maxMs, records, max_severity AS maxSeverity, raw_bytes AS rawBytes, domains`;

/** `cacheBytes` bounds what is kept open, counted as three times the decompressed bytes. */
export function createLogFrames(db: Database, cacheBytes: number): LogFrames {
  const rowsSql = db.prepare<[number, number, number, number, number], LogRow>(
    `SELECT ${columns} FROM log_frames
     WHERE (max_ms, id) < (?, ?) AND max_ms >= ? AND min_ms <= ? ORDER BY max_ms DESC, id DESC LIMIT ?`,
  );
  const bodySql = db.prepare<[number], { data: Buffer }>('SELECT data FROM log_bodies WHERE frame = ?');
  const tagsSql = db.prepare<[number], { tags: Buffer }>('SELECT tags FROM log_tags WHERE frame = ?');
  const cache = createByteCache<OpenLogs>(cacheBytes, (frame) => frame.rawBytes * 3 + 1024);
  return {
    rows: (fromMs, toMs, after, limit) =>
      rowsSql.all(after?.maxMs ?? Number.MAX_SAFE_INTEGER, after?.id ?? 0, Math.floor(fromMs), Math.ceil(toMs), limit),
    hasTag: (row, tag) => holdsTag(tagsSql.get(row.id)?.tags ?? Buffer.alloc(0), tag),
    open: (row) =>
      cache.getOrMake(`${row.id}/${row.records}`, () =>
        openLogs(bodySql.get(row.id)?.data ?? Buffer.alloc(0), row.rawBytes, row.id),
      ),
  };
}

/** What `look` finds in the opened frame; null when its stored bytes are not what was written, wherever in it that shows. */
export function lookInto<Found>(frames: LogFrames, row: LogRow, look: (frame: OpenLogs) => Found): Found | null {
  try {
    return look(frames.open(row));
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATABASE_CORRUPT') return null;
    throw error;
  }
}

function openLogs(data: Buffer, rawBytes: number, id: number): OpenLogs {
  const { origins, text } = decompressLogs(data, rawBytes, id);
  let made: readonly string[] | undefined;
  let lowered: readonly string[] | undefined;
  const lines = (): readonly string[] => {
    made ??= text.split('\n');
    return made;
  };
  return {
    rawBytes,
    mayHold: (parts, wanted) =>
      parts.every((part) => text.includes(part)) && (wanted === '' || text.toLowerCase().includes(wanted)),
    lines,
    lowered: () => {
      lowered ??= lines().map((line) => line.toLowerCase());
      return lowered;
    },
    key: (line) => keyOfLine(lines()[line] ?? '', id),
    read: (line) => readLine(lines()[line] ?? '', origins, id),
  };
}

/** Binary search in ascending u32, little-endian. */
function holdsTag(tags: Buffer, tag: number): boolean {
  let low = 0;
  let high = tags.length >>> 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = tags.readUInt32LE(middle * 4);
    if (found === tag) return true;
    if (found < tag) low = middle + 1;
    else high = middle;
  }
  return false;
}
