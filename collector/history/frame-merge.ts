/** Rewrites the small frames of quiet times into larger ones, which compress three times better. Every span and id stays findable. */
import type { Database } from 'better-sqlite3';
import { compressFrame, decompressFrame } from './frame-codec.ts';
import { smallFrameSpans } from './segments.ts';
import { stepLimits } from './step-limits.ts';

/** A group is closed when it is this full or this wide; wider ones would hinder search by time and retention. */
const fullSpans = 2_048;
const fullRawBytes = stepLimits.mergedSpans;
const widestMs = 6 * 3_600_000;

interface SmallFrame {
  readonly id: number;
  readonly ids: number;
  readonly minStartMs: number;
  readonly maxEndMs: number;
  readonly maxDurationMs: number;
  readonly spans: number;
  readonly errors: number;
  readonly synthetic: number;
  readonly bytes: number;
  readonly rawBytes: number;
  readonly domains: string;
}

/**
 * One bounded step, in a transaction of its own (a savepoint when one is open): merges the oldest closed group of adjacent small
 * frames, at most `limit` (≥ 2) frames. Returns how many frames fewer there are now; 0 when nothing is to be merged.
 */
export function mergeSmallFrames(db: Database, limit: number): number {
  return db.transaction(() => {
    const sql = statements(db);
    // A step looks at these frames only, however many of them stand alone, and reads them twice at most.
    let frames = sql.small.all(limit);
    let damages = 0;
    for (let group = oldestGroup(frames, limit); group !== null; group = oldestGroup(frames, limit)) {
      const opened = group.length > 1 ? openBodies(sql, group) : null;
      if (opened !== null && opened.damaged === null) return mergeGroup(sql, group, opened.bodies);
      const alone = opened?.damaged ?? group[0]?.id ?? 0;
      sql.settle.run(alone);
      if (opened !== null && ++damages > 1) return 0;
      frames = frames.filter(({ id }) => id !== alone);
    }
    return 0;
  })();
}

/** The first group; null while it may still grow. */
function oldestGroup(frames: readonly SmallFrame[], limit: number): readonly SmallFrame[] | null {
  const group: SmallFrame[] = [];
  for (const frame of frames) {
    if (group.length > 0 && !fits(group, frame)) return group;
    group.push(frame);
  }
  return group.length > 0 && group.length >= limit ? group : null;
}

function fits(group: readonly SmallFrame[], frame: SmallFrame): boolean {
  const last = group.at(-1);
  if (last === undefined) return true;
  const minStartMs = Math.min(...group.map((each) => each.minStartMs), frame.minStartMs);
  const maxEndMs = Math.max(...group.map((each) => each.maxEndMs), frame.maxEndMs);
  return (
    last.id + last.ids === frame.id &&
    last.synthetic === frame.synthetic &&
    maxEndMs - minStartMs <= widestMs &&
    sumOf(group, (each) => each.spans) + frame.spans <= fullSpans &&
    sumOf(group, (each) => each.rawBytes) + frame.rawBytes <= fullRawBytes
  );
}

/** `damaged` is one that does not open any more: it is left as it is from then on. */
function openBodies(
  sql: Statements,
  group: readonly SmallFrame[],
): { readonly bodies: readonly Buffer[]; readonly damaged: number | null } {
  const bodies: Buffer[] = [];
  for (const { id, rawBytes } of group) {
    try {
      bodies.push(decompressFrame(sql.body.get(id)?.data ?? Buffer.alloc(0), rawBytes, id));
    } catch {
      return { bodies, damaged: id };
    }
  }
  return { bodies, damaged: null };
}

function mergeGroup(sql: Statements, group: readonly SmallFrame[], bodies: readonly Buffer[]): number {
  const id = group[0]?.id ?? 0;
  const { data, rawBytes } = compressFrame(bodies);
  const spans = sumOf(group, (frame) => frame.spans);
  const domains = new Set(group.flatMap((frame): string[] => JSON.parse(frame.domains)));
  for (const frame of group.slice(1)) {
    sql.deleteBody.run(frame.id);
    sql.deleteFrame.run(frame.id);
  }
  sql.replaceBody.run(data, id);
  sql.replaceFrame.run({
    id,
    ids: sumOf(group, (frame) => frame.ids),
    minStartMs: Math.min(...group.map((frame) => frame.minStartMs)),
    maxEndMs: Math.max(...group.map((frame) => frame.maxEndMs)),
    maxDurationMs: Math.max(...group.map((frame) => frame.maxDurationMs)),
    spans,
    errors: sumOf(group, (frame) => frame.errors),
    small: spans < smallFrameSpans ? 1 : 0,
    bytes: data.length,
    rawBytes,
    domains: JSON.stringify([...domains].sort()),
  });
  sql.addTotals.run(1 - group.length, data.length - sumOf(group, (frame) => frame.bytes));
  return group.length - 1;
}

function sumOf(group: readonly SmallFrame[], measure: (frame: SmallFrame) => number): number {
  return group.reduce((sum, frame) => sum + measure(frame), 0);
}

function statements(db: Database) {
  return {
    small: db.prepare<[number], SmallFrame>(
      `SELECT id, id_count AS ids, min_start_ms AS minStartMs, max_end_ms AS maxEndMs, max_duration_ms AS maxDurationMs,
         span_count AS spans, error_count AS errors, synthetic, bytes, raw_bytes AS rawBytes, domains
       FROM frames WHERE small = 1 ORDER BY id LIMIT ?`,
    ),
    settle: db.prepare('UPDATE frames SET small = 0 WHERE id = ?'),
    body: db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?'),
    deleteBody: db.prepare('DELETE FROM frame_bodies WHERE frame = ?'),
    deleteFrame: db.prepare('DELETE FROM frames WHERE id = ?'),
    replaceBody: db.prepare('UPDATE frame_bodies SET data = ? WHERE frame = ?'),
    replaceFrame: db.prepare(
      `UPDATE frames SET id_count = @ids, min_start_ms = @minStartMs, max_end_ms = @maxEndMs, max_duration_ms = @maxDurationMs,
         span_count = @spans, error_count = @errors, small = @small, bytes = @bytes, raw_bytes = @rawBytes, domains = @domains
       WHERE id = @id`,
    ),
    addTotals: db.prepare('UPDATE frame_totals SET frames = frames + ?, bytes = bytes + ? WHERE one = 1'),
  };
}

type Statements = ReturnType<typeof statements>;
