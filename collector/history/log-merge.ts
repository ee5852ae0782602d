/** Rewrites the small log frames of quiet times into larger ones, which compress several times better. Every record stays. */
import type { Database } from 'better-sqlite3';
import { hourMs } from '../../src/kernel/duration.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { byTime, compressLogs, decompressLogs, type LogLine, originOf, withOrigin } from './log-codec.ts';
import type { LogOrigin } from './log-entry.ts';
import { smallLength, smallRecords, tagsBlob } from './log-store.ts';
import { stepLimits } from './step-limits.ts';

/** A group is closed at this many records or bytes: what one step may take in hand. */
const fullRecords = smallRecords;
/** A wider frame would hinder search by time and retention. */
const widestMs = 6 * hourMs;

interface SmallFrame {
  readonly id: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly records: number;
  readonly maxSeverity: number;
  readonly bytes: number;
  readonly rawBytes: number;
  readonly domains: string;
}

/**
 * One bounded step inside the caller's transaction: merges the oldest closed group of small frames, at most `limit` (≥ 2) of them.
 * Returns how many frames fewer there are now; 0 when nothing is to be merged.
 */
export function mergeSmallLogs(db: Database, limit: number): number {
  const sql = statements(db);
  // A step looks at these frames only, however many of them stand alone, and reads them twice at most.
  let frames = sql.small.all(limit);
  let damages = 0;
  for (let group = oldestGroup(frames, limit); group !== null; group = oldestGroup(frames, limit)) {
    const damaged = group.length > 1 ? mergeOrName(sql, group) : null;
    if (damaged === 'none') return group.length - 1;
    const settled = new Set((damaged === null ? group : [damaged]).map(({ id }) => id));
    for (const id of settled) sql.settle.run(id);
    if (damaged !== null && ++damages > 1) return 0;
    frames = frames.filter(({ id }) => !settled.has(id));
  }
  return 0;
}

/** `none`, or the frame that can not be read back: it stays as it is, and stands in nobody's way. */
function mergeOrName(sql: Statements, group: readonly SmallFrame[]): 'none' | { readonly id: number } {
  try {
    mergeGroup(sql, group);
    return 'none';
  } catch (error) {
    const id = error instanceof AppError && error.code === 'DATABASE_CORRUPT' ? error.details.frame : undefined;
    if (typeof id !== 'number') throw error;
    return { id };
  }
}

/** The first group; null while it may still grow. */
function oldestGroup(frames: readonly SmallFrame[], limit: number): readonly SmallFrame[] | null {
  const group: SmallFrame[] = [];
  for (const frame of frames) {
    if (group.length > 0 && !fits(group, frame)) return group;
    group.push(frame);
  }
  return group.length >= limit ? group : null;
}

function fits(group: readonly SmallFrame[], frame: SmallFrame): boolean {
  const all = [...group, frame];
  const widthMs = Math.max(...all.map((each) => each.maxMs)) - Math.min(...all.map((each) => each.minMs));
  return (
    widthMs <= widestMs &&
    sumOf(all, (each) => each.records) <= fullRecords &&
    sumOf(all, (each) => each.rawBytes) <= stepLimits.mergedLogs
  );
}

/** Changes nothing before all of them were read. @throws DATABASE_CORRUPT with `details.frame` */
function mergeGroup(sql: Statements, group: readonly SmallFrame[]): void {
  const id = group[0]?.id ?? 0;
  const { origins, lines, tags } = joined(sql, group);
  const { data, rawBytes } = compressLogs(origins, lines);
  const tagBytes = tagsBlob(tags);
  for (const frame of group.slice(1)) {
    sql.deleteBody.run(frame.id);
    sql.deleteTags.run(frame.id);
    sql.deleteFrame.run(frame.id);
  }
  sql.replaceBody.run(data, id);
  sql.replaceTags.run(tagBytes, id);
  const bytes = data.length + tagBytes.length;
  sql.replaceFrame.run({
    id,
    minMs: Math.min(...group.map((frame) => frame.minMs)),
    maxMs: Math.max(...group.map((frame) => frame.maxMs)),
    records: lines.length,
    maxSeverity: Math.max(...group.map((frame) => frame.maxSeverity)),
    small: lines.length < smallRecords && rawBytes < smallLength ? 1 : 0,
    bytes,
    rawBytes,
    domains: JSON.stringify([...new Set(group.flatMap((frame): string[] => JSON.parse(frame.domains)))].sort()),
  });
  sql.addTotals.run(1 - group.length, bytes - sumOf(group, (frame) => frame.bytes));
}

/** All records in order; equal origins become one. */
function joined(
  sql: Statements,
  group: readonly SmallFrame[],
): { readonly origins: LogOrigin[]; readonly lines: LogLine[]; readonly tags: Set<number> } {
  const origins: LogOrigin[] = [];
  const places = new Map<string, number>();
  const lines: LogLine[] = [];
  const tags = new Set<number>();
  for (const frame of group) {
    const opened = decompressLogs(sql.body.get(frame.id)?.data ?? Buffer.alloc(0), frame.rawBytes, frame.id);
    const renumbered = opened.origins.map((origin) => {
      const key = JSON.stringify(origin);
      const known = places.get(key);
      if (known !== undefined) return known;
      const place = origins.push(origin) - 1;
      places.set(key, place);
      return place;
    });
    for (const text of opened.text.split('\n')) lines.push(withOrigin(text, renumbered[originOf(text)] ?? 0, frame.id));
    const blob = sql.tags.get(frame.id)?.tags ?? Buffer.alloc(0);
    for (let at = 0; at + 4 <= blob.length; at += 4) tags.add(blob.readUInt32LE(at));
  }
  return { origins, lines: lines.sort(byTime), tags };
}

function sumOf(group: readonly SmallFrame[], measure: (frame: SmallFrame) => number): number {
  return group.reduce((sum, frame) => sum + measure(frame), 0);
}

function statements(db: Database) {
  return {
    small: db.prepare<[number], SmallFrame>(
      `SELECT id, min_ms AS minMs, max_ms AS maxMs, records, max_severity AS maxSeverity, bytes, raw_bytes AS rawBytes, domains
       FROM log_frames WHERE small = 1 ORDER BY id LIMIT ?`,
    ),
    settle: db.prepare('UPDATE log_frames SET small = 0 WHERE id = ?'),
    body: db.prepare<[number], { data: Buffer }>('SELECT data FROM log_bodies WHERE frame = ?'),
    tags: db.prepare<[number], { tags: Buffer }>('SELECT tags FROM log_tags WHERE frame = ?'),
    deleteBody: db.prepare('DELETE FROM log_bodies WHERE frame = ?'),
    deleteTags: db.prepare('DELETE FROM log_tags WHERE frame = ?'),
    deleteFrame: db.prepare('DELETE FROM log_frames WHERE id = ?'),
    replaceBody: db.prepare('UPDATE log_bodies SET data = ? WHERE frame = ?'),
    replaceTags: db.prepare('UPDATE log_tags SET tags = ? WHERE frame = ?'),
    replaceFrame: db.prepare(
      `UPDATE log_frames SET min_ms = @minMs, max_ms = @maxMs, records = @records, max_severity = @maxSeverity, small = @small,
         bytes = @bytes, raw_bytes = @rawBytes, domains = @domains WHERE id = @id`,
    ),
    addTotals: db.prepare('UPDATE log_totals SET frames = frames + ?, bytes = bytes + ? WHERE one = 1'),
  };
}

type Statements = ReturnType<typeof statements>;
