/** Makes the stored log records consistent again after a damaged file lost rows: the records are what counts, the rest is made of them. */
import { zstdDecompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import { isoTime } from '../../src/kernel/clock.ts';
import { decompressLogs, readLine } from './log-codec.ts';
import { tagsBlob } from './log-store.ts';
import { textTag, traceTag } from './tags.ts';

/** No frame is larger when it is written; a merged one holds at most as much again. */
const mostRawBytes = 67_108_864;

/** What is read from the records of a frame. */
interface Described {
  readonly minMs: number;
  readonly maxMs: number;
  readonly records: number;
  readonly maxSeverity: number;
  readonly rawBytes: number;
  readonly domains: string;
  readonly tags: Buffer;
  readonly nextSeq: number;
}

/** Sentences about what is gone. `hasLostTotals`: the number of the next record has to be found again. */
export function repairLogs(db: Database, hasLostTotals: boolean): readonly string[] {
  const notes = [...dropBodiless(db), ...describeFrames(db)];
  if (hasLostTotals) restoreNextSeq(db);
  db.exec(`UPDATE log_totals SET (frames, records, bytes) =
    (SELECT count(*), coalesce(sum(records), 0), coalesce(sum(bytes), 0) FROM log_frames)`);
  return notes;
}

function dropBodiless(db: Database): string[] {
  const where = 'WHERE id NOT IN (SELECT frame FROM log_bodies)';
  const gone = db
    .prepare<[], { records: number | null; fromMs: number; toMs: number }>(
      `SELECT sum(records) AS records, min(min_ms) AS fromMs, max(max_ms) AS toMs FROM log_frames ${where}`,
    )
    .get();
  db.exec(`DELETE FROM log_frames ${where}`);
  db.exec('DELETE FROM log_tags WHERE frame NOT IN (SELECT frame FROM log_bodies)');
  if (gone === undefined || gone.records === null) return [];
  return [`${gone.records} log records between ${isoTime(gone.fromMs)} and ${isoTime(gone.toMs)}`];
}

/** Records whose row or tags are gone get them back from the records themselves. */
function describeFrames(db: Database): string[] {
  const incomplete = db.prepare<[], { frame: number; hasRow: number }>(
    `SELECT frame, frame IN (SELECT id FROM log_frames) AS hasRow FROM log_bodies
     WHERE frame NOT IN (SELECT id FROM log_frames) OR frame NOT IN (SELECT frame FROM log_tags)`,
  );
  const read = db.prepare<[number], { data: Buffer }>('SELECT data FROM log_bodies WHERE frame = ?');
  const addRow = db.prepare(
    `INSERT INTO log_frames (id, min_ms, max_ms, records, max_severity, small, bytes, raw_bytes, domains)
     VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)`,
  );
  const addTags = db.prepare('INSERT OR IGNORE INTO log_tags (frame, tags) VALUES (?, ?)');
  let failed = 0;
  for (const { frame, hasRow } of incomplete.all()) {
    const data = read.get(frame)?.data ?? Buffer.alloc(0);
    const found = describe(data, frame);
    if (found === null) {
      for (const sql of ['DELETE FROM log_bodies WHERE frame = ?', 'DELETE FROM log_frames WHERE id = ?'])
        db.prepare(sql).run(frame);
      failed += 1;
      continue;
    }
    const { minMs, maxMs, records, maxSeverity, rawBytes, domains, tags } = found;
    if (hasRow === 0)
      addRow.run(frame, minMs, maxMs, records, maxSeverity, data.length + tags.length, rawBytes, domains);
    addTags.run(frame, tags);
  }
  return failed === 0 ? [] : [`${failed} groups of log records that do not open any more`];
}

/** Pages of a search go on after the number of a record: none is given twice. */
function restoreNextSeq(db: Database): void {
  const bodies = db.prepare<[], { frame: number; data: Buffer }>('SELECT frame, data FROM log_bodies');
  let nextSeq = 1;
  for (const { frame, data } of bodies.iterate()) nextSeq = Math.max(nextSeq, describe(data, frame)?.nextSeq ?? 1);
  db.prepare('UPDATE log_totals SET next_seq = max(next_seq, ?)').run(nextSeq);
}

/** Null when it does not open any more. */
function describe(data: Buffer, frame: number): Described | null {
  try {
    const { length: rawBytes } = zstdDecompressSync(data, { maxOutputLength: mostRawBytes });
    const { origins, text } = decompressLogs(data, rawBytes, frame);
    const lines = text.split('\n').map((line) => readLine(line, origins, frame));
    const tags = new Set<number>();
    const domains = new Set<string>();
    for (const { record } of lines) {
      if (record.traceId !== null) tags.add(traceTag(Buffer.from(record.traceId, 'hex'), 0));
      if (record.domain !== null) domains.add(record.domain);
      if (record.correlationId === null) continue;
      const text = Buffer.from(record.correlationId);
      tags.add(textTag(text, 0, text.length));
    }
    return {
      minMs: Number((lines[0]?.timeNs ?? 0n) / 1_000_000n),
      maxMs: Number((lines.at(-1)?.timeNs ?? 0n) / 1_000_000n) + 1,
      records: lines.length,
      maxSeverity: lines.reduce((most, { severity }) => Math.max(most, severity), 0),
      rawBytes,
      domains: JSON.stringify([...domains].sort()),
      tags: tagsBlob(tags),
      nextSeq: lines.reduce((most, { seq }) => Math.max(most, seq + 1), 1),
    };
  } catch {
    return null;
  }
}
