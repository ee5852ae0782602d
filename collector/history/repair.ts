/** Makes the stored history consistent again after a damaged file lost rows: spans are the record, the rest is worked out from them. */
import type { Database } from 'better-sqlite3';
import { isoTime } from '../../src/kernel/clock.ts';
import { attribute } from '../../src/kernel/conventions.ts';
import { hourMs } from '../../src/kernel/duration.ts';
import type { Repair } from '../../src/store/index.ts';
import { decompressFrame } from './frame-codec.ts';
import { createIndexWriter } from './frame-index-writer.ts';
import { tagsOf } from './frame-tags.ts';
import { repairLogs } from './repair-logs.ts';
import { textOf } from './span-attributes.ts';
import { groupByTrace } from './span-facts.ts';
import { findSpans } from './span-ranges.ts';
import { ProtoReader } from './span-wire.ts';
import { floorTo, readTiers, writeTiers } from './tiers.ts';

const indexTables = new Set(['tag_runs', 'tag_buckets', 'frame_tail', 'frames', 'frame_bodies']);

/** Given to whoever opens the store with `historyMigrations` and `traceMigrations`. */
export const repairHistory: Repair = (db, tables) => {
  const hasLost = (names: ReadonlySet<string>): boolean =>
    tables.length === 0 || tables.some(({ table, lost }) => names.has(table) && lost.length > 0);
  const notes = [...dropBodiless(db), ...describeFrames(db)];
  if (hasLost(indexTables)) notes.push(...rebuildIndex(db));
  db.exec(`UPDATE frame_totals SET (frames, spans, bytes) =
    (SELECT count(*), coalesce(sum(span_count), 0), coalesce(sum(bytes), 0) FROM frames)`);
  db.exec('UPDATE revision SET value = max(value, (SELECT coalesce(max(revision), 0) FROM bodies_seen))');
  restoreTiers(db);
  if (hasLost(new Set(['series']))) notes.push(...dropUnknownSeries(db));
  if (hasTable(db, 'log_frames')) notes.push(...repairLogs(db, hasLost(new Set(['log_totals']))));
  if (hasLost(new Set(['streams', 'stream_log'])) && tables.length > 0) {
    notes.push(
      'some running totals: what was counted since the state that is left may be counted once more, of a process younger than one hour all',
    );
  }
  if (hasLost(new Set(['bodies_seen'])) && tables.length > 0) {
    notes.push('which bodies came in the last ten minutes: a repeat of one of them is counted again');
  }
  return notes;
};

/** Counts of a series that nobody knows any more: its number is given to another one, which must not have them. */
function dropUnknownSeries(db: Database): string[] {
  const unknown = 'series NOT IN (SELECT id FROM series)';
  const slices = ['slices_fine', 'slice_runs'].reduce(
    (sum, table) => sum + db.prepare(`DELETE FROM ${table} WHERE ${unknown}`).run().changes,
    0,
  );
  db.prepare(`DELETE FROM streams WHERE ${unknown}`).run();
  return slices === 0 ? [] : [`the counts of the series that are lost (${slices} slices)`];
}

function hasTable(db: Database, name: string): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

/** Rows whose spans are gone: how many spans that were, and of when. */
function dropBodiless(db: Database): string[] {
  const where = 'WHERE id NOT IN (SELECT frame FROM frame_bodies)';
  const gone = db
    .prepare<[], { spans: number | null; fromMs: number; toMs: number }>(
      `SELECT sum(span_count) AS spans, min(min_start_ms) AS fromMs, max(max_end_ms) AS toMs FROM frames ${where}`,
    )
    .get();
  db.exec(`DELETE FROM frames ${where}`);
  if (gone === undefined || gone.spans === null) return [];
  return [`${gone.spans} stored spans between ${isoTime(gone.fromMs)} and ${isoTime(gone.toMs)}, all counted before`];
}

/** Spans whose row is gone get it back from the spans themselves. */
function describeFrames(db: Database): string[] {
  const orphans = db.prepare<[], { frame: number }>(
    'SELECT frame FROM frame_bodies WHERE frame NOT IN (SELECT id FROM frames)',
  );
  const read = db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?');
  const insert = db.prepare(
    `INSERT INTO frames (id, min_start_ms, max_end_ms, max_duration_ms, span_count, error_count, synthetic, small, bytes, raw_bytes, domains)
     VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)`,
  );
  const unreadable = db.prepare('DELETE FROM frame_bodies WHERE frame = ?');
  let failed = 0;
  for (const { frame } of orphans.all()) {
    const data = read.get(frame)?.data ?? Buffer.alloc(0);
    try {
      const raw = decompressFrame(data, null, frame);
      const ranges = findSpans(raw);
      const traces = [...groupByTrace(raw, ranges).values()];
      const startMs = traces.reduce((least, trace) => Math.min(least, trace.startMs), Number.MAX_VALUE);
      const endMs = traces.reduce((most, trace) => Math.max(most, trace.endMs), 0);
      const errors = traces.filter((trace) => trace.error).length;
      const domains = JSON.stringify(domainsOf(raw));
      insert.run(frame, startMs, endMs, endMs - startMs, ranges.count, errors, data.length, raw.length, domains);
    } catch {
      unreadable.run(frame);
      failed += 1;
    }
  }
  return failed === 0 ? [] : [`${failed} groups of stored spans, all counted before`];
}

/** Every value of the domain attribute, wherever it stands. */
function domainsOf(raw: Buffer): string[] {
  const key = Buffer.from(attribute.domain);
  const domains = new Set<string>();
  const collect = (reader: ProtoReader, path: readonly number[]): void => {
    const [field, ...rest] = path;
    while (reader.next()) {
      if (reader.field !== field) continue;
      const found = rest.length === 0 ? textOf(reader.message(), key) : collect(reader.message(), rest);
      if (typeof found === 'string') domains.add(found);
    }
  };
  collect(new ProtoReader(raw, 0, raw.length), [1, 1, 1]);
  collect(new ProtoReader(raw, 0, raw.length), [1, 2, 2, 9]);
  return [...domains].sort();
}

/** The tag index from the spans; what does not open any more is dropped and counted. */
function rebuildIndex(db: Database): string[] {
  for (const table of ['tag_runs', 'tag_buckets', 'frame_tail']) db.exec(`DELETE FROM ${table}`);
  const index = createIndexWriter(db);
  const bodies = db.prepare<[number], { data: Buffer }>('SELECT data FROM frame_bodies WHERE frame = ?');
  const rows = db.prepare<[], { id: number; rawBytes: number; spans: number }>(
    'SELECT id, raw_bytes AS rawBytes, span_count AS spans FROM frames ORDER BY id',
  );
  let lostSpans = 0;
  for (const { id, rawBytes, spans } of rows.all()) {
    try {
      const raw = decompressFrame(bodies.get(id)?.data ?? Buffer.alloc(0), rawBytes, id);
      index.add(id, tagsOf(raw, findSpans(raw)));
      index.step();
    } catch {
      db.prepare('DELETE FROM frames WHERE id = ?').run(id);
      db.prepare('DELETE FROM frame_bodies WHERE frame = ?').run(id);
      lostSpans += spans;
    }
  }
  return lostSpans === 0 ? [] : [`${lostSpans} stored spans that do not open any more, all counted before`];
}

/**
 * Where each resolution begins, when that row is gone: the last hour that has minutes is the one that was being moved, and the series
 * that have minutes in it are those that were.
 */
function restoreTiers(db: Database): void {
  if (readTiers(db) !== null) return;
  const fine = db.prepare<[], number | null>('SELECT min(start) FROM slices_fine').pluck().get() ?? null;
  const moved = db
    .prepare<[], { start: number; series: number }>(
      'SELECT start, max(series) AS series FROM slice_runs WHERE tier = 1 GROUP BY start ORDER BY start DESC LIMIT 1',
    )
    .get();
  const firstMinute = db.prepare<[], number | null>('SELECT min(start) FROM slice_runs WHERE tier = 1').pluck().get();
  if (fine === null && moved === undefined) return;
  const fineFrom = moved?.start ?? floorTo(fine ?? 0, hourMs);
  writeTiers(db, { fineFrom, fineMoved: moved?.series ?? 0, minuteFrom: firstMinute ?? fineFrom, minuteMoved: 0 });
}
