/** States, budgets, burn alerts and the page on worked numbers; the edges; and what must hold for any numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExample, examplePolicy } from './example-objective.ts';
import { type CompiledObjective, createTimeline, type EventCounts, evaluateObjective, type Timeline } from './index.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const start = Date.parse('2026-03-01T00:00:00Z');

function fill(timeline: Timeline, fromMs: number, toMs: number, stepMs: number, counts: EventCounts): void {
  for (let at = fromMs; at < toMs; at += stepMs) timeline.add(at, stepMs, counts, false);
}

function filled(fromMs: number, toMs: number, stepMs: number, counts: EventCounts): Timeline {
  const timeline = createTimeline();
  fill(timeline, fromMs, toMs, stepMs, counts);
  return timeline;
}

function judge(compiled: CompiledObjective, timeline: Timeline, watermarkMs: number, lastPointMs = watermarkMs) {
  return evaluateObjective(compiled, timeline, { watermarkMs, lastPointMs, intervalMs: 10 * second, timezone: 'UTC' });
}

describe('state and budget', () => {
  it('leaves 99.98 % of a 30 d budget after one night hour of ten failures in a busy service', () => {
    const timeline = filled(start, start + 30 * 24 * hour, 15 * minute, { good: 15_000, total: 15_000 });
    const night = start + 29 * 24 * hour;
    timeline.add(night, 15 * minute, { good: 0, total: 10 }, false);
    const { windows } = judge(compileExample({ window: '30d' }), timeline, start + 30 * 24 * hour);
    expect(windows[0]?.budgetRemaining).toBeCloseTo(0.9998, 4);
    expect(windows[0]?.windowCovered).toBe(1);
  });

  it('is met with nothing left exactly at the target', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 999, total: 1000 });
    const evaluation = judge(compileExample(), timeline, start + hour);
    expect(evaluation).toMatchObject({ state: 'met', reason: null });
    expect(evaluation.windows[0]?.budgetRemaining).toBe(0);
  });

  it('is breached by one failure more than the target allows, and says so with the numbers', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 999, total: 1000 });
    timeline.add(start, 10 * second, { good: -1, total: 0 }, false);
    const evaluation = judge(compileExample(), timeline, start + hour);
    expect(evaluation.state).toBe('breached');
    expect(evaluation.reason).toBe('the last 1h: 361 of 360000 events bad, the target 99.9 % allows 360');
    expect(evaluation.windows[0]?.budgetRemaining).toBeCloseTo(-1 / 360, 9);
  });

  it('has overspent 999 budgets when every event fails at 99.9 %', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 0, total: 7 });
    const evaluation = judge(compileExample(), timeline, start + hour);
    expect(evaluation.state).toBe('breached');
    expect(evaluation.windows[0]?.budgetRemaining).toBeCloseTo(-999, 6);
    expect(evaluation.burn.find(({ window }) => window === '5m')?.rate).toBeCloseTo(1000, 6);
  });

  it('is unknown without traffic, and burns nothing', () => {
    const timeline = createTimeline();
    for (let at = start; at < start + hour; at += 10 * second) timeline.observe(at, 10 * second);
    const evaluation = judge(compileExample(), timeline, start + hour);
    expect(evaluation).toMatchObject({ state: 'unknown', reason: 'no events in the last 1h' });
    expect(evaluation.windows[0]?.budgetRemaining).toBeNull();
    expect(evaluation.burn.every(({ rate }) => rate === null)).toBe(true);
  });

  it('is unknown when nothing was ever received', () => {
    const evaluation = evaluateObjective(compileExample(), createTimeline(), {
      watermarkMs: start,
      lastPointMs: null,
      intervalMs: null,
      timezone: 'UTC',
    });
    expect(evaluation).toMatchObject({
      state: 'unknown',
      reason: 'no data yet: domain.request.duration was never received',
    });
  });

  it('judges a part-filled window and says how much of it is covered', () => {
    const timeline = filled(start, start + 6 * minute, 10 * second, { good: 10, total: 10 });
    const evaluation = judge(compileExample(), timeline, start + 6 * minute);
    expect(evaluation.state).toBe('met');
    expect(evaluation.windows[0]?.windowCovered).toBeCloseTo(0.1, 12);
  });

  it('says how many events of each window are simulated', () => {
    const timeline = filled(start, start + hour, 10 * second, { good: 1, total: 1 });
    timeline.add(start, 10 * second, { good: 3, total: 4 }, true);
    const evaluation = judge(compileExample({ window: ['1h', { last: '5m' }] }), timeline, start + hour);
    expect(evaluation.synthetic).toBe(true);
    expect(evaluation.windows.map(({ synthetic }) => synthetic)).toEqual([
      { good: 3, total: 4 },
      { good: 0, total: 0 },
    ]);
  });

  it('does not apply where there is nothing to measure', () => {
    const compiled = compileExample({ notApplicable: 'no domain has been extracted' });
    const evaluation = judge(compiled, createTimeline(), start);
    expect(evaluation).toMatchObject({ state: 'notApplicable', reason: 'no domain has been extracted', page: null });
  });

  it('is unknown with the reason when the buckets cannot answer', () => {
    const indicator = { kind: 'latency', signal: 'x', share: 0.95, atMost: '200ms' };
    const compiled = compileExample({ indicator }, { bounds: [0.1, 0.25] });
    expect(judge(compiled, createTimeline(), start).reason).toMatch(/^threshold not measurable: 200 ms is no bucket/);
  });
});

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

describe('several windows', () => {
  const compiled = compileExample({ window: ['1h', { last: '5m', minEvents: 20, minFailures: 3 }] });
  const until = start + hour;

  it('is breached by the short window while the budget window is met, and clears with it', () => {
    const timeline = filled(start, until, 10 * second, { good: 10_000, total: 10_000 });
    fill(timeline, until, until + 10 * second, 10 * second, { good: 9_000, total: 10_000 });
    const broken = judge(compiled, timeline, until + 10 * second);
    expect(broken.windows.map(({ state }) => state)).toEqual(['met', 'breached']);
    expect(broken.reason).toMatch(/^the last 5m: 1000 of 300000 events bad/);
    expect(broken.state).toBe('breached');
    fill(timeline, until + 10 * second, until + 6 * minute, 10 * second, { good: 10_000, total: 10_000 });
    expect(judge(compiled, timeline, until + 6 * minute).state).toBe('met');
  });

  it('does not judge a short window with 19 of 20 events, which leaves the whole met', () => {
    const timeline = filled(start, until - 5 * minute, 10 * second, { good: 1_000, total: 1_000 });
    fill(timeline, until - 5 * minute, until - 10 * second, 10 * second, { good: 0, total: 0 });
    timeline.add(until - 10 * second, 10 * second, { good: 0, total: 19 }, false);
    const evaluation = judge(compiled, timeline, until);
    expect(evaluation.state).toBe('met');
    expect(evaluation.windows[1]).toMatchObject({
      state: 'unknown',
      reason: '19 events in the last 5m, at least 20 are needed',
    });
  });

  it('does not judge a short window by two failures where three are needed', () => {
    const timeline = filled(start, until, 10 * second, { good: 300, total: 300 });
    timeline.add(until - 10 * second, 10 * second, { good: -2, total: 0 }, false);
    expect(
      judge(compileExample({ window: ['1h', { last: '1m', minFailures: 3 }] }), timeline, until).windows[1],
    ).toMatchObject({
      state: 'unknown',
      reason: '2 failures in the last 1m, at least 3 are needed to conclude',
    });
  });
});

describe('sampled events', () => {
  const indicator = { kind: 'errors', signal: 'domain.request.duration', target: 0.9, source: 'spans' };

  it('are unknown when their 95 % interval holds the target, and known with more of them', () => {
    const few = filled(start, start + hour, 10 * minute, { good: 9, total: 10 });
    const many = filled(start, start + hour, 10 * minute, { good: 950, total: 1000 });
    expect(judge(compileExample({ indicator }), few, start + hour).state).toBe('unknown');
    expect(judge(compileExample({ indicator }), few, start + hour).reason).toBe(
      '60 sampled events leave the share between 79.851 % and 95.336 %, on both sides of the target 90 %',
    );
    expect(judge(compileExample({ indicator }), many, start + hour).state).toBe('met');
  });
});

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

describe('whatever the numbers', () => {
  const slice = fc.record({ good: fc.nat({ max: 100 }), bad: fc.nat({ max: 100 }) });

  it('more errors never leave more budget and never turn breached into met', () => {
    const compiled = compileExample();
    fc.assert(
      fc.property(
        fc.array(slice, { minLength: 1, maxLength: 60 }),
        fc.nat(),
        fc.nat({ max: 50 }),
        (slices, at, turned) => {
          const evaluate = (worse: number) => {
            const timeline = createTimeline();
            slices.forEach(({ good, bad }, index) => {
              const moved = index === at % slices.length ? Math.min(worse, good) : 0;
              timeline.add(start + index * minute, minute, { good: good - moved, total: good + bad }, false);
            });
            return judge(compiled, timeline, start + slices.length * minute);
          };
          const before = evaluate(0);
          const after = evaluate(turned);
          expect(after.windows[0]?.budgetRemaining ?? 0).toBeLessThanOrEqual(before.windows[0]?.budgetRemaining ?? 0);
          if (before.state === 'breached') expect(after.state).toBe('breached');
        },
      ),
      { numRuns: 300, seed: 21 },
    );
  });

  it('a window is breached exactly when its remaining budget is negative', () => {
    fc.assert(
      fc.property(fc.constantFrom(0.5, 0.9, 0.95, 0.99, 0.999, 0.9999), slice, (target, { good, bad }) => {
        fc.pre(good + bad > 0);
        const compiled = compileExample({
          indicator: { kind: 'errors', signal: 'x', target },
        });
        const timeline = filled(start, start + hour, hour, { good, total: good + bad });
        const [window] = judge(compiled, timeline, start + hour).windows;
        expect(window?.state === 'breached').toBe((window?.budgetRemaining ?? 0) < 0);
        expect(window?.state === 'breached').toBe(bad * 1e4 > Math.round((1 - compiled.target) * 1e4) * (good + bad));
      }),
      { numRuns: 300, seed: 22 },
    );
  });
});
