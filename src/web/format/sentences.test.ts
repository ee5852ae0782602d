/** The sentences of the pages, generated from data. */
import { describe, expect, it } from 'vitest';
import { objectivesAt } from '../fixture/objectives.ts';
import { tracesAt } from '../fixture/traces.ts';
import { triggersAt } from '../fixture/triggers.ts';
import { layoutTraces } from '../trace/layout.ts';
import { budgetWords, clearsSentence, eventsToClear, standingSentence, thresholdMs } from './objective-sentence.ts';
import { objectivesSentence, overviewSentence, triggersSentence } from './overview-sentence.ts';
import { dayTone, groupObjectives } from './state.ts';
import { traceSentence } from './trace-sentence.ts';
import { daysText, exitSentence, forecastText, measuredText, scaleEnd } from './trigger-sentence.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 4, 20);
const objectives = objectivesAt(nowMs);
const triggers = triggersAt(nowMs, 'a'.repeat(32));
const [first] = objectives;
const states = (...names: ('met' | 'breached' | 'unknown' | 'notApplicable')[]) =>
  names.flatMap((state) => (first ? [{ ...first, state }] : []));
const triggerOf = (id: string) => triggers.filter((one) => one.id === id);
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('the sentence of the overview', () => {
  it('names breached, unknown and the fired trigger with its simulated days', () => {
    expect(overviewSentence(objectives, triggers)).toBe(
      'Two of eighteen objectives are breached and two are unknown. Notifications have been over 5 s on 12 of 14 days (11 simulated), so P1 has fired; one more is on the way.',
    );
  });

  it('does not count what does not apply, and never calls an unknown met', () => {
    expect(objectivesSentence(states('met', 'met', 'notApplicable'))).toBe('Both objectives are met.');
    expect(objectivesSentence(states('met', 'unknown'))).toBe('One of two objectives is met and one is unknown.');
    expect(objectivesSentence(states('unknown', 'unknown'))).toBe(
      'Nothing can be said yet: both objectives are unknown.',
    );
    expect(objectivesSentence(states('met', 'met', 'met'))).toBe('All three objectives are met.');
    expect(objectivesSentence([])).toBe('No objective is being judged.');
  });

  it('says so when no trigger has fired', () => {
    expect(triggersSentence(triggerOf('P0'))).toBe('No extraction trigger has fired.');
    expect(triggersSentence(triggerOf('P3'))).toBe(
      'Search has been over 200 ms on 8 of 14 days (7 simulated), P3 is pending.',
    );
  });
});

describe('the sentences of an objective', () => {
  it('gives share, n, window, target and budget', () => {
    const breached = objectives.find((one) => one.id === 'search-latency');
    expect(breached && plain(standingSentence({ ...breached, good: 942, total: 1000, budgetRemaining: -0.16 }))).toBe(
      'Breached: 94.2 % of 1 000 events were ≤ 100 ms over 30 days; 95 % is asked, the budget is overspent by 16 %.',
    );
  });

  it('gives the reason of an unknown and nothing else', () => {
    const unknown = objectives.find((one) => one.id === 'uptime');
    expect(unknown && standingSentence(unknown)).toBe('Unknown: no probe has run: probes are not configured.');
  });

  it('needs 160 good events to lift 942 of 1000 to 95 %', () => {
    expect(eventsToClear(942, 1000, 0.95)).toBe(160);
    expect((942 + 160) / (1000 + 160)).toBeCloseTo(0.95, 10);
    expect(eventsToClear(950, 1000, 0.95)).toBe(0);
    expect(eventsToClear(0, 0, 0.95)).toBe(0);
    expect(eventsToClear(999, 1000, 1)).toBeNull();
  });

  it('says how long that takes at the present rate, and nothing when it is met', () => {
    const breached = objectives.find((one) => one.id === 'search-latency');
    if (!breached) throw new Error('the fixture has no search-latency');
    expect(clearsSentence({ ...breached, good: 942, total: 1000 }, 32)).toBe(
      '160 further events without a failure clear it, 5 min at the present 32 a minute, or the bad ones leave the window of 30 days.',
    );
    expect(clearsSentence({ ...breached, state: 'met' }, 32)).toBeNull();
  });

  it('words every sign of the budget', () => {
    expect([1, 0, -0.5, null].map(budgetWords)).toEqual([
      '100 % of the budget is left',
      'the budget is exactly spent',
      'the budget is overspent by 50 %',
      'there is no budget without events',
    ]);
  });

  it('reads the bound out of a documented threshold', () => {
    expect(['≤ 200 ms', '≤ 2 s', '≤ 0.5 s', null].map(thresholdMs)).toEqual([200, 2000, 500, null]);
  });
});

describe('triggers in words', () => {
  it('gives value, interval and n', () => {
    expect(triggerOf('P1').map((one) => plain(measuredText(one)))).toEqual(['6.42 s [5.97 to 7.06], n 3 120']);
  });

  it('counts days that can not be evaluated', () => {
    expect(triggerOf('P5').map(daysText)).toEqual(['over on 0 of 14 days, 10 not evaluable, 13 simulated']);
  });

  it('gives a forecast as an interval, or says that there is none', () => {
    expect(triggerOf('P3').map((one) => forecastText(one.forecast))).toEqual(['13 Mar, 8 Mar to 25 Mar (90 %)']);
    expect(forecastText(null)).toBe('no forecast');
  });

  it('leaves room beyond the threshold and the interval', () => {
    expect(scaleEnd({ value: 2, threshold: 5, interval: null })).toBeCloseTo(6.75, 10);
    expect(scaleEnd({ value: null, threshold: null, interval: null })).toBe(1);
  });

  it('explains the exit code', () => {
    expect(exitSentence({ code: 0, reasons: [] })).toBe('In CI this report ends with 0: nothing asks for anybody.');
  });
});

describe('states', () => {
  it('puts the domain with the worst objective first, and within it the worst first', () => {
    const groups = groupObjectives(objectives);
    expect(groups[0]?.domain).toBe('notifications');
    expect(groups[0]?.objectives.map((one) => one.state)).toEqual(['breached', 'unknown', 'met', 'met']);
  });

  it('calls a day without events unknown, never met', () => {
    const day = { at: '2026-03-01T00:00:00Z', synthetic: false };
    expect(dayTone({ ...day, good: 0, total: 0 }, 0.95)).toBe('unknown');
    expect(dayTone({ ...day, good: null, total: null }, 0.95)).toBe('unknown');
    expect(dayTone({ ...day, good: 95, total: 100 }, 0.95)).toBe('met');
    expect(dayTone({ ...day, good: 94, total: 100 }, 0.95)).toBe('breached');
  });
});

describe('the sentence of a trace', () => {
  it('says where the time went: the bus when it was mostly the bus', () => {
    const traces = tracesAt(nowMs).slice(0, 1);
    expect(plain(traceSentence(traces, layoutTraces(traces, true).figures))).toBe(
      'POST /api/posts/:id/comments took 64 ms, and what it set off was done after 6 420 ms across posts, users, search, feed, follows and 1 more; 80.7 % of it is waiting on the bus or in a queue.',
    );
  });

  it('else the heaviest: here the 28 reads that belong together', () => {
    const traces = tracesAt(nowMs)
      .filter((one) => one.rootName === 'GET /api/feed')
      .slice(0, 1);
    expect(plain(traceSentence(traces, layoutTraces(traces, true).figures))).toBe(
      'GET /api/feed took 412 ms across feed, follows, posts and users; 67.2 % of it is 28 alike calls of users byId.',
    );
  });
});
