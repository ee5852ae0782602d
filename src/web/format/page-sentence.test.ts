/** The documented alert in words. */
import { describe, expect, it } from 'vitest';
import { pageSentence } from './page-sentence.ts';

const page = { state: 'ok', reason: null, window: '5m', threshold: 'p95 > 500 ms', good: 800, total: 812 } as const;

describe('the documented alert', () => {
  it('says how many events were over the bound, and from where on it fires', () => {
    expect(pageSentence(page)).toBe(
      'The documented alert is quiet: 1.48 % of 812 events over 500 ms in 5 min; it fires above 5 %.',
    );
    expect(pageSentence({ ...page, state: 'firing', good: 406 })).toBe(
      'The documented alert is firing: 50 % of 812 events over 500 ms in 5 min; it fires above 5 %.',
    );
  });

  it('speaks of errors and of downtime in their own words', () => {
    expect(pageSentence({ ...page, threshold: 'errors > 1 %', good: 812 })).toBe(
      'The documented alert is quiet: 0 % of 812 events failed in 5 min; it fires above 1 %.',
    );
    expect(pageSentence({ ...page, threshold: 'down for 5 m', good: 9, total: 10 })).toBe(
      'The documented alert is quiet: 10 % of 10 probe runs failed in 5 min; it fires when none succeeds for 5 min.',
    );
  });

  it('says why a share above the limit does not fire', () => {
    const few = { ...page, threshold: 'errors > 1 %', good: 19, total: 20, reason: '1 failure, at least 3 are needed' };
    expect(pageSentence(few)).toBe(
      'The documented alert is quiet: 5 % of 20 events failed in 5 min (1 failure, at least 3 are needed); it fires above 1 %.',
    );
  });

  it('gives the reason when it can not be judged, and makes no share of nothing', () => {
    expect(pageSentence({ ...page, state: 'unknown', reason: '3 events, 20 are needed' })).toBe(
      'The documented alert (p95 > 500 ms) can not be judged: 3 events, 20 are needed.',
    );
    expect(pageSentence({ ...page, good: 0, total: 0 })).toContain('no event in 5 min');
  });
});
