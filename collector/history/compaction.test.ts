/** Slices get coarser with age; between any two steps every event is read exactly once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sliceMs } from '../../src/kernel/conventions.ts';
import { dayMs, hourMs } from '../../src/kernel/duration.ts';
import type { Series, Slice } from '../../src/kernel/series.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { createCompaction } from './compaction.ts';
import { historyMigrations } from './schema.ts';
import { readSeries, SeriesStore } from './series-store.ts';
import { decodeRun, decodeSlice, encodeRun, encodeSlice } from './slice-codec.ts';
import { createSliceReader } from './slice-reader.ts';
import { SliceStore } from './slice-store.ts';
import { createSliceWalk } from './slice-walk.ts';

/** Thu 1 January 2026 00:00 UTC. */
const startMs = Date.UTC(2026, 0, 1);
let folder = '';
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slices-'));
  store = openStore(join(folder, 'x.db'), historyMigrations);
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function makeSeries(count: number, kind: 'histogram' | 'gauge'): Series[] {
  const register = new SeriesStore(store.db, 1_000);
  const bounds = kind === 'histogram' ? [1, 2] : null;
  return Array.from({ length: count }, (_, index) => {
    const series = register.find({
      signal: 's',
      kind,
      source: 'metrics',
      labels: { n: `${index}` },
      synthetic: false,
      bounds,
    });
    return series ?? expect.fail('there is room');
  });
}

/** Everything that works on one database, as the writer and a reader have it. */
function open(nowMs: number) {
  const all = readSeries(store.db, 0);
  const seriesOf = (id: number) => all[id - 1];
  const slices = new SliceStore(store.db, nowMs);
  const compaction = createCompaction(store.db, seriesOf, 400 * dayMs);
  return {
    add: (series: Series, atMs: number, counts: number[], sum = 1, max: number | null = null) => {
      slices.add(series, atMs, { counts, sum, max });
      return slices.flush();
    },
    step: (atMs: number): boolean => {
      const { tiers, moved } = compaction.step(slices.tiers(), atMs, all.length);
      slices.setTiers(tiers);
      return moved;
    },
    read: createSliceReader(store.db, seriesOf),
    walk: createSliceWalk(store.db, seriesOf),
    ids: all.map((series) => series.id),
  };
}

function events(slices: readonly Slice[]): number {
  return slices.reduce((total, slice) => total + slice.counts.reduce((sum, count) => sum + count, 0), 0);
}

function overlaps(slices: readonly Slice[]): boolean {
  const ends = new Map<number, number>();
  return slices.some((slice) => {
    const isInside = slice.startMs < (ends.get(slice.seriesId) ?? 0);
    ends.set(slice.seriesId, slice.startMs + slice.durationMs);
    return isInside || slice.startMs % slice.durationMs !== 0;
  });
}

test('whatever is added whenever, each step of compaction keeps every count and no two slices overlap', () => {
  const series = makeSeries(45, 'histogram');
  let nowMs = startMs + 5 * dayMs;
  const world = open(nowMs);
  let expected = 0;
  const action = fc.record({
    series: fc.nat(44),
    ageMs: fc.oneof(fc.nat(10 * 60_000), fc.nat(6 * hourMs), fc.nat(5 * dayMs)),
    advanceMs: fc.oneof(fc.constant(0), fc.nat(3 * hourMs)),
    steps: fc.nat(6),
  });
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), (actions) => {
      for (const { series: index, ageMs, advanceMs, steps } of actions) {
        world.add(series[index] ?? expect.fail('known'), nowMs - ageMs, [1, 0, 2]);
        expected += 3;
        nowMs += advanceMs;
        for (let step = 0; step < steps; step += 1) world.step(nowMs);
      }
      const all = world.read(world.ids, 0, nowMs + dayMs);
      expect(events(all)).toBe(expected);
      expect(overlaps(all)).toBe(false);
      const middle = nowMs - 90_000 - (expected % 7) * hourMs;
      const parts = [...world.read(world.ids, 0, middle), ...world.read(world.ids, middle, nowMs + dayMs)];
      expect(events(parts)).toBe(expected);
    }),
    { seed: 11, numRuns: 60 },
  );
  while (world.step(nowMs));
  const settled = world.read(world.ids, 0, nowMs + dayMs);
  expect(events(settled)).toBe(expected);
  for (const { startMs: at, durationMs } of settled) {
    if (at < nowMs - 3 * dayMs - hourMs) expect(durationMs).toBe(sliceMs.coarse);
    else if (at < nowMs - 3 * hourMs) expect(durationMs).toBeGreaterThanOrEqual(sliceMs.minute);
  }
});

test('many series are read as one by one, while they are being moved', () => {
  const series = makeSeries(90, 'histogram');
  const world = open(startMs + hourMs);
  for (const each of series)
    for (const atMs of [0, 10_000, 70_000]) world.add(each, startMs + hourMs + atMs, [1, 1, 0]);
  world.step(startMs + 5 * hourMs);
  world.step(startMs + 5 * hourMs);
  const together = world.read(world.ids, 0, startMs + dayMs);
  const singly = world.ids.flatMap((id) => world.read([id], 0, startMs + dayMs));
  expect(events(together)).toBe(90 * 3 * 2);
  const order = (left: Slice, right: Slice) => left.startMs - right.startMs || left.seriesId - right.seriesId;
  expect(together).toEqual(singly.sort(order));
  expect(new Set(together.map((slice) => slice.durationMs))).toEqual(new Set([sliceMs.fine, sliceMs.minute]));
});

test('a walk meets the slices that are read, each once, while series are being moved', () => {
  const series = makeSeries(90, 'histogram');
  const world = open(startMs + hourMs);
  for (const each of series) {
    for (const atMs of [0, 10_000, 70_000, 4 * dayMs]) world.add(each, startMs + hourMs + atMs, [1, 1, each.id]);
  }
  const wanted = world.ids.filter((id) => id % 3 === 0);
  const order = (left: Slice, right: Slice) => left.startMs - right.startMs || left.seriesId - right.seriesId;
  for (let steps = 0; steps < 8; steps += 1) {
    world.step(startMs + 5 * dayMs);
    for (const [from, to] of [
      [0, startMs + 9 * dayMs],
      [startMs, startMs + dayMs],
    ] as const) {
      const met: Slice[] = [];
      world.walk(wanted, from, to, (slice) => met.push(slice));
      expect(met.sort(order)).toEqual(world.read(wanted, from, to));
    }
  }
});

test('a gauge keeps its last value and its highest when slices join', () => {
  const [series = expect.fail('one')] = makeSeries(1, 'gauge');
  const world = open(startMs);
  world.add(series, startMs + 1_000, [], 5, 5);
  world.add(series, startMs + 12_000, [], 9, 9);
  world.add(series, startMs + 25_000, [], 2, 2);
  while (world.step(startMs + 4 * hourMs));
  expect(world.read([series.id], 0, startMs + dayMs)).toEqual([
    { seriesId: 1, startMs, durationMs: 60_000, counts: [], sum: 2, max: 9 },
  ]);
});

test('opens the fine slices again after the clock was a year ahead, and keeps every count', () => {
  const [series = expect.fail('one')] = makeSeries(1, 'histogram');
  const nowMs = startMs + 10 * dayMs;
  const world = open(nowMs);
  world.add(series, nowMs - 1_000, [1, 0, 0]);
  while (world.step(nowMs + 365 * dayMs));
  expect(world.add(series, nowMs, [1, 0, 0]).map((slice) => slice.durationMs)).toEqual([900_000]);
  while (world.step(nowMs));
  expect(world.add(series, nowMs + 10_000, [1, 0, 0]).map((slice) => slice.durationMs)).toEqual([10_000]);
  expect(events(world.read([series.id], 0, nowMs + dayMs))).toBe(3);
  expect(overlaps(world.read([series.id], 0, nowMs + dayMs))).toBe(false);
});

test('says in which slice an old point was put', () => {
  const [series = expect.fail('one')] = makeSeries(1, 'histogram');
  const nowMs = startMs + 10 * dayMs;
  const world = open(nowMs);
  const where = (ageMs: number) => world.add(series, nowMs - ageMs, [1, 0, 0]).map((slice) => slice.durationMs);
  expect([where(1_000), where(5 * hourMs), where(4 * dayMs)]).toEqual([[10_000], [60_000], [900_000]]);
});

test('slices survive their encoding bit by bit', () => {
  const number = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.double({ noNaN: true, min: 0 }));
  const value = fc.record({
    counts: fc.array(number, { minLength: 4, maxLength: 4 }),
    sum: fc.double({ noNaN: true, noDefaultInfinity: true }),
    max: fc.option(fc.double({ noNaN: true })),
  });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 20 }), (values) => {
      const run = values.map((each, index) => ({ slot: index * 3, value: each }));
      expect(decodeRun(encodeRun(run), 4)).toEqual(run);
      for (const each of values) expect(decodeSlice(encodeSlice(each), 4)).toEqual(each);
    }),
    { seed: 5, numRuns: 300 },
  );
});
