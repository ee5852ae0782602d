/** When burn pairs fire, reset and stay silent. */
import { describe, expect, it } from 'vitest';
import { compileExample, examplePolicy } from './example-objective.ts';
import { fill, filled, judge } from './example-timeline.ts';
import type { Timeline } from './index.ts';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;
const start = Date.parse('2026-03-01T00:00:00Z');

describe('burn alerts', () => {
  const compiled = compileExample({ window: '30d', burn: 'google-30d' });
  const outage = start + 3 * 24 * hour;
  const history = (): Timeline => filled(start, outage, minute, { good: 60_000, total: 60_000 });
  const firing = (timeline: Timeline, at: number) => judge(compiled, timeline, at).burnAlerts[0]?.firing;

  it('fires 14.4×/1h+5m one slice after 52 s of total failure, as the formula says', () => {
    const timeline = history();
    fill(timeline, outage, outage + 10 * minute, 10 * second, { good: 0, total: 10_000 });
    expect(firing(timeline, outage + 50 * second)).toBe(false);
    expect(firing(timeline, outage + 60 * second)).toBe(true);
  });

  it('resets within 5 min of recovery, because the short window does', () => {
    const timeline = history();
    fill(timeline, outage, outage + 10 * minute, 10 * second, { good: 0, total: 10_000 });
    fill(timeline, outage + 10 * minute, outage + 20 * minute, 10 * second, { good: 10_000, total: 10_000 });
    expect(firing(timeline, outage + 10 * minute + 290 * second)).toBe(true);
    expect(firing(timeline, outage + 15 * minute)).toBe(false);
  });

  it('reports both rates of a pair', () => {
    const timeline = history();
    fill(timeline, outage, outage + 5 * minute, 10 * second, { good: 5_000, total: 10_000 });
    const [pair] = judge(compiled, timeline, outage + 5 * minute).burnAlerts;
    expect(pair).toMatchObject({ severity: 'page', long: '1h', short: '5m', factor: 14.4 });
    expect(pair?.longRate).toBeCloseTo(500 / 12, 6);
    expect(pair?.shortRate).toBeCloseTo(500, 6);
  });

  it('stays silent below the minimum of failures, however high the rate', () => {
    const guarded = compileExample({ window: '30d', burn: 'google-30d' }, { policy: examplePolicy(3) });
    const timeline = filled(start, start + hour, 10 * minute, { good: 2, total: 2 });
    timeline.add(start + 50 * minute, 10 * minute, { good: 0, total: 2 }, false);
    expect(judge(guarded, timeline, start + hour).burnAlerts[0]).toMatchObject({ firing: false });
    timeline.add(start + 50 * minute, 10 * minute, { good: 0, total: 1 }, false);
    expect(judge(guarded, timeline, start + hour).burnAlerts[0]).toMatchObject({ firing: true });
  });

  it('stays silent while the lower Wilson bound is below the factor: 3 failures of 150, then of 30', () => {
    const guarded = compileExample({ window: '30d', burn: 'google-30d' }, { policy: examplePolicy(3) });
    const at = (good: number) => {
      const timeline = filled(start, start + hour, hour, { good: 0, total: 3 });
      timeline.add(start, hour, { good, total: good }, false);
      return judge(guarded, timeline, start + hour).burnAlerts[0];
    };
    expect(at(147)).toMatchObject({ firing: false });
    expect(at(147)?.longRate).toBeCloseTo(20, 9);
    expect(at(27)).toMatchObject({ firing: true });
  });

  it('is neither firing nor silent when the source is stale', () => {
    const timeline = history();
    expect(judge(compiled, timeline, outage + hour, outage).burnAlerts.map((pair) => pair.firing)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
