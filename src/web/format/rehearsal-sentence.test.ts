/** Words about rehearsals, and where the parts of the staircase stand. */
import { describe, expect, it } from 'vitest';
import type { RehearsalStep, StepMeasure } from '../../contract/index.ts';
import { layOutStairs, stairBox } from '../parts/staircase-layout.ts';
import { pairMeasures } from './measure-pairs.ts';
import { achievedWords, headroomWords, intervalWords, measureWords, staircaseWords } from './rehearsal-sentence.ts';
import { anchorOf, isPagePath, safeHref } from './runbook-links.ts';

const measure: StepMeasure = {
  objective: 'feed-load',
  threshold: '≤ 300 ms',
  target: 0.95,
  good: 942,
  total: 1000,
  p50Ms: 90,
  p95Ms: 312,
  state: 'breached',
  reason: null,
};

function step(index: number, offered: number, verdict: RehearsalStep['verdict']): RehearsalStep {
  return {
    index,
    startedAt: '2026-03-04T12:00:00Z',
    durationMs: 60_000,
    offeredPerSecond: offered,
    achievedPerSecond: offered,
    dropped: 0,
    verdict,
    reason: null,
    client: [],
    domains: [],
  };
}

describe('the words of a rehearsal', () => {
  it('gives an interval, never a point', () => {
    expect(intervalWords({ lastGoodPerSecond: 40, firstBadPerSecond: 60 })).toBe('between 40 /s and 60 /s');
    expect(intervalWords({ lastGoodPerSecond: null, firstBadPerSecond: 20 })).toBe(
      'at or below 20 /s, already in the first step',
    );
  });

  it("sets the interval against today's peak where that is known", () => {
    expect(headroomWords({ lastGoodPerSecond: 40, firstBadPerSecond: 60 }, 25)).toBe("1.6× to 2.4× of today's peak");
    expect(headroomWords({ lastGoodPerSecond: 40, firstBadPerSecond: 60 }, null)).toBeNull();
  });

  it('counts the verdicts', () => {
    expect(staircaseWords([])).toBe('no step has ended');
    expect(staircaseWords([step(0, 10, 'held'), step(1, 20, 'held'), step(2, 40, 'broke')])).toBe(
      '3 steps from 10 /s to 40 /s: 2 held, 1 broke',
    );
  });

  it('says the share with its n, or why there is none', () => {
    expect(measureWords(measure)).toBe('94.2 % of 1\u202f000 ≤ 300 ms, p95 312 ms; 95 % is asked');
    expect(measureWords({ ...measure, good: 0, total: 0, state: 'unknown', reason: '0 samples' })).toBe('0 samples');
  });

  it('says how much of the offered load was carried', () => {
    expect(achievedWords(100, 91.4)).toBe('91.4 % of what was offered');
    expect(achievedWords(100, null)).toBe('what was achieved is not known');
  });

  it('pairs both sides of a step, also when one of them measured nothing', () => {
    const other = { ...measure, objective: 'search-latency' };
    const pairs = pairMeasures({ client: [measure, other], domains: [measure] });
    expect(pairs.map((one) => [one.objective, one.client !== null, one.domains !== null])).toEqual([
      ['feed-load', true, true],
      ['search-latency', true, false],
    ]);
  });
});

describe('the staircase', () => {
  const rehearsal = {
    steps: [step(0, 20, 'held'), step(1, 40, 'held'), step(2, 100, 'broke')],
    breaking: [{ objective: 'feed-load', lastGoodPerSecond: 40, firstBadPerSecond: 100, side: 'client' as const }],
    todayPeakPerSecond: 25,
  };
  const floor = stairBox.height - stairBox.bottom;
  const perRate = (floor - stairBox.top) / 100;

  it('fills the width with equal columns on a scale from zero to a round number', () => {
    const stairs = layOutStairs(rehearsal, 360);
    expect(stairs.columns.map((one) => one.x)).toEqual([52, 152, 252]);
    expect(stairs.ticks.at(0)?.y).toBe(floor);
    expect(stairs.ticks.at(-1)).toEqual({ y: stairBox.top, label: '100 /s' });
    expect(stairs.columns[1]?.offeredY).toBeCloseTo(floor - 40 * perRate, 9);
  });

  it('draws the breaking interval as a band and the peak as a line', () => {
    const stairs = layOutStairs(rehearsal, 360);
    expect(stairs.band?.y).toBe(stairBox.top);
    expect(stairs.band?.height).toBeCloseTo(60 * perRate, 9);
    expect(stairs.peak?.y).toBeCloseTo(floor - 25 * perRate, 9);
  });

  it('reaches down to the floor when already the first step broke, and draws nothing that is not known', () => {
    const first = {
      ...rehearsal.breaking[0],
      objective: 'x',
      firstBadPerSecond: 20,
      lastGoodPerSecond: null,
      side: 'client' as const,
    };
    const stairs = layOutStairs({ ...rehearsal, breaking: [first], todayPeakPerSecond: null }, 360);
    expect((stairs.band?.y ?? 0) + (stairs.band?.height ?? 0)).toBeCloseTo(floor, 9);
    expect(stairs.peak).toBeNull();
  });
});

describe('links of a runbook', () => {
  it('gives headings anchors', () => {
    expect(anchorOf('First five minutes')).toBe('first-five-minutes');
    expect(anchorOf('`burn` > 14.4×?')).toBe('burn-14-4');
    expect(anchorOf('!?')).toBe('part');
  });

  it('leads to pages and to http(s) only', () => {
    expect(['/status', '#part', 'https://sre.example'].map(safeHref)).toEqual([
      '/status',
      '#part',
      'https://sre.example',
    ]);
    expect(['javascript:alert(1)', '//evil.example', 'data:text/html,x'].map(safeHref)).toEqual([null, null, null]);
  });

  it('knows the addresses of pages, and those that hold a placeholder are none', () => {
    expect(['/probes', '/runbooks/objective-page', '/'].map(isPagePath)).toEqual([true, true, true]);
    expect(['/probes/<id>', '/nowhere', 'seamwatch status'].map(isPagePath)).toEqual([false, false, false]);
  });
});
