/** Silences: what is accepted, and what they match. */
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/kernel/clock.ts';
import { noonMs, signal } from './alerting-fixture.ts';
import { routeOf } from './routing.ts';
import { answerSilence, endedSilence, makeSilence, matchesSilence } from './silences.ts';

const day = 86_400_000;
const request = (over: object = {}) => ({
  match: { domain: 'search' },
  reason: 'known outage',
  by: 'ada',
  endsAt: isoTime(noonMs + day),
  ...over,
});

describe('a silence', () => {
  it('is active from its start, inclusive, to its end, exclusive', () => {
    const silence = makeSilence(request({ startsAt: isoTime(noonMs + 1) }), 'id', noonMs);
    const active = [noonMs, noonMs + 1, noonMs + day - 1, noonMs + day].map((at) => answerSilence(silence, at).active);
    expect(active).toEqual([false, true, true, false]);
  });

  it('may last 30 days and not a millisecond more', () => {
    expect(makeSilence(request({ endsAt: isoTime(noonMs + 30 * day) }), 'id', noonMs).endsAtMs).toBe(noonMs + 30 * day);
    expect(() => makeSilence(request({ endsAt: isoTime(noonMs + 30 * day + 1) }), 'id', noonMs)).toThrow(
      'the silence lasts 31 days; write at most 30, or change the rule if it should never fire',
    );
  });

  it.each([
    ['ends before it starts', { startsAt: isoTime(noonMs + 2 * day) }, 'before it starts'],
    ['is over', { startsAt: isoTime(noonMs - 2 * day), endsAt: isoTime(noonMs - day) }, 'which is past'],
    ['matches everything', { match: {} }, 'matches everything'],
    ['has no time', { endsAt: 'tomorrow' }, 'write ISO 8601'],
  ])('that %s is refused', (_, over, words) => {
    expect(() => makeSilence(request(over), 'id', noonMs)).toThrow(words);
  });

  it('that is ended early is over from then on, also when it had not begun', () => {
    const coming = makeSilence(request({ startsAt: isoTime(noonMs + 1_000) }), 'id', noonMs);
    expect(answerSilence(endedSilence(coming, noonMs + 1), noonMs + 5_000).active).toBe(false);
    const over = endedSilence(makeSilence(request(), 'id', noonMs), noonMs + 1);
    expect(endedSilence(over, noonMs + 2)).toBe(over);
  });

  it.each([
    [{ domain: 'search' }, true],
    [{ domain: 'all' }, false],
    [{ domain: 'search', severity: 'page' }, true],
    [{ domain: 'search', severity: 'ticket' }, false],
    [{ rule: 'objective-page:search-latency' }, true],
    [{ rule: 'objective-page:search' }, false],
    [{ rule: 'objective-page:search*' }, true],
  ] as const)('%j matches a page of search: %s', (match, expected) => {
    expect(matchesSilence(match, signal())).toBe(expected);
  });

  it('for "all" matches what belongs to no single domain', () => {
    expect(matchesSilence({ domain: 'all' }, signal({ domain: null }))).toBe(true);
  });
});

describe('routes', () => {
  const routes = [
    { match: { severity: 'page', domain: 'search' }, to: ['search-team'] },
    { match: { severity: 'page' }, to: ['oncall', 'oncall'] },
    { match: { kind: 'trigger' }, to: ['architects'] },
  ] as const;

  it('send to the first that matches, each sink once, and nowhere when none does', () => {
    expect(routeOf(signal(), routes, [])).toEqual(['search-team']);
    expect(routeOf(signal({ domain: null }), routes, [])).toEqual(['oncall']);
    expect(routeOf(signal({ kind: 'trigger', severity: 'info' }), routes, [])).toEqual(['architects']);
    expect(routeOf(signal({ severity: 'ticket' }), routes, ['oncall'])).toEqual([]);
  });

  it('that are not there send everything everywhere', () => {
    expect(routeOf(signal(), [], ['a', 'b'])).toEqual(['a', 'b']);
  });
});
