/** The log of stream states gives back the last state of each, however often it was shortened, and stays as short as promised. */
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/kernel/ids.ts';
import { historyMigrations } from './schema.ts';
import { encodeSlice } from './slice-codec.ts';
import { StreamLog, type StreamState } from './stream-log.ts';

const buckets = 4;

function emptyStream(id: number): StreamState {
  const counts = new Array<number>(buckets).fill(0);
  return { id, timeMs: 0, value: { counts, sum: 0, max: null }, row: null, bytes: 0, isChanged: false };
}

function emptyDatabase(): SqliteDatabase.Database {
  const db = new SqliteDatabase(':memory:');
  for (const { sql } of historyMigrations) db.exec(sql);
  return db;
}

function sizeOf(db: SqliteDatabase.Database): { readonly rows: number; readonly bytes: number } {
  return db.prepare('SELECT count(*) AS rows, coalesce(sum(length(data)), 0) AS bytes FROM stream_log').get() as {
    rows: number;
    bytes: number;
  };
}

test.each([1, 2, 3])(
  'after any changes, forgettings and restarts every stream has its last state (seed %i)',
  (seed) => {
    const random = seededRandom(seed);
    const pick = (below: number): number => Math.floor(random() * below);
    const db = emptyDatabase();
    const looseBytes = 2_000;
    let log = new StreamLog(db, looseBytes);
    let streams = new Map<number, StreamState>();
    const model = new Map<number, string>();
    let goodBytes = 0;
    for (let commit = 0; commit < 800; commit += 1) {
      for (let change = pick(12); change > 0; change -= 1) {
        // A few are heard of all the time, many once and for all.
        const id = random() < 0.7 ? pick(5) : pick(400);
        const stream = streams.get(id) ?? emptyStream(id);
        streams.set(id, stream);
        stream.timeMs = commit + random();
        stream.value.sum = random() < 0.5 ? pick(1e6) : random();
        stream.value.counts[pick(buckets)] = pick(1e9);
        model.set(id, JSON.stringify([stream.timeMs, stream.value]));
        log.change(stream);
      }
      log.flush();
      const gone = [...streams.keys()][pick(streams.size * 20)];
      if (gone !== undefined) {
        log.forget(streams.get(gone) ?? emptyStream(gone));
        streams.delete(gone);
        model.delete(gone);
      }
      goodBytes = [...streams.values()].reduce((sum, { bytes }) => sum + bytes, 0);
      if (commit % 97 === 96) {
        streams = new Map([...streams.keys()].map((id) => [id, emptyStream(id)]));
        log = new StreamLog(db, looseBytes);
        log.read(streams);
      }
    }
    const found = [...streams].map(([id, { timeMs, value }]) => [id, JSON.stringify([timeMs, value])]);
    expect(new Map(found as [number, string][])).toEqual(model);
    expect(model.size).toBeGreaterThan(100);
    // One commit's own states may come on top.
    expect(sizeOf(db).bytes).toBeLessThan(2 * goodBytes + looseBytes + 12 * 40);
  },
);

test('rows from the time when each stream had its own are read, and replaced by what comes later', () => {
  const db = new SqliteDatabase(':memory:');
  db.exec(historyMigrations[0]?.sql ?? '');
  const old = encodeSlice({ counts: [1, 0, 2, 0], sum: 7.5, max: null });
  for (const id of [3, 8]) db.prepare('INSERT INTO stream_values VALUES (?, ?, ?)').run(id, 1_000.25, old);
  for (const { sql } of historyMigrations.slice(1)) db.exec(sql);
  const first = new Map([3, 8].map((id) => [id, emptyStream(id)]));
  const log = new StreamLog(db);
  log.read(first);
  const changed = first.get(8);
  if (changed === undefined) throw new RangeError('stream 8 was not read');
  changed.timeMs = 2_000;
  changed.value.sum = 9;
  log.change(changed);
  log.flush();
  const again = new Map([3, 8].map((id) => [id, emptyStream(id)]));
  new StreamLog(db).read(again);
  expect([...again.values()].map(({ timeMs, value }) => [timeMs, value.sum, value.counts])).toEqual([
    [1_000.25, 7.5, [1, 0, 2, 0]],
    [2_000, 9, [1, 0, 2, 0]],
  ]);
});

test('commits of one small change leave a bounded number of rows', () => {
  const db = emptyDatabase();
  const log = new StreamLog(db);
  const stream = emptyStream(1);
  const idle = emptyStream(2);
  log.change(idle);
  for (let commit = 1; commit <= 10_000; commit += 1) {
    stream.value.sum = commit;
    log.change(stream);
    log.flush();
  }
  expect(sizeOf(db).rows).toBeLessThanOrEqual(4_096);
  const again = new Map([1, 2].map((id) => [id, emptyStream(id)]));
  new StreamLog(db).read(again);
  expect(again.get(1)?.value.sum).toBe(10_000);
  expect(again.get(2)?.row).not.toBeNull();
});
