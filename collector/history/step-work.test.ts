/** However much is due, one step of housekeeping takes a bounded part of it in hand: counted in bytes and rows, not in time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';
import { seededRandom } from '../../src/kernel/ids.ts';
import type { Series } from '../../src/kernel/series.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { Ageing } from './ageing.ts';
import { createCompaction } from './compaction.ts';
import { createIndexWriter } from './frame-index-writer.ts';
import { mergeSmallFrames } from './frame-merge.ts';
import { traceMigrations } from './frame-schema.ts';
import { mergeSmallLogs } from './log-merge.ts';
import { logMigrations } from './log-schema.ts';
import { createLogStore } from './log-store.ts';
import { frameOf } from './otlp-fixture.ts';
import { PresenceStore } from './presence.ts';
import { historyMigrations } from './schema.ts';
import { createSegmentWriter } from './segments.ts';
import { encodeSlice } from './slice-codec.ts';
import { SliceStore } from './slice-store.ts';

const t0 = Date.UTC(2026, 2, 2, 10);
let folder = '';
let store: Store;
let db: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steps-'));
  store = openStore(join(folder, 'x.db'), [...historyMigrations, ...traceMigrations, ...logMigrations]);
  db = store.db;
  db.pragma('synchronous = OFF');
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sizes by id, as a table has them. */
function sizes(table: string, column: string): Map<number, number> {
  const rows = db.prepare<[], { id: number; size: number }>(`SELECT id, ${column} AS size FROM ${table}`).all();
  return new Map(rows.map(({ id, size }) => [id, size]));
}

/** What each step has taken in hand: rows that are gone or have another size, by their size before it. */
function workOf(table: string, column: string, step: () => boolean): number[] {
  const work: number[] = [];
  for (let goesOn = true; goesOn && work.length < 10_000; ) {
    const before = sizes(table, column);
    goesOn = db.transaction(step)();
    const after = sizes(table, column);
    let bytes = 0;
    for (const [id, size] of before) if (after.get(id) !== size) bytes += size;
    work.push(bytes);
  }
  return work;
}

/** Rows changed by each step. */
function rowsOf(step: () => boolean): number[] {
  const changes = db.prepare<[], number>('SELECT total_changes()').pluck();
  const work: number[] = [];
  for (let goesOn = true; goesOn && work.length < 10_000; ) {
    const before = changes.get() ?? 0;
    goesOn = db.transaction(step)();
    work.push((changes.get() ?? 0) - before);
  }
  return work;
}

test('a merge of logs joins half a megabyte at a time', () => {
  const logs = createLogStore(db);
  const origin = { serviceName: 'campus', source: 'otlp', attributes: {} } as const;
  for (let frame = 0; frame < 128; frame += 1) {
    const rest = { severityText: null, attributes: {}, traceId: null, spanId: null, correlationId: null, domain: null };
    for (let record = 0; record < 20; record += 1) {
      const timeNs = BigInt(t0 + frame * 20 + record) * 1_000_000n;
      logs.append({ origin, timeNs, severity: 9, body: 'x'.repeat(1_000), ...rest });
    }
    logs.flush();
  }
  const work = workOf('log_frames', 'raw_bytes', () => mergeSmallLogs(db, 64) > 0);
  expect(Math.max(...work)).toBeGreaterThan(400_000);
  expect(Math.max(...work)).toBeLessThanOrEqual(524_288);
});

test('a merge of spans joins a megabyte at a time, and passes over what cannot be merged without looking for more', () => {
  const segments = createSegmentWriter(db);
  const spans = (at: number, noise: string) =>
    Array.from({ length: 20 }, (_, index) => ({
      ...{ traceId: at.toString(16).padStart(32, '0'), spanId: `${index + 10}`.padStart(16, '0') },
      ...{ domain: 'feed', startMs: at, durationMs: 1, attributes: { noise } },
    }));
  for (let frame = 0; frame < 100; frame += 1) segments.append(frameOf(spans(t0 + frame, 'y'.repeat(2_000))));
  const work = workOf('frames', 'raw_bytes', () => mergeSmallFrames(db, 64) > 0);
  expect(Math.max(...work)).toBeGreaterThan(900_000);
  expect(Math.max(...work)).toBeLessThanOrEqual(1_048_576);
  for (let frame = 0; frame < 300; frame += 1) segments.append(frameOf(spans(t0 + frame * 7 * hourMs, 'z')));
  expect(Math.max(...rowsOf(() => mergeSmallFrames(db, 64) > 0))).toBeLessThanOrEqual(64);
});

test('retention deletes four megabytes of frames at a time, of spans and of logs', () => {
  const segments = createSegmentWriter(db);
  const big = frameOf([{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startMs: t0, durationMs: 1 }]);
  for (let frame = 0; frame < 40; frame += 1) segments.append({ ...big, minStartMs: t0, maxEndMs: t0 + frame });
  db.exec('UPDATE frames SET bytes = 1000000');
  const ageing = new Ageing(db, segments, { spansMs: dayMs, maxBytes: null });
  const work = workOf('frames', 'bytes', () => ageing.step(t0 + 9 * dayMs) !== null);
  expect(work.slice(0, -1)).toEqual(new Array(10).fill(4_000_000));
  const logs = createLogStore(db);
  db.exec(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
     INSERT INTO log_frames SELECT i, ${t0}, ${t0} + i, 1, 9, 0, 1000000, 1, '[]' FROM n`,
  );
  const logWork = workOf('log_frames', 'bytes', () => logs.dropBefore(t0 + dayMs, 128) > 0);
  expect(logWork.slice(0, -1)).toEqual(new Array(10).fill(4_000_000));
});

test('a batch of traces that are kept is written when its frames have four megabytes, and deletes at most one frame more', () => {
  const segments = createSegmentWriter(db);
  for (let frame = 0; frame < 30; frame += 1) {
    const error = { traceId: `${frame + 10}`.padStart(32, '0'), spanId: 'b'.repeat(16), startMs: t0, durationMs: 1 };
    segments.append(frameOf([{ ...error, status: 'error' }]));
  }
  db.exec('UPDATE frames SET bytes = 1000000');
  const ageing = new Ageing(db, segments, { spansMs: 7 * dayMs, maxBytes: null });
  const work = workOf('frames', 'bytes', () => ageing.step(t0 + 7 * dayMs + hourMs / 2) !== null);
  expect(Math.max(...work)).toBe(5_000_000);
});

test('a merge of the index writes half a megabyte, and at most one bucket more', () => {
  const limits = { runEntries: 100_000, runFrames: 1_000_000, fanOut: 4, stepBuckets: 32 };
  const index = createIndexWriter(db, limits);
  const random = seededRandom(3);
  const tags = () => Uint32Array.from({ length: 20_000 }, () => Math.floor(random() * 2 ** 32));
  const stored = db.prepare<[], number>('SELECT coalesce(sum(length(entries)), 0) FROM tag_buckets').pluck();
  const writes: number[] = [];
  for (let frame = 1; frame <= 100; frame += 1) {
    index.add(frame, tags());
    for (let more = true; more; ) {
      const before = stored.get() ?? 0;
      more = index.step();
      writes.push((stored.get() ?? 0) - before);
    }
  }
  const largest = db.prepare<[], number>('SELECT max(length(entries)) FROM tag_buckets').pluck().get() ?? 0;
  expect(largest).toBeGreaterThan(20_000);
  expect(Math.max(...writes)).toBeGreaterThan(200_000);
  expect(Math.max(...writes)).toBeLessThanOrEqual(524_288 + largest);
});

test('slices become coarser 3,600 at a time and go 2,000 at a time, of whatever number of series', () => {
  const count = 3_000;
  const bounds = [1, 2];
  const series = Array.from(
    { length: count },
    (_, index): Series => ({
      ...{ id: index + 1, signal: 's', kind: 'histogram', source: 'metrics', labels: {}, synthetic: false, bounds },
    }),
  );
  const slices = new SliceStore(db, t0);
  const insert = db.prepare('INSERT INTO slices_fine VALUES (?, ?, ?)');
  const blob = encodeSlice({ counts: [1, 0, 2], sum: 1, max: null });
  db.transaction(() => {
    for (let slot = 0; slot < 360; slot += 1)
      for (let id = 1; id <= 40; id += 1) insert.run(t0 + slot * 10_000, id, blob);
    for (let id = 41; id <= count; id += 1) insert.run(t0, id, blob);
  })();
  const compaction = createCompaction(db, (id) => series[id - 1], 2 * dayMs);
  const stepAt = (nowMs: number) => () => {
    const { tiers, moved } = compaction.step(slices.tiers(), nowMs, count);
    slices.setTiers(tiers);
    return moved;
  };
  const fine = db.prepare<[number], number>('SELECT count(*) FROM slices_fine WHERE series <= ?').pluck();
  expect(fine.get(count)).toBe(360 * 40 + count - 40);
  for (let steps = 0; steps < 3 && slices.tiers().fineMoved === 0; steps += 1) stepAt(t0 + 4 * hourMs)();
  expect(slices.tiers().fineMoved * 360).toBe(3_600);
  expect(Math.max(...rowsOf(stepAt(t0 + 4 * hourMs)))).toBe(2_000);
  expect(fine.get(count)).toBe(0);
  expect(Math.max(...rowsOf(stepAt(t0 + 9 * dayMs)))).toBe(2_000);
  expect(db.prepare('SELECT count(*) FROM slice_runs').pluck().get()).toBe(0);
});

test('hours of presence go 2,000 at a time, signal by signal, and what is younger stays', () => {
  const insert = db.prepare('INSERT INTO presence VALUES (?, ?, ?, zeroblob(45))');
  db.transaction(() => {
    for (const signal of ['a', 'b'])
      for (let hour = 1; hour <= 5_000; hour += 1) insert.run(signal, 'spans', hour * hourMs);
  })();
  const presence = new PresenceStore(db);
  const work = rowsOf(() => presence.dropBefore(4_501 * hourMs));
  expect(Math.max(...work)).toBe(2_000);
  const left = db.prepare('SELECT signal, min(hour) AS hour, count(*) AS count FROM presence GROUP BY signal').all();
  expect(left).toEqual(['a', 'b'].map((signal) => ({ signal, hour: 4_501 * hourMs, count: 500 })));
  expect(presence.dropBefore(4_501 * hourMs)).toBe(false);
});
