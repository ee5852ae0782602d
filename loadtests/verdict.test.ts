/** Judging: three values per objective and step, the interval per objective, the order in which they break. */
import { describe, expect, it } from 'vitest';
import type { RehearsalStep } from '../src/contract/index.ts';
import { campusObjectives } from './campus-objectives-fixture.ts';
import { type Goal, goalsOf } from './goals.ts';
import { judge } from './judge.ts';
import { scenarios } from './scenarios.ts';
import { breakingOf, judgeStep, sentenceOf } from './verdict.ts';

const goals = goalsOf(scenarios.notifications, campusObjectives());
const goalOf = (id: string): Goal => {
  const goal = goals.find(({ objective }) => objective === id);
  if (goal === undefined) throw new Error(`the scenario has no goal ${id}`);
  return goal;
};
const notice = goalOf('notification-in-app');
const errors = goalOf('error-rate');

describe('an objective in a step', () => {
  it.each([
    // Wilson, one-sided 95 %: 59/59 ≥ 0.956, 290/300 ≥ 0.946, 294/300 ≥ 0.963, 270/300 ≤ 0.925.
    [notice, 58, 58, 'unknown'],
    [notice, 59, 59, 'met'],
    [notice, 294, 300, 'met'],
    [notice, 290, 300, 'unknown'],
    [notice, 270, 300, 'breached'],
    [notice, 0, 0, 'unknown'],
    [notice, 0, 40, 'unknown'],
    [errors, 600, 600, 'unknown'],
    [errors, 598, 600, 'unknown'],
    [errors, 580, 600, 'breached'],
    [errors, 2_995, 2_995, 'met'],
  ] as const)('%# with %s good of %s', (goal, good, total, state) => {
    expect(judge(goal, { good, total, missing: 0 }).state).toBe(state);
  });

  it('says how many events it would take, and how many never came', () => {
    expect(judge(errors, { good: 600, total: 600, missing: 0 }).reason).toBe(
      '600 of 600 were good; 2,995 events are needed to show 99.9 %',
    );
    expect(judge(notice, { good: 500, total: 1_000, missing: 400 }).reason).toBe(
      '500 of 1,000 were good; 400 were never seen, 50 % where 95 % is wanted',
    );
  });

  it('never gets better by more bad events', () => {
    const rank = { met: 2, unknown: 1, breached: 0, notApplicable: -1 };
    for (let bad = 1; bad < 300; bad += 1) {
      const less = judge(notice, { good: 300 - bad + 1, total: 300, missing: 0 }).state;
      const more = judge(notice, { good: 300 - bad, total: 300, missing: 0 }).state;
      expect(rank[more]).toBeLessThanOrEqual(rank[less]);
    }
  });
});

type Measure = RehearsalStep['client'][number];

function measure(goal: Goal, good: number, total: number): Measure {
  const { objective, threshold, target } = goal;
  return { objective, threshold, target, good, total, p50Ms: 1, p95Ms: 2, ...judge(goal, { good, total, missing: 0 }) };
}

const calm = {
  offeredPerSecond: 20,
  achievedPerSecond: 20,
  dropped: 0,
  client: [measure(notice, 600, 600)],
  domains: [measure(notice, 600, 600)],
  domainsMissing: null,
};

describe('a step', () => {
  it('holds when every latency objective is met on both sides; an error objective that can not be shown does not hinder', () => {
    expect(judgeStep(calm, goals)).toEqual({ verdict: 'held', reason: null });
    expect(judgeStep({ ...calm, client: [...calm.client, measure(errors, 600, 600)] }, goals).verdict).toBe('held');
  });

  it('broke when too little of the load was served, though what was served was fast', () => {
    expect(judgeStep({ ...calm, offeredPerSecond: 200, achievedPerSecond: 120, dropped: 2_400 }, goals)).toEqual({
      verdict: 'broke',
      reason: 'offered 200/s, achieved 120/s, 2,400 arrivals found no free virtual user',
    });
  });

  it('broke when only one side sees a breach, and names the side', () => {
    const { verdict, reason } = judgeStep({ ...calm, domains: [measure(notice, 300, 600)] }, goals);
    expect(verdict).toBe('broke');
    expect(reason).toContain('notification-in-app ≤ 2 s (domains): 300 of 600');
  });

  it('broke when only the client sees a breach, and says that the time was not lost in the domains', () => {
    const { verdict, reason } = judgeStep({ ...calm, client: [measure(notice, 300, 600)] }, goals);
    expect(verdict).toBe('broke');
    expect(reason).toContain('on the way, or in the load generator');
  });

  it('is unknown with too few events, and without the domains’ numbers', () => {
    expect(judgeStep({ ...calm, client: [measure(notice, 30, 30)] }, goals).verdict).toBe('unknown');
    expect(judgeStep({ ...calm, domains: [], domainsMissing: 'the page is gone' }, goals)).toEqual({
      verdict: 'unknown',
      reason: 'the page is gone',
    });
  });
});

function step(rate: number, client: readonly Measure[], domains: readonly Measure[]): RehearsalStep {
  const numbers = {
    ...calm,
    offeredPerSecond: rate,
    achievedPerSecond: rate,
    client: [...client],
    domains: [...domains],
  };
  return { index: 0, startedAt: '', durationMs: 1, ...numbers, ...judgeStep(numbers, goals) };
}

describe('where objectives break', () => {
  const api = goalOf('api-latency');
  const good = (goal: Goal): Measure => measure(goal, 600, 600);
  const bad = (goal: Goal): Measure => measure(goal, 300, 600);
  const steps = [
    step(20, [good(notice), good(api)], [good(notice), good(api)]),
    step(40, [good(notice), good(api)], [good(notice), good(api)]),
    step(80, [bad(notice), bad(api)], [bad(notice), good(api)]),
    step(60, [good(notice), good(api)], [bad(notice), good(api)]),
  ];

  it('is an interval per objective with the side that saw it first, the earliest objective first', () => {
    expect(breakingOf(steps)).toEqual([
      { objective: 'notification-in-app', lastGoodPerSecond: 40, firstBadPerSecond: 60, side: 'domains' },
      { objective: 'api-latency', lastGoodPerSecond: 60, firstBadPerSecond: 80, side: 'client' },
    ]);
    expect(sentenceOf(steps, 'someone comments')).toBe(
      'notification-in-app breaks first, between 40 and 60 arrivals per second (in each, someone comments).',
    );
  });

  it('has no lower end when already the first step broke', () => {
    expect(breakingOf([step(80, [bad(notice)], [bad(notice)])])[0]?.lastGoodPerSecond).toBeNull();
  });

  it('is nowhere when nothing broke, and a step that could not be judged is said', () => {
    const tooFew = step(1, [measure(notice, 30, 30)], [measure(notice, 30, 30)]);
    expect(breakingOf(steps.slice(0, 2))).toEqual([]);
    expect(sentenceOf(steps.slice(0, 2), 'someone comments')).toContain('Every objective held up to 40');
    expect(sentenceOf([tooFew], 'x')).toBe('Nothing broke, but 1 of 1 steps could not be judged.');
  });
});
