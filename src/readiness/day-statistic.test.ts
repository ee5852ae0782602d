/** One day of a trigger from slices: worked counts on the product's own bounds. */
import { expect, test } from 'vitest';
import { durationBoundsSeconds } from '../kernel/conventions.ts';
import { bucketIndexOf } from '../kernel/histogram.ts';
import type { Series, Slice } from '../kernel/series.ts';
import { campusTrigger } from './campus-fixture.ts';
import { contrastDay, dayStatistic, type SeriesSlice, toTriggerDay } from './day-statistic.ts';
import { observeTrigger } from './observations.ts';

const day = '2026-11-19';

function histogram(
  signal: string,
  labels: Record<string, string>,
  values: Record<number, number>,
  change: Partial<Series> = {},
): SeriesSlice {
  const bounds = change.bounds ?? durationBoundsSeconds;
  const counts = Array.from({ length: bounds.length + 1 }, () => 0);
  for (const [value, count] of Object.entries(values)) counts[bucketIndexOf(bounds, Number(value))] = count;
  const series: Series = {
    id: 1,
    signal,
    kind: 'histogram',
    source: 'metrics',
    labels,
    synthetic: false,
    bounds,
    ...change,
  };
  return { series, slice: { seriesId: series.id, startMs: 0, durationMs: 60_000, counts, sum: 0, max: null } };
}

function gauge(
  signal: string,
  labels: Record<string, string>,
  levels: readonly number[],
  durationMs: number,
  id = 1,
): SeriesSlice[] {
  const series: Series = { id, signal, kind: 'gauge', source: 'metrics', labels, synthetic: false, bounds: null };
  return levels.map((max, index) => ({
    series,
    slice: { seriesId: id, startMs: index * durationMs, durationMs, counts: [], sum: max, max } satisfies Slice,
  }));
}

const inApp = { channel: 'in_app' };
const delivery = 'notification.delivery.duration';
const p1 = (...slices: SeriesSlice[]) => dayStatistic(campusTrigger('P1'), { day, slices });

test('95 of 100 deliveries within 5 s do not exceed, 94 do', () => {
  expect(p1(histogram(delivery, inApp, { 1: 95, 7: 5 }))).toMatchObject({
    evaluable: true,
    exceeding: false,
    value: 1,
    n: 100,
  });
  expect(p1(histogram(delivery, inApp, { 1: 94, 7: 6 }))).toMatchObject({ evaluable: true, exceeding: true, n: 100 });
});

test('the interval spans the buckets of the order statistics around the 95th of 100', () => {
  // Ranks 90 and 101 → 90 and 100 by the normal approximation: bucket (0.8, 1] to bucket (6, 7].
  expect(p1(histogram(delivery, inApp, { 1: 94, 7: 6 })).interval).toEqual({ low: 0.8, high: 7, level: 0.95 });
});

test('58 events say nothing, 59 do', () => {
  expect(p1(histogram(delivery, inApp, { 7: 58 }))).toMatchObject({
    evaluable: false,
    exceeding: false,
    n: 58,
    reason: '58 events, 59 are needed',
  });
  expect(p1(histogram(delivery, inApp, { 7: 59 })).exceeding).toBe(true);
});

test('push deliveries and deliveries without a channel are not in-app (X1)', () => {
  const others = [histogram(delivery, { channel: 'push' }, { 7: 100 }), histogram(delivery, {}, { 7: 100 })];
  expect(p1(...others)).toMatchObject({ evaluable: false, reason: `no ${delivery} arrived` });
});

test('a failed delivery is never fast', () => {
  const ok = histogram(delivery, { ...inApp, outcome: 'ok' }, { 1: 94 });
  const failed = histogram(delivery, { ...inApp, outcome: 'error' }, { 0.1: 6 });
  expect(p1(ok, failed)).toMatchObject({ exceeding: true, interval: null });
});

test('below 4 s counts towards clearing, between 4 and 5 s does not', () => {
  expect(p1(histogram(delivery, inApp, { 3.5: 100 })).wellBelow).toBe(true);
  expect(p1(histogram(delivery, inApp, { 4.5: 100 }))).toMatchObject({ exceeding: false, wellBelow: false });
});

test('simulated events mark the day', () => {
  const mixed = [
    histogram(delivery, inApp, { 1: 50 }),
    histogram(delivery, inApp, { 1: 50 }, { id: 2, synthetic: true }),
  ];
  expect(p1(...mixed)).toMatchObject({ n: 100, synthetic: true });
  expect(toTriggerDay(p1(...mixed))).toEqual({ day, value: 0.99, n: 100, state: 'clear', synthetic: true });
});

test('metrics are preferred to spans, so nothing is counted twice', () => {
  const both = [
    histogram(delivery, inApp, { 1: 100 }),
    histogram(delivery, inApp, { 7: 100 }, { id: 2, source: 'spans' }),
  ];
  expect(p1(...both)).toMatchObject({ n: 100, exceeding: false });
});

test('series with other bounds merge on the bounds they share', () => {
  const coarse = histogram(delivery, inApp, { 7: 50 }, { id: 2, bounds: [1, 5, 10] });
  expect(p1(histogram(delivery, inApp, { 1: 950 }), coarse)).toMatchObject({ n: 1000, exceeding: false });
  expect(p1(histogram(delivery, inApp, { 1: 900 }), coarse)).toMatchObject({ n: 950, exceeding: true });
});

test('foreign buckets that do not hold the threshold decide only when the whole bucket is on one side', () => {
  const bounds = [1, 3, 10];
  expect(p1(histogram(delivery, inApp, { 2: 100 }, { bounds })).exceeding).toBe(false);
  expect(p1(histogram(delivery, inApp, { 7: 100 }, { bounds }))).toMatchObject({
    evaluable: false,
    reason: 'the threshold 5 s is not a bucket bound: the buckets only say (3, 10]',
  });
  expect(p1(histogram(delivery, inApp, { 20: 100 }, { bounds })).exceeding).toBe(true);
});

test('search is measured in seconds and judged in milliseconds', () => {
  const p3 = (seconds: number) =>
    dayStatistic(campusTrigger('P3'), {
      day,
      slices: [histogram('search.query.duration', { phase: 'total' }, { [seconds]: 100 })],
    });
  expect(p3(0.2)).toMatchObject({ exceeding: false, wellBelow: false });
  expect(p3(0.16)).toMatchObject({ exceeding: false, wellBelow: true });
  expect(p3(0.25)).toMatchObject({ exceeding: true, value: 247.5, interval: { low: 200, high: 250, level: 0.95 } });
});

test('connections of several instances add up at the same moment, and the day is its highest moment', () => {
  const hour = 3_600_000;
  const one = gauge('ws.connections', { domain: 'chat', instance: 'a' }, [60_000, 70_000], hour);
  const two = gauge('ws.connections', { domain: 'chat', instance: 'b' }, [41_000, 10_000], hour, 2);
  const p0 = (...slices: SeriesSlice[]) => dayStatistic(campusTrigger('P0'), { day, slices });
  expect(p0(...one, ...two)).toMatchObject({ value: 101_000, exceeding: true, evaluable: true });
  expect(p0(...one)).toMatchObject({
    evaluable: false,
    reason: '2h of the day are covered, 12h are needed to say it stayed below',
  });
});

test('500 GB is 5e11 bytes, and exactly that is not more', () => {
  const p4 = (bytes: number) =>
    dayStatistic(campusTrigger('P4'), { day, slices: gauge('media.storage.bytes', {}, [bytes], 60_000) });
  expect(p4(5e11)).toMatchObject({ value: 500, exceeding: false });
  expect(p4(5e11 + 1e6)).toMatchObject({ value: 500.001, exceeding: true });
  expect(p4(3.12e11)).toMatchObject({ value: 312, wellBelow: true });
});

test('a contrast exceeds when its whole interval is above 0 and the victim broke its limit', () => {
  const p5 = campusTrigger('P5');
  const contrast = {
    day,
    effectMs: 40,
    interval: { low: 12, high: 70, level: 0.95 },
    minutes: 900,
    victimBreached: true,
    synthetic: false,
    reason: null,
  };
  expect(contrastDay(p5, contrast)).toMatchObject({ evaluable: true, exceeding: true, value: 40 });
  expect(contrastDay(p5, { ...contrast, interval: { low: -3, high: 70, level: 0.95 } }).exceeding).toBe(false);
  expect(contrastDay(p5, { ...contrast, victimBreached: false }).exceeding).toBe(false);
  expect(contrastDay(p5, { ...contrast, effectMs: null, reason: '80 minutes, 240 are needed' })).toMatchObject({
    evaluable: false,
    reason: '80 minutes, 240 are needed',
  });
});

test('searches cut off at 500 records are evidence beside P3', () => {
  const series: Series = {
    id: 9,
    signal: 'search.truncated',
    kind: 'counter',
    source: 'metrics',
    labels: {},
    synthetic: true,
    bounds: null,
  };
  const slice = { seriesId: 9, startMs: 0, durationMs: 60_000, counts: [], sum: 214, max: null };
  expect(observeTrigger(campusTrigger('P3'), [{ series, slice }])).toEqual([
    {
      domain: 'search',
      side: 'for',
      ruleId: 'P3',
      text: '214 searches cut off at 500 records (S1 Summary 3 and §7.1) (simulated)',
      source: 'S0 §3',
      value: 214,
    },
  ]);
  expect(observeTrigger(campusTrigger('P3'), [])).toEqual([]);
});
