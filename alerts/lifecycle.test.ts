/** The life of one alert, worked by hand. */
import { describe, expect, it } from 'vitest';
import type { AlertRecord, AlertSignal } from './alert-record.ts';
import { noonMs, signal } from './alerting-fixture.ts';
import { acknowledgeAlert, provenElapsedMs, stepAlert } from './lifecycle.ts';

type Told = AlertSignal['condition'] | 'absent';

/** Plays conditions 10 s apart and gives the states after each; `none` where there is no alert. */
function play(conditions: readonly Told[], forMs = 0): string[] {
  let record: AlertRecord | null = null;
  return conditions.map((condition, index) => {
    const told = condition === 'absent' ? null : signal({ condition, forMs });
    const at = { nowMs: noonMs + index * 10_000, elapsedMs: index === 0 ? 0 : 10_000, newId: () => `id${index}` };
    record = stepAlert(record, told, at);
    const state = record?.state ?? 'none';
    if (record?.state === 'resolved') record = null;
    return state;
  });
}

const times = (count: number, condition: Told): Told[] => Array.from({ length: count }, () => condition);

describe('pending', () => {
  it('fires at once without a duration, and after the duration with one', () => {
    expect(play(['firing'])).toEqual(['firing']);
    expect(play(times(4, 'firing'), 30_000)).toEqual(['pending', 'pending', 'pending', 'firing']);
  });

  it('is forgotten when the condition is ok or its rule is gone before the duration is over', () => {
    expect(play(['firing', 'firing', 'ok', 'firing'], 20_000)).toEqual(['pending', 'pending', 'none', 'pending']);
    expect(play(['firing', 'absent'], 20_000)).toEqual(['pending', 'none']);
  });

  it('is frozen by unknown: the time does not count, and what had passed is kept', () => {
    expect(play(['firing', 'firing', 'unknown', 'unknown', 'firing', 'firing'], 20_000)).toEqual([
      ...['pending', 'pending', 'pending', 'pending', 'pending'],
      'firing',
    ]);
  });

  it('does not begin from unknown or ok', () => {
    expect(play(['unknown', 'ok', 'absent'])).toEqual(['none', 'none', 'none']);
  });
});

describe('open', () => {
  it('resolves after 60 s of ok, not after 50', () => {
    expect(play(['firing', ...times(7, 'ok')]).slice(-2)).toEqual(['firing', 'resolved']);
  });

  it('begins the 60 s anew when it fires in between', () => {
    const conditions = ['firing', ...times(6, 'ok'), 'firing', ...times(7, 'ok')] as const;
    expect(play(conditions).slice(-2)).toEqual(['firing', 'resolved']);
    expect(play(conditions).slice(0, -1)).not.toContain('resolved');
  });

  it('is frozen by unknown: 50 s of ok, unknown for an hour, then one more pair of ok', () => {
    const conditions = ['firing', ...times(6, 'ok'), ...times(360, 'unknown'), 'ok', 'ok'] as const;
    expect(play(conditions).slice(-2)).toEqual(['firing', 'resolved']);
    expect(play(['firing', ...times(500, 'unknown')])).not.toContain('resolved');
  });

  it('resolves after 10 min without its rule, and says so', () => {
    expect(play(['firing', ...times(61, 'absent')]).slice(-2)).toEqual(['firing', 'resolved']);
  });

  it('that fires again after its end is another alert', () => {
    const states = play(['firing', ...times(7, 'ok'), 'firing']);
    expect(states.slice(-2)).toEqual(['resolved', 'firing']);
  });

  it('keeps the severity and domain with which it began, and follows the words', () => {
    const at = { nowMs: noonMs, elapsedMs: 10_000, newId: () => 'id' };
    const first = stepAlert(null, signal({ severity: 'ticket' }), at);
    const next = stepAlert(first, signal({ severity: 'page', domain: 'feed', reason: 'worse' }), at);
    expect(next).toMatchObject({ severity: 'ticket', domain: 'search', reason: 'worse' });
  });

  it('comes back as the same object when nothing changed', () => {
    const at = { nowMs: noonMs, elapsedMs: 10_000, newId: () => 'id' };
    const first = stepAlert(null, signal(), at);
    expect(stepAlert(first, signal(), at)).toBe(first);
  });
});

describe('acknowledge', () => {
  const firing = stepAlert(null, signal(), { nowMs: noonMs, elapsedMs: 0, newId: () => 'id' }) as AlertRecord;

  it('keeps the first name, goes on resolving, and is refused for pending and resolved alerts', () => {
    const acknowledged = acknowledgeAlert(firing, 'ada', noonMs + 1);
    expect(acknowledgeAlert(acknowledged, 'grace', noonMs + 2)).toBe(acknowledged);
    expect(acknowledged).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'ada', acknowledgedAtMs: noonMs + 1 });
    expect(() => acknowledgeAlert({ ...firing, state: 'pending' }, 'ada', 0)).toThrow('is pending');
    expect(() => acknowledgeAlert({ ...firing, state: 'resolved' }, 'ada', 0)).toThrow('is resolved');
  });
});

describe('time between evaluations', () => {
  it('does not count after a start, across a stop of more than 5 min, or backwards', () => {
    expect(provenElapsedMs(null, noonMs)).toBe(0);
    expect(provenElapsedMs(noonMs, noonMs + 10_000)).toBe(10_000);
    expect(provenElapsedMs(noonMs, noonMs + 300_000)).toBe(300_000);
    expect(provenElapsedMs(noonMs, noonMs + 300_001)).toBe(0);
    expect(provenElapsedMs(noonMs, noonMs - 1)).toBe(0);
  });
});
