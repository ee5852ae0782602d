/** States and budgets on worked numbers, and what must hold for any numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { fill, filled, judge } from './example-timeline.ts';
import { createTimeline, evaluateObjective } from './index.ts';

const second = 1_000;
const minute = 60_000;
const hour = 3_600_000;
const start = Date.parse('2026-03-01T00:00:00Z');

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
    expect(evaluation.reason).toBe('the last 1h: 361 of 360,000 events bad, the target 99.9 % allows 360');
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

describe('several windows', () => {
  const compiled = compileExample({ window: ['1h', { last: '5m', minEvents: 20, minFailures: 3 }] });
  const until = start + hour;

  it('is breached by the short window while the budget window is met, and clears with it', () => {
    const timeline = filled(start, until, 10 * second, { good: 10_000, total: 10_000 });
    fill(timeline, until, until + 10 * second, 10 * second, { good: 9_000, total: 10_000 });
    const broken = judge(compiled, timeline, until + 10 * second);
    expect(broken.windows.map(({ state }) => state)).toEqual(['met', 'breached']);
    expect(broken.reason).toMatch(/^the last 5m: 1,000 of 300,000 events bad/);
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
      '60 sampled events leave the share between 79.9 % and 95.3 %, on both sides of the target 90 %',
    );
    expect(judge(compileExample({ indicator }), many, start + hour).state).toBe('met');
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
