/** A clock that jumps, ahead or back, while running and over a restart: nothing lost, nothing twice, nothing deleted too early. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../src/kernel/duration.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { historyMigrations, logMigrations, openHistory, traceMigrations } from '../history/index.ts';
import { counterBody, spansPerBody, traceBody } from './counting-client.ts';
import { logRequest, say } from './log-samples.ts';
import { defaultRetention } from './options.ts';
import { sampleMetrics } from './otlp-samples.ts';
import { defaultLimits } from './section.ts';
import { testStartMs } from './test-collector.ts';
import { Writer } from './writer.ts';
import type { Encoding, TelemetryKind } from './writer-messages.ts';

/** Mon 2 March 2026 10:00 UTC. */
const t0 = Date.UTC(2026, 2, 2, 10);
let folder = '';
let file = '';
let store: Store;
let writer: Writer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clock-'));
  file = join(folder, 'seamwatch.db');
  open(t0);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(nowMs: number): void {
  store = openStore(file, [...historyMigrations, ...traceMigrations, ...logMigrations]);
  const setup = { file, migrations: [], mapping: [], limits: defaultLimits, retention: defaultRetention, nowMs };
  writer = new Writer(store, setup);
}

function reopen(nowMs: number): void {
  store.close();
  open(nowMs);
}

/** Commits one body that arrives at `nowMs`; returns how many of it were known already. */
function take(
  telemetry: TelemetryKind,
  body: Buffer,
  nowMs: number,
  encoding: Encoding = 'protobuf',
  steadyMs: number = nowMs,
): number {
  const { replies, tally } = writer.commit(
    [
      {
        message: {
          ...{ kind: 'body', id: 1, telemetry, encoding, source: 'metrics', mayBackfill: false },
          ...{ nowMs, steadyMs, slot: 0, memory: null, length: body.length },
        },
        body,
      },
    ],
    nowMs,
  );
  expect(replies).toMatchObject([{ failure: null, rejected: 0 }]);
  return tally.repeatedBodies;
}

function maintain(nowMs: number): void {
  for (let steps = 0; writer.maintain(nowMs) !== null; steps += 1) expect(steps).toBeLessThan(10_000);
}

function stored(): { readonly spans: number; readonly durations: readonly number[]; readonly published: number } {
  const reader = openHistory(file);
  const series = reader.series();
  const slicesOf = (signal: string) =>
    reader.slices(
      series.filter((each) => each.signal === signal).map((each) => each.id),
      0,
      Number.MAX_SAFE_INTEGER,
    );
  const durations = [...new Set(slicesOf('domain.request.duration').map((slice) => slice.durationMs))];
  const published = slicesOf('event.published').reduce((sum, slice) => sum + slice.sum, 0);
  const { spans } = reader.storage();
  reader.close();
  return { spans, durations, published };
}

function counterAt(value: number, atMs: number, startMs: number): Buffer {
  const point = { name: 'event.published', shape: 'sum', startMs, timeMs: atMs, value } as const;
  return sampleMetrics({ 'service.name': 'api', 'service.instance.id': 'a1' }, [
    { ...point, attributes: { 'seam.domain': 'feed' } },
  ]);
}

test.each([
  ['while running', false],
  ['over a restart', true],
])(
  'a clock a year ahead, %s, deletes and coarsens nothing, and what came before and after counts once',
  (_, isRestart) => {
    take('traces', traceBody(1, t0), t0);
    maintain(t0);
    const wrongMs = t0 + 365 * dayMs;
    if (isRestart) reopen(wrongMs);
    for (let second = 0; second < 120; second += 1) maintain(wrongMs + second * 1_000);
    expect(stored()).toMatchObject({ spans: spansPerBody, durations: [10_000] });
    const backMs = t0 + 2 * minuteMs;
    if (isRestart) reopen(backMs);
    expect(take('traces', traceBody(1, t0), backMs)).toBe(1);
    take('traces', traceBody(2, backMs), backMs);
    maintain(backMs);
    expect(stored()).toMatchObject({ spans: 2 * spansPerBody, durations: [10_000] });
  },
);

test('a clock a day ahead for a quarter of an hour ages nothing away and coarsens nothing that is not due soon anyhow', () => {
  const retentionMs = defaultRetention.spansMs;
  take('traces', traceBody(1, t0), t0);
  for (let minute = 0; minute * minuteMs < retentionMs - 20 * hourMs; minute += 60) maintain(t0 + minute * minuteMs);
  const lastMs = t0 + retentionMs - 20 * hourMs;
  take('traces', traceBody(2, lastMs), lastMs);
  maintain(lastMs);
  for (let second = 0; second < 900; second += 1) maintain(lastMs + dayMs + second * 1_000);
  expect(stored()).toMatchObject({ spans: 2 * spansPerBody });
  expect(stored().durations).toContain(10_000);
});

test('logs alone confirm the clock too: an instance that gets nothing else catches up', () => {
  const record = (number: number, atMs: number): Buffer =>
    Buffer.from(logRequest([say(`line ${number}`, { atMs: atMs - testStartMs })]));
  take('logs', record(0, t0), t0, 'json');
  maintain(t0);
  const laterMs = t0 + 12 * dayMs;
  reopen(laterMs);
  for (let minute = 0; minute < 13 * 60; minute += 1) {
    const nowMs = laterMs + minute * minuteMs;
    if (minute % 10 === 0) take('logs', record(minute + 1, nowMs), nowMs, 'json');
    maintain(nowMs);
  }
  const reader = openHistory(file);
  expect(reader.logStorage().oldestMs).toBeGreaterThan(t0);
  reader.close();
});

test('a running total is counted on at once when its clock and ours are set back, and a late point of before is not', () => {
  // Longer ago than an hour: its first total belongs to no slice.
  const startMs = t0 - 2 * hourMs;
  take('metrics', counterAt(10, t0, startMs), t0);
  take('metrics', counterAt(15, t0 + 10_000, startMs), t0 + 10_000);
  const backMs = t0 - hourMs;
  take('metrics', counterAt(18, backMs, startMs), backMs);
  expect(stored().published).toBe(8);
  take('metrics', counterAt(22, backMs + 10_000, startMs), backMs + 10_000);
  expect(stored().published).toBe(12);
  take('metrics', counterAt(17, backMs, startMs), backMs + 10_000);
  expect(stored().published).toBe(12);
});

test('a late point of a running total counts nothing while our clock alone is set back', () => {
  take('metrics', counterAt(10, t0, t0 - minuteMs), t0);
  take('metrics', counterAt(15, t0 + 10_000, t0 - minuteMs), t0 + 10_000);
  take('metrics', counterAt(12, t0 + 5_000, t0 - minuteMs), t0 - hourMs, 'protobuf', t0 + 11_000);
  expect(stored().published).toBe(15);
  take('metrics', counterAt(16, t0 + 20_000, t0 - minuteMs), t0 - hourMs, 'protobuf', t0 + 21_000);
  expect(stored().published).toBe(16);
});

test('the newest point of a signal goes back to what comes when it was of a clock that was ahead', () => {
  take('metrics', counterAt(1, t0, t0 - minuteMs), t0);
  const aheadMs = t0 + dayMs;
  take('metrics', counterAt(2, aheadMs, t0 - minuteMs), aheadMs);
  const backMs = t0 + minuteMs;
  take('metrics', counterAt(3, backMs, t0 - minuteMs), backMs);
  const reader = openHistory(file);
  expect(reader.freshness('event.published', 'metrics')?.lastPointMs).toBe(backMs);
  reader.close();
});

test('when data of the new time confirm it, housekeeping catches up within hours', () => {
  take('traces', traceBody(1, t0), t0);
  maintain(t0);
  const laterMs = t0 + 12 * dayMs;
  reopen(laterMs);
  let number = 100;
  for (let minute = 0; minute < 5 * 60; minute += 1) {
    const nowMs = laterMs + minute * minuteMs;
    take('traces', traceBody(number++, nowMs), nowMs);
    maintain(nowMs);
  }
  expect(stored().spans).toBe((5 * 60 + 1) * spansPerBody);
  for (let minute = 5 * 60; minute < 9 * 60; minute += 1) {
    const nowMs = laterMs + minute * minuteMs;
    take('traces', traceBody(number++, nowMs), nowMs);
    maintain(nowMs);
  }
  expect(stored().spans).toBe(9 * 60 * spansPerBody);
});

test('a body that is sent again is recognised whatever the clock did meanwhile', () => {
  const body = counterBody('event.consumed', 1, 0, t0);
  expect(take('metrics', body, t0)).toBe(0);
  maintain(t0 + 50 * minuteMs);
  maintain(t0 + 100 * minuteMs);
  expect(take('metrics', body, t0 + 50 * minuteMs)).toBe(1);
  reopen(t0 + 55 * minuteMs);
  expect(take('metrics', body, t0 + 55 * minuteMs)).toBe(1);
  reopen(t0 - 4 * minuteMs);
  maintain(t0 - 4 * minuteMs);
  expect(take('metrics', body, t0 - 4 * minuteMs)).toBe(1);
});

test('and is forgotten after twenty minutes that have really passed', () => {
  const body = counterBody('event.consumed', 1, 0, t0);
  take('metrics', body, t0);
  let nowMs = t0;
  for (let minute = 0; minute <= 24; minute += 1) {
    nowMs += minuteMs;
    take('metrics', counterBody('event.consumed', 1, minute + 1, t0), nowMs);
    maintain(nowMs);
  }
  expect(
    store.db
      .prepare('SELECT count(*) FROM bodies_seen WHERE at_ms < ?')
      .pluck()
      .get(t0 + minuteMs),
  ).toBe(0);
  expect(take('metrics', body, nowMs)).toBe(0);
});

test('a running total goes on where it was after jumps of thirty hours ahead and back', () => {
  take('metrics', counterAt(10, t0, t0 - minuteMs), t0);
  const aheadMs = t0 + 30 * hourMs;
  for (let second = 0; second < 5; second += 1) maintain(aheadMs + second * 1_000);
  take('metrics', counterAt(15, aheadMs, t0 - minuteMs), aheadMs);
  reopen(t0 + 10_000);
  maintain(t0 + 10_000);
  take('metrics', counterAt(21, t0 + 10_000, t0 - minuteMs), t0 + 10_000);
  take('metrics', counterAt(33, aheadMs + 10_000, t0 - minuteMs), aheadMs + 10_000);
  expect(stored().published).toBe(33);
});
