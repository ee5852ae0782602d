/** Frames on disk: searchable at once, across runs and tiers, after rollback, crash, merge and retention. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { openReadOnly, openStore } from '../../src/store/index.ts';
import { mergeSmallFrames } from './frame-merge.ts';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureSpan, frameOf } from './otlp-fixture.ts';
import { createSegmentWriter, type SegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;
/** Runs of twelve frames, tiers of two runs, two steps a run: every stage is passed with few spans. */
const tiny = { runEntries: 24, runFrames: 1_000, fanOut: 2, stepBuckets: 128 };

let db: Database;

function traceIdOf(number: number): string {
  return `${((number * 2654435761) >>> 0).toString(16).padStart(8, '0')}${number.toString(16).padStart(24, '0')}`;
}

function correlationOf(number: number): string {
  return `c-${number}`;
}

function spanOf(number: number, more: Partial<FixtureSpan> = {}): FixtureSpan {
  return {
    traceId: traceIdOf(number),
    spanId: number.toString(16).padStart(16, '0'),
    correlationId: correlationOf(number),
    domain: number % 2 === 0 ? 'feed' : 'chat',
    startMs: t0 + number * 1_000,
    durationMs: 5,
    ...more,
  };
}

function commit(writer: SegmentWriter, numbers: readonly number[]): void {
  for (const number of numbers) db.transaction(() => writer.append(frameOf([spanOf(number)])))();
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Those of `numbers` that a fresh reader finds under both of their ids. */
function findable(numbers: readonly number[]): number[] {
  const reader = createTraceReader(db);
  return numbers.filter(
    (number) =>
      reader.trace(traceIdOf(number))?.spanCount === 1 &&
      reader.tracesByCorrelation(correlationOf(number)).length === 1,
  );
}

function count(sql: string): number {
  return db.prepare<[], number>(sql).pluck().get() ?? 0;
}

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
});

describe('a frame', () => {
  it('is found by one reader at every moment while runs are built and merged into tiers', () => {
    const writer = createSegmentWriter(db, tiny);
    const reader = createTraceReader(db);
    for (const number of range(0, 120)) {
      commit(writer, [number]);
      expect(reader.trace(traceIdOf(number))?.spanCount, `just written ${number}`).toBe(1);
      expect(reader.trace(traceIdOf(number >> 1))?.spanCount, `written before ${number >> 1}`).toBe(1);
    }
    expect(count("SELECT count(*) FROM tag_runs WHERE state = 'ready' AND tier > 0")).toBeGreaterThan(0);
    expect(count('SELECT count(*) FROM frame_tail')).toBeLessThan(60);
    expect(findable(range(0, 120))).toEqual(range(0, 120));
    expect(reader.storage()).toMatchObject({ spans: 120, frames: 120, oldestMs: t0 });
  });

  it('is found after the writer died in the middle of a run', () => {
    commit(createSegmentWriter(db, tiny), range(0, 13));
    expect(count("SELECT count(*) FROM tag_runs WHERE state = 'building'")).toBe(1);
    const next = createSegmentWriter(db, tiny);
    expect(findable(range(0, 13))).toEqual(range(0, 13));
    commit(next, range(13, 40));
    while (next.settle());
    expect(findable(range(0, 40))).toEqual(range(0, 40));
    expect(count("SELECT count(*) FROM tag_runs WHERE state <> 'ready'")).toBe(0);
  });

  it('of a transaction that was rolled back is gone, and those before and after it are found', () => {
    const writer = createSegmentWriter(db, tiny);
    for (const base of range(0, 8).map((round) => round * 10)) {
      commit(writer, range(base, base + 5));
      const doomed = db.transaction(() => {
        for (const number of range(base + 5, base + 8)) writer.append(frameOf([spanOf(number)]));
        throw new Error('disk full');
      });
      expect(doomed).toThrow('disk full');
    }
    while (writer.settle());
    expect(findable(range(0, 80))).toEqual(range(0, 80).filter((number) => number % 10 < 5));
  });

  it('of an idle step that was rolled back loses no entry of its run', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, range(0, 13));
    for (let step = 0; step < 4; step += 1) {
      const doomed = db.transaction(() => {
        writer.settle();
        throw new Error('disk full');
      });
      expect(doomed).toThrow('disk full');
      db.transaction(() => writer.settle())();
    }
    commit(writer, range(13, 40));
    while (writer.settle());
    expect(count("SELECT count(*) FROM tag_runs WHERE state = 'ready'")).toBeGreaterThan(0);
    expect(findable(range(0, 40))).toEqual(range(0, 40));
  });

  it('ends with its retention, and its run with its last frame', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, range(0, 40));
    while (writer.settle());
    const before = t0 + 30_000;
    expect(writer.dropBefore(before, 20)).toBe(20);
    expect(writer.dropBefore(before, 20)).toBe(10);
    expect(writer.dropBefore(before, 20)).toBe(0);
    while (writer.settle());
    expect(findable(range(0, 40))).toEqual(range(30, 40));
    expect(createTraceReader(db).storage()).toMatchObject({ spans: 10, frames: 10, oldestMs: t0 + 30_000 });
    expect(count('SELECT count(*) FROM frame_bodies')).toBe(10);
    writer.dropBefore(t0 + 1e9);
    while (writer.settle());
    expect(count('SELECT count(*) FROM tag_buckets')).toBe(0);
    commit(writer, [50]);
    expect(count('SELECT min(id) FROM frames')).toBe(41);
    expect(findable([50])).toEqual([50]);
  });
});

describe('the index of kept frames', () => {
  it('shrinks to what still exists once the ordinary frames beside them are gone', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, range(0, 60));
    while (writer.settle());
    const entries = () => count("SELECT sum(entries) FROM tag_runs WHERE state = 'ready'");
    const before = entries();
    db.exec('UPDATE frames SET kept = 1 WHERE id IN (6, 21)');
    const frames = db.prepare<[], { id: number; spans: number; bytes: number }>(
      'SELECT id, span_count AS spans, bytes FROM frames WHERE kept = 0 AND id <= 48',
    );
    db.transaction(() => writer.drop(frames.all()))();
    while (db.transaction(() => writer.settle())());
    expect(findable(range(0, 60))).toEqual([5, 20, ...range(48, 60)]);
    expect([before, entries()]).toEqual([120, 4 + 24]);
    expect(count('SELECT sum(length(entries)) FROM tag_buckets')).toBe(
      28 * 5 + 10 * count('SELECT count(*) FROM tag_buckets'),
    );
    commit(writer, range(60, 90));
    while (writer.settle());
    expect(findable(range(0, 90))).toEqual([5, 20, ...range(48, 90)]);
  });
});

describe('a reader on a connection of its own', () => {
  it('sees a frame with its commit, not before, and keeps up with runs, merges and retention', () => {
    const folder = mkdtempSync(join(tmpdir(), 'seamwatch-segments-'));
    const store = openStore(join(folder, 'a.db'), traceMigrations);
    const view = openReadOnly(join(folder, 'a.db'));
    try {
      const writer = createSegmentWriter(store.db, tiny);
      const reader = createTraceReader(view);
      const seen = (number: number): boolean => reader.trace(traceIdOf(number)) !== null;
      for (const number of range(0, 60)) {
        store.db.transaction(() => {
          writer.append(frameOf([spanOf(number)]));
          expect(seen(number), `${number} before its commit`).toBe(false);
        })();
        expect([seen(number), seen(number >> 1)], `${number} after its commit`).toEqual([true, true]);
        if (number % 10 === 9) mergeSmallFrames(store.db, 8);
      }
      while (writer.dropBefore(t0 + 55_000) > 0);
      expect(range(55, 60).filter(seen)).toEqual(range(55, 60));
      expect(seen(0)).toBe(false);
      while (writer.dropBefore(t0 + 1e9) > 0);
      expect(range(0, 60).filter(seen)).toEqual([]);
    } finally {
      view.close();
      store.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('merging small frames', () => {
  it('keeps every span findable, in runs and in the tail, and makes the frames fewer and smaller', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, range(0, 100));
    const bytes = createTraceReader(db).storage().bytes;
    while (mergeSmallFrames(db, 32) > 0);
    const reader = createTraceReader(db);
    expect(reader.storage()).toMatchObject({ spans: 100 });
    expect(reader.storage().frames).toBeLessThan(40);
    expect(reader.storage().bytes).toBeLessThan(bytes / 2);
    expect(count('SELECT count(*) FROM frame_bodies')).toBe(reader.storage().frames);
    expect(findable(range(0, 100))).toEqual(range(0, 100));
    commit(writer, range(100, 130));
    while (writer.settle());
    expect(findable(range(0, 130))).toEqual(range(0, 130));
  });

  it('joins times, counts and domains, so that a search by them still finds what went in', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, [0, 1]);
    db.transaction(() => writer.append(frameOf([spanOf(2, { status: 'error', durationMs: 700 })])))();
    expect(mergeSmallFrames(db, 3)).toBe(2);
    expect(
      db
        .prepare(
          'SELECT id, id_count, min_start_ms, max_end_ms, max_duration_ms, span_count, error_count, domains FROM frames',
        )
        .get(),
    ).toEqual({
      id: 1,
      id_count: 3,
      min_start_ms: t0,
      max_end_ms: t0 + 2_700,
      max_duration_ms: 700,
      span_count: 3,
      error_count: 1,
      domains: '["chat","feed"]',
    });
    expect(
      createTraceReader(db)
        .searchTraces({ error: true })
        .traces.map((trace) => trace.traceId),
    ).toEqual([traceIdOf(2)]);
  });

  it('leaves a group open that may still grow, and never mixes simulated with real spans or reaches over six hours', () => {
    const writer = createSegmentWriter(db, tiny);
    commit(writer, range(0, 10));
    expect(mergeSmallFrames(db, 11)).toBe(0);
    db.transaction(() => writer.append(frameOf([spanOf(10)], { 'seam.synthetic': true })))();
    db.transaction(() =>
      writer.append(frameOf([spanOf(11, { startMs: t0 + 7 * 3_600_000 })], { 'seam.synthetic': true })),
    )();
    expect(mergeSmallFrames(db, 100)).toBe(9);
    expect(mergeSmallFrames(db, 100)).toBe(0);
    expect(db.prepare('SELECT span_count AS spans, synthetic FROM frames ORDER BY id').all()).toEqual([
      { spans: 10, synthetic: 0 },
      { spans: 1, synthetic: 1 },
      { spans: 1, synthetic: 1 },
    ]);
  });

  it('does not confuse a reader that had the frame open before', () => {
    const writer = createSegmentWriter(db, tiny);
    const reader = createTraceReader(db);
    commit(writer, [0, 1]);
    expect(reader.trace(traceIdOf(0))?.spanCount).toBe(1);
    expect(mergeSmallFrames(db, 2)).toBe(1);
    expect(reader.trace(traceIdOf(1))?.spanCount).toBe(1);
  });
});
