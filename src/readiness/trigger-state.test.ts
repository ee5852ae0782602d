/** The trigger's state machine on worked fortnights, and what no day may do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { campusTrigger, daysOf, judged, nowMs } from './campus-fixture.ts';
import { type DayStatistic, notEvaluable } from './day-statistic.ts';
import { judgeTrigger } from './judge-trigger.ts';
import { defaultPersistence } from './trigger-definition.ts';
import { stateAfter } from './trigger-state.ts';

const state = (pattern: string) => judged('P1', pattern).state;

test.each([
  ['oooooxxxxooooo', 'clear', '4 of 14 days'],
  ['oooooxxxxxoooo', 'pending', '5 of 14 days'],
  ['oxxxxxxxxxoooo', 'pending', '9 of 14 days'],
  ['xxxxxxxxxxoooo', 'fired', '10 of 14 days'],
  ['xxxxxxxxxxxxxx', 'fired', '14 of 14 days'],
])('%s is %s: %s exceed', (pattern, expected) => {
  expect(state(pattern)).toBe(expected);
});

test.each([
  ['xxxxxxxxx----o', 'unknown', '9 exceed, 4 say nothing: 9 < 10 <= 13'],
  ['xxxxxx----oooo', 'unknown', '6 + 4 reaches 10'],
  ['xxxxxx---ooooo', 'pending', '6 + 3 does not reach 10'],
  ['xxxxxxxxxx----', 'fired', '10 exceed whatever the others are'],
  ['uuuu----------', 'unknown', '0 + 10 reaches 10: silence is not clear'],
  ['uuuuu---------', 'clear', '0 + 9 does not reach 10'],
])('%s is %s: %s', (pattern, expected) => {
  expect(state(pattern)).toBe(expected);
});

test('calendar days that are missing count as not evaluable, at the end too', () => {
  expect(judged('P1', 'xxxxxxxxx     ')).toMatchObject({
    state: 'unknown',
    days: { exceeding: 9, evaluable: 9, of: 14 },
  });
  expect(judged('P1', 'xxx').state).toBe('unknown');
  expect(judged('P1', '').state).toBe('unknown');
  expect(judged('P1', 'uuuuuuuuuuuuuuuu          ').state).toBe('unknown');
});

test('the list of days has no holes', () => {
  const days = judged('P1', 'xx uu').dayList;
  expect(days.map(({ day }) => day)).toEqual(['2026-11-15', '2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19']);
  expect(days[2]?.state).toBe('notEvaluable');
});

test('since is the first exceeding day of the fortnight that fired it, and stays while it lasts', () => {
  expect(judged('P1', 'oooooxxxxxxxxxx').since).toBe('2026-11-10T00:00:00.000Z');
  expect(judged('P1', 'oooooxxxxxxxxxxxxxxxxxxxx').since).toBe('2026-10-31T00:00:00.000Z');
});

test('clearing needs 7 days below 80 % of the threshold; a day between 80 and 100 % starts it again', () => {
  const history = 'xxxxxxxxxxxx';
  expect(state(`${history}o`)).toBe('fired');
  expect(state(`${history}u`)).toBe('clearing');
  expect(judged('P1', `${history}uuuu`)).toMatchObject({
    state: 'clearing',
    reason: 'below 4 s on 4 of the 7 days that clear it',
  });
  expect(state(`${history}uuuuuu`)).toBe('clearing');
  expect(state(`${history}uuuuuuu`)).toBe('clear');
  expect(state(`${history}uuuuouu`)).toBe('clearing');
  expect(state(`${history}uuuuxuu`)).toBe('clearing');
  expect(state(`${history}uuuuo`)).toBe('fired');
});

test('a fired trigger that stays between 80 and 100 % is still fired a month later', () => {
  expect(state(`xxxxxxxxxxxx${'o'.repeat(30)}`)).toBe('fired');
});

test('days before it cleared do not fire it again', () => {
  const cleared = 'xxxxxxxxxxxxuuuuuuu';
  expect(judged('P1', cleared)).toMatchObject({ state: 'clear', since: null });
  expect(state(`${cleared}xxx`)).toBe('clear');
  expect(state(`${cleared}xxxxx`)).toBe('pending');
  expect(state(`${cleared}xxxxxxxxxx`)).toBe('fired');
});

test('a silent day does not count towards clearing', () => {
  expect(state('xxxxxxxxxxxxxxuuuuuu-')).not.toBe('clear');
});

test('today is shown and never judged', () => {
  const definition = campusTrigger('P1');
  const today = { ...(daysOf('x')[0] as DayStatistic), day: '2026-11-20' };
  const context = { today, live: { value: 6.4, n: 300, window: '5m' }, facts: [], nowMs, exemplars: [] };
  const answer = judgeTrigger(definition, daysOf('ooooooooooxxxx'), context);
  expect(answer).toMatchObject({ state: 'clear', days: { exceeding: 4 }, live: { value: 6.4 } });
  expect(answer.dayList.at(-1)?.day).toBe('2026-11-20');
});

test('yesterday is the last closed day in the configured time zone', () => {
  const definition = campusTrigger('P1');
  const context = { today: null, live: null, facts: [], exemplars: [] };
  const at = Date.UTC(2026, 10, 20, 3);
  const west = judgeTrigger(definition, daysOf('xx').slice(0, 1), {
    ...context,
    nowMs: at,
    timezone: 'America/Los_Angeles',
  });
  expect(west.dayList.at(-1)?.day).toBe('2026-11-18');
  const utc = judgeTrigger(definition, daysOf('xx').slice(0, 1), { ...context, nowMs: at, timezone: 'UTC' });
  expect(utc.dayList.at(-1)?.day).toBe('2026-11-19');
});

const letters = fc
  .array(fc.constantFrom('x', 'o', 'u', '-'), { minLength: 1, maxLength: 60 })
  .map((all) => all.join(''));

test('one more exceeding day never moves a fired trigger to clear', () => {
  fc.assert(
    fc.property(letters, (history) => {
      const before = stateAfter(daysOf(history), defaultPersistence).state;
      const after = stateAfter(daysOf(`${history}x`), defaultPersistence).state;
      return before !== 'fired' || after === 'fired' || after === 'unknown';
    }),
    { seed: 7, numRuns: 2000 },
  );
});

test('turning one day into an exceeding one never moves a fired trigger to clear', () => {
  fc.assert(
    fc.property(letters, fc.nat(), (history, position) => {
      const at = position % history.length;
      const worse = `${history.slice(0, at)}x${history.slice(at + 1)}`;
      const before = stateAfter(daysOf(history), defaultPersistence).state;
      return before !== 'fired' || stateAfter(daysOf(worse), defaultPersistence).state !== 'clear';
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test('it is unknown exactly when the silent days could make the ten, until it has once cleared', () => {
  fc.assert(
    fc.property(letters, (history) => {
      const days = daysOf(history);
      const after = stateAfter(days, defaultPersistence);
      fc.pre(after.clearedOn === null);
      const window = history.slice(-14);
      const exceeding = [...window].filter((letter) => letter === 'x').length;
      const silent = [...window].filter((letter) => letter === '-').length + 14 - window.length;
      return (after.state === 'unknown') === (exceeding < 10 && exceeding + silent >= 10);
    }),
    { seed: 13, numRuns: 2000 },
  );
});

test('a silent day is carried with its reason', () => {
  expect(notEvaluable('2026-11-19', 'no data')).toMatchObject({ evaluable: false, exceeding: false, wellBelow: false });
  expect(judged('P1', 'xxxxxxxxx----o').reason).toContain('12 events, 59 are needed');
});
