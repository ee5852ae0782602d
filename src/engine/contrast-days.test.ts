import { afterEach, beforeEach, expect, it } from 'vitest';
import { fakeClock } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { dayMs, minuteMs } from '../kernel/duration.ts';
import { parseTriggers } from '../readiness/index.ts';
import { createCalendar } from './calendar.ts';
import { ContrastDays, type StoredContrast } from './contrast-days.ts';
import { type IntakeFixture, metricsRequest, openIntake, type Point } from './intake-fixture.ts';

const nowMs = Date.UTC(2026, 9, 20, 12);
const clock = fakeClock(nowMs);
const yesterday = '2026-10-19';
let intake: IntakeFixture;
beforeEach(async () => {
  intake = await openIntake(clock, fetch);
});
afterEach(() => intake.close());

const definitions = parseTriggers(
  [
    {
      ...{ id: 'P5', domain: 'analytics', title: 't', sentence: 's', source: 'S0 §3', unit: 'ms', threshold: 0 },
      measure: {
        ...{ kind: 'contrast', aggressor: 'analytics', victims: ['feed'], signal: metric.dbDuration, where: {} },
        ...{ victimLimit: 0.2, minimumMinutes: 240 },
      },
    },
  ],
  'test',
);
const [definition] = definitions;

/** Every other minute analytics takes most of the database time; then the feed takes `slowSeconds`. */
async function sendDay(minutes: number, slowSeconds: number): Promise<void> {
  const startMs = Date.parse(`${yesterday}T02:00:00Z`);
  for (let minute = 0; minute < minutes; minute += 1) {
    const isBusy = minute % 2 === 0;
    const db = (domain: string, count: number): Point => ({
      metric: metric.dbDuration,
      attributes: { 'seam.domain': domain, table: 't', op: 'select' },
      seconds: new Array(count).fill(0.01),
    });
    const feed: Point = {
      metric: metric.requestDuration,
      attributes: { 'seam.domain': 'feed', 'seam.operation': 'GET /api/feed', entry: 'true', outcome: 'ok' },
      seconds: new Array(30).fill(isBusy ? slowSeconds : 0.02),
    };
    const points = [db('analytics', isBusy ? 80 + (minute % 7) : 5 + (minute % 3)), db('feed', 40), feed];
    expect(await intake.send('metrics', metricsRequest(points, startMs + minute * minuteMs + 30_000))).toBe(200);
  }
}

function newDays(kept: StoredContrast[], save = true): ContrastDays {
  const store = { read: () => [...kept], save: save ? (one: StoredContrast) => void kept.push(one) : null };
  return new ContrastDays(definitions, { reader: intake.collector.reader, calendar: createCalendar('UTC'), store });
}

it('finds that the feed is slow beside busy analytics, keeps the day, and knows it after a restart', async () => {
  await sendDay(300, 0.45);
  const kept: StoredContrast[] = [];
  const days = newDays(kept);
  for (let call = 0; call < 3; call += 1) days.takeOne(nowMs, new Set());
  const found = definition === undefined ? null : days.of(definition, yesterday);
  expect(found).toMatchObject({ evaluable: true, exceeding: true, n: 300 });
  expect(found?.value).toBeGreaterThan(300);
  expect(kept.map((one) => one.contrast.day)).toEqual([yesterday]);
  const again = newDays(kept, false);
  expect(definition === undefined ? null : again.of(definition, yesterday)).toEqual(found);
}, 60_000);

it('does not exceed when the feed is as fast beside busy analytics', async () => {
  await sendDay(260, 0.02);
  const days = newDays([]);
  for (let call = 0; call < 3; call += 1) days.takeOne(nowMs, new Set());
  expect(definition === undefined ? null : days.of(definition, yesterday)).toMatchObject({
    evaluable: true,
    exceeding: false,
  });
}, 60_000);

it('says what is missing with too few minutes, and looks again when the day changes', async () => {
  await sendDay(100, 0.45);
  const days = newDays([]);
  const look = () => (definition === undefined ? null : days.of(definition, yesterday));
  expect(look()).toMatchObject({ evaluable: false, reason: expect.stringContaining('no contrast was taken') });
  for (let call = 0; call < 3; call += 1) days.takeOne(nowMs, new Set());
  expect(look()).toMatchObject({ evaluable: false, reason: '100 minutes with both domains, 240 are needed' });
  await sendDay(250, 0.45);
  days.takeOne(nowMs, new Set());
  expect(look()?.evaluable).toBe(false);
  for (let call = 0; call < 3; call += 1) days.takeOne(nowMs, new Set([yesterday]));
  expect(look()).toMatchObject({ evaluable: true, exceeding: true });
}, 60_000);

it('takes nothing from a day whose minutes are gone', () => {
  const days = newDays([]);
  days.takeOne(nowMs, new Set());
  const old = new Date(nowMs - 9 * dayMs).toISOString().slice(0, 10);
  expect(definition === undefined ? null : days.of(definition, old)).toMatchObject({ evaluable: false });
});
