/** The documented alert on a short window. */
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { filled, judge } from './example-timeline.ts';
import type { EventCounts } from './index.ts';

const second = 1_000;
const minute = 60_000;
const start = Date.parse('2026-03-01T00:00:00Z');

describe('the documented page', () => {
  const indicator = { kind: 'latency', signal: 'x', share: 0.95, atMost: '200ms' };
  const compiled = compileExample({ indicator, page: { atMost: '500ms', over: '5m', minEvents: 20 } });
  const pageOf = (counts: EventCounts) =>
    judge(compiled, filled(start, start + 5 * minute, minute, counts), start + 5 * minute).page;

  it('judges its own threshold: all slower than 200 ms, 95 % within 500 ms is calm', () => {
    expect(pageOf({ good: 0, total: 20, pageGood: 19 })).toEqual({
      state: 'ok',
      reason: null,
      window: '5m',
      threshold: 'p95 > 500 ms',
      good: 95,
      total: 100,
    });
  });

  it('fires when fewer than 95 % are within 500 ms', () => {
    expect(pageOf({ good: 0, total: 25, pageGood: 23 })).toMatchObject({
      state: 'firing',
      reason: '8 % of 125 events are bad',
    });
  });

  it('is unknown with fewer events than it needs', () => {
    expect(pageOf({ good: 0, total: 3, pageGood: 0 })).toMatchObject({
      state: 'unknown',
      reason: '15 events in the last 5m, at least 20 are needed',
    });
  });

  it('is unknown with the reason when only its own threshold is no bucket bound; the state is not', () => {
    const halfBlind = compileExample(
      { indicator, page: { atMost: '500ms', over: '5m', minEvents: 20 } },
      { bounds: [0.2, 1] },
    );
    const evaluation = judge(
      halfBlind,
      filled(start, start + 5 * minute, minute, { good: 9, total: 9 }),
      start + 5 * minute,
    );
    expect(evaluation.state).toBe('met');
    expect(evaluation.page).toMatchObject({
      state: 'unknown',
      reason:
        'threshold not measurable: 500 ms is no bucket bound of x; the share within it lies between the share within 200 ms and the share within 1 s',
    });
  });

  it('does not fire on fewer failures than it needs', () => {
    const errors = compileExample({ page: { above: 0.01, over: '5m', minEvents: 20, minFailures: 3 } });
    const timeline = filled(start, start + 5 * minute, minute, { good: 8, total: 8 });
    timeline.add(start, minute, { good: 0, total: 2 }, false);
    expect(judge(errors, timeline, start + 5 * minute).page).toMatchObject({
      state: 'ok',
      reason: '2 failures, at least 3 are needed',
      threshold: 'errors > 1 %',
    });
    timeline.add(start, minute, { good: 0, total: 1 }, false);
    expect(judge(errors, timeline, start + 5 * minute).page).toMatchObject({ state: 'firing' });
  });

  it('fires on a downtime when every confirmed probe of 5 min failed, not when one succeeded', () => {
    const uptime = compileExample({
      indicator: { kind: 'availability', signal: 'probe.result', target: 0.999 },
      page: { downFor: '5m' },
    });
    const down = filled(start, start + 5 * minute, 30 * second, { good: 0, total: 1 });
    expect(judge(uptime, down, start + 5 * minute).page).toMatchObject({ state: 'firing', threshold: 'down for 5 m' });
    down.add(start, 30 * second, { good: 1, total: 1 }, false);
    expect(judge(uptime, down, start + 5 * minute).page).toMatchObject({ state: 'ok' });
  });
});
