/** Coverage, freshness, clocks and late events. */
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { fill, filled, judge } from './example-timeline.ts';
import { createTimeline, evaluateObjective, type Timeline } from './index.ts';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;
const start = Date.parse('2026-03-01T00:00:00Z');

describe('coverage and freshness', () => {
  const holes = (missing: number): Timeline => {
    const timeline = createTimeline();
    for (let index = 0; index < 100; index += 1) {
      const isHole = index >= 50 && index < 50 + missing;
      if (!isHole) timeline.add(start + index * 10 * second, 10 * second, { good: 5, total: 5 }, false);
    }
    return timeline;
  };

  it('judges a window of which 90 % are covered', () => {
    expect(judge(compileExample(), holes(10), start + 1000 * second).state).toBe('met');
  });

  it('is unknown when 89 % are covered', () => {
    expect(judge(compileExample(), holes(11), start + 1000 * second)).toMatchObject({
      state: 'unknown',
      reason: 'only 89 % of the time is covered by data, 90 % is needed',
    });
  });

  it('is fresh at three export intervals and stale after', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 10, total: 10 });
    const last = start + hour;
    expect(judge(compileExample(), timeline, last + 30 * second, last).state).toBe('met');
    const stale = judge(compileExample(), timeline, last + 40 * second, last);
    expect(stale).toMatchObject({
      state: 'unknown',
      reason: 'stale: the last domain.request.duration came 40 s ago, expected within 30 s',
    });
    expect(stale.burn.every(({ rate }) => rate === null)).toBe(true);
  });

  it('assumes an export interval of 60 s until one was observed', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 10, total: 10 });
    const stateAfter = (ageMs: number) =>
      evaluateObjective(compileExample(), timeline, {
        watermarkMs: start + hour + ageMs,
        lastPointMs: start + hour,
        intervalMs: null,
        timezone: 'UTC',
      }).state;
    expect([stateAfter(180 * second), stateAfter(181 * second)]).toEqual(['met', 'unknown']);
  });

  it('takes the time between two exports of 60 s for no hole in a 5 min window', () => {
    const timeline = filled(start, start + 10 * minute, minute, { good: 30, total: 30 });
    const compiled = compileExample({ window: ['1h', { last: '5m', minEvents: 20 }] });
    const evaluation = evaluateObjective(compiled, timeline, {
      watermarkMs: start + 10 * minute + 50 * second,
      lastPointMs: start + 10 * minute,
      intervalMs: minute,
      timezone: 'UTC',
    });
    expect(evaluation.windows.map(({ state }) => state)).toEqual(['met', 'met']);
  });

  it('counts only what ends at or before the watermark after the clock went back', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 10, total: 10 });
    fill(timeline, start + hour, start + 2 * hour, 10 * second, { good: 0, total: 10 });
    const evaluation = judge(compileExample(), timeline, start + hour, start + 2 * hour);
    expect(evaluation).toMatchObject({ state: 'met' });
    expect(evaluation.windows[0]?.total).toBe(3600);
  });

  it('lets late events repair a breached window', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 99, total: 100 });
    expect(judge(compileExample(), timeline, start + hour).state).toBe('breached');
    fill(timeline, start, start + hour, 10 * second, { good: 1000, total: 1000 });
    expect(judge(compileExample(), timeline, start + hour).state).toBe('met');
  });
});
