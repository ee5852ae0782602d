/** Writes log records: frames of compressed lines, with what a search needs to skip or to find them. */
import type { Database } from 'better-sqlite3';
import { byTime, compressLogs, type LogLine, logLine } from './log-codec.ts';
import type { LogEntry, LogOrigin } from './log-entry.ts';
import { stepLimits, within } from './step-limits.ts';
import { textTag, traceTag } from './tags.ts';

/** Owned by the one writer; every call runs inside a transaction that the caller opened. Made anew after a rollback. */
export interface LogStore {
  /** Kept until `flush`, or until a frame is full. */
  readonly append: (entry: LogEntry) => void;
  /** Stores what there is; readers see it with the commit. */
  readonly flush: () => void;
  /** Deletes frames whose last record is older than `ms` (Unix ms), at most `limit`; returns how many. */
  readonly dropBefore: (ms: number, limit: number) => number;
}

/** A frame is closed at this many records or characters. */
export const fullRecords = 4_096;
export const fullLength = 1_048_576;
/** Frames with less wait to be merged by `mergeSmallLogs`. */
export const smallRecords = 2_048;
export const smallLength = 524_288;

/** `db` is the write connection and has had `logMigrations`. */
export function createLogStore(db: Database): LogStore {
  const sql = statements(db);
  let open: OpenFrame | null = null;
  const flush = (): void => {
    if (open === null || open.lines.length === 0) return;
    writeFrame(sql, open);
    open = null;
  };
  const append = (entry: LogEntry): void => {
    open ??= newFrame(sql.nextSeq.get() ?? 1);
    addTo(open, entry);
    if (open.lines.length >= fullRecords || open.length >= fullLength) flush();
  };
  const dropBefore = (ms: number, limit: number): number => {
    const dropped = within(sql.ended.all(Math.floor(ms), limit), stepLimits.deleted, (frame) => frame.bytes);
    for (const { id, records, bytes } of dropped) {
      sql.deleteBody.run(id);
      sql.deleteTags.run(id);
      sql.deleteFrame.run(id);
      sql.addTotals.run(-1, -records, -bytes, 0);
    }
    return dropped.length;
  };
  return { append, flush, dropBefore };
}

/** The sorted tags as they are stored. */
export function tagsBlob(tags: ReadonlySet<number>): Buffer {
  return Buffer.from(Uint32Array.from(tags).sort().buffer);
}

interface OpenFrame {
  readonly origins: LogOrigin[];
  readonly places: Map<LogOrigin, number>;
  readonly lines: LogLine[];
  readonly tags: Set<number>;
  readonly domains: Set<string>;
  nextSeq: number;
  length: number;
  maxSeverity: number;
  /** Of the record before: neighbours often share them. */
  traceId: string | null;
  correlationId: string | null;
}

function newFrame(nextSeq: number): OpenFrame {
  return {
    origins: [],
    places: new Map(),
    lines: [],
    tags: new Set(),
    domains: new Set(),
    nextSeq,
    length: 0,
    maxSeverity: 0,
    traceId: null,
    correlationId: null,
  };
}

function addTo(frame: OpenFrame, entry: LogEntry): void {
  let place = frame.places.get(entry.origin);
  if (place === undefined) {
    place = frame.origins.push(entry.origin) - 1;
    frame.places.set(entry.origin, place);
  }
  const line = logLine(entry, place, frame.nextSeq);
  frame.nextSeq += 1;
  frame.lines.push(line);
  frame.length += line.text.length;
  frame.maxSeverity = Math.max(frame.maxSeverity, entry.severity);
  if (entry.domain !== null) frame.domains.add(entry.domain);
  addTags(frame, entry);
}

function addTags(frame: OpenFrame, { traceId, correlationId }: LogEntry): void {
  if (traceId !== null && traceId !== frame.traceId) {
    frame.traceId = traceId;
    frame.tags.add(traceTag(Buffer.from(traceId, 'hex'), 0));
  }
  if (correlationId !== null && correlationId !== frame.correlationId) {
    frame.correlationId = correlationId;
    const text = Buffer.from(correlationId);
    frame.tags.add(textTag(text, 0, text.length));
  }
}

function writeFrame(sql: Statements, frame: OpenFrame): void {
  const lines = frame.lines.sort(byTime);
  const { data, rawBytes } = compressLogs(frame.origins, lines);
  const tags = tagsBlob(frame.tags);
  const isSmall = lines.length < smallRecords && frame.length < smallLength;
  const { lastInsertRowid } = sql.insertFrame.run({
    minMs: Number((lines[0]?.timeNs ?? 0n) / 1_000_000n),
    maxMs: Number((lines.at(-1)?.timeNs ?? 0n) / 1_000_000n) + 1,
    records: lines.length,
    maxSeverity: frame.maxSeverity,
    small: isSmall ? 1 : 0,
    bytes: data.length + tags.length,
    rawBytes,
    domains: JSON.stringify([...frame.domains].sort()),
  });
  sql.insertBody.run(lastInsertRowid, data);
  sql.insertTags.run(lastInsertRowid, tags);
  sql.addTotals.run(1, lines.length, data.length + tags.length, lines.length);
}

function statements(db: Database) {
  return {
    nextSeq: db.prepare<[], number>('SELECT next_seq FROM log_totals').pluck(),
    insertFrame: db.prepare(
      `INSERT INTO log_frames (min_ms, max_ms, records, max_severity, small, bytes, raw_bytes, domains)
       VALUES (@minMs, @maxMs, @records, @maxSeverity, @small, @bytes, @rawBytes, @domains)`,
    ),
    insertBody: db.prepare('INSERT INTO log_bodies (frame, data) VALUES (?, ?)'),
    insertTags: db.prepare('INSERT INTO log_tags (frame, tags) VALUES (?, ?)'),
    addTotals: db.prepare(
      `UPDATE log_totals SET frames = frames + ?, records = records + ?, bytes = bytes + ?, next_seq = next_seq + ?
       WHERE one = 1`,
    ),
    ended: db.prepare<[number, number], { id: number; records: number; bytes: number }>(
      'SELECT id, records, bytes FROM log_frames WHERE max_ms < ? ORDER BY max_ms LIMIT ?',
    ),
    deleteBody: db.prepare('DELETE FROM log_bodies WHERE frame = ?'),
    deleteTags: db.prepare('DELETE FROM log_tags WHERE frame = ?'),
    deleteFrame: db.prepare('DELETE FROM log_frames WHERE id = ?'),
  };
}

type Statements = ReturnType<typeof statements>;
