/** The sentences of a domain's page. */
import { describe, expect, it } from 'vitest';
import type { DomainPoint } from '../../contract/index.ts';
import { domainDetailOf } from '../fixture/domain-detail.ts';
import {
  countedWords,
  countsCalls,
  domainSentence,
  errorWords,
  latencyWords,
  minuteWords,
  rateWords,
  shareWords,
} from './domain-sentence.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 4, 20);
const plain = (text: string) => text.replaceAll('\u202f', ' ');

function point(
  minute: number,
  n: number | null,
  errorRatio: number | null = 0,
  p95Ms: number | null = 200,
): DomainPoint {
  const at = new Date(Date.UTC(2026, 2, 4, 12, minute)).toISOString();
  if (n === null) return { at, n, requestsPerMinute: null, errorRatio: null, p50Ms: null, p95Ms: null };
  if (n === 0) return { at, n, requestsPerMinute: 0, errorRatio: null, p50Ms: null, p95Ms: null };
  return { at, n, requestsPerMinute: n, errorRatio, p50Ms: 60, p95Ms };
}

const hour = [point(0, 100, 0.02, 640), point(1, null), point(2, 0), point(3, 300, 0.1, 214), point(4, 100, 0, 80)];

function detailOf(id: string) {
  const detail = domainDetailOf(id, nowMs);
  if (detail === null) throw new Error(`no fixture for ${id}`);
  return detail;
}

describe('the sentence of a domain', () => {
  it('says what it serves, what it is coupled with, and whether an alert is open', () => {
    expect(domainSentence(detailOf('search'), 1, true)).toBe(
      'Search serves 91 requests a minute, 95 % of them within 214 ms, 0.03 % with an error; it is coupled strongly with posts and users. One alert is open.',
    );
  });

  it('says so when only other domains call it', () => {
    const detail = detailOf('recommendations');
    expect(countsCalls(detail)).toBe(true);
    expect(domainSentence(detail, 0, true)).toMatch(
      /^Recommendations answers nobody outside; other domains call it \d+ times a minute, 95 % of the calls within/,
    );
  });

  it('names what is counted, and that nothing is', () => {
    expect(countedWords(detailOf('search').counted)).toMatch(/requests from outside; calls by other domains are not/);
    expect(countedWords(detailOf('recommendations').counted)).toMatch(/calls by other domains, because nobody outside/);
    expect(countedWords(detailOf('gamification').counted)).toMatch(/^Nothing was counted/);
  });

  it('claims no traffic where none is measured', () => {
    expect(domainSentence(detailOf('gamification'), 0, true)).toBe(
      'Gamification has no traffic now; it is coupled strongly with no other domain.',
    );
  });
});

describe('the sentence of a domain of which nothing is known', () => {
  it('claims neither silence nor independence', () => {
    const detail = detailOf('gamification');
    const points = detail.points.map((one) => ({ ...one, n: null, requestsPerMinute: null }));
    expect(domainSentence({ ...detail, points }, 0, false)).toBe(
      'Gamification is not heard: nothing is known of its last hour; no call between domains has been seen yet.',
    );
  });
});

describe('the words of the pictures', () => {
  it('give the last minute, the range and the gaps', () => {
    expect(rateWords(hour)).toBe(
      '100 in the last minute, between 0 and 300 over the hour. 1 of 5 minutes without data.',
    );
    expect(rateWords([point(0, null)])).toBe('Nothing is known of the last hour.');
  });

  it('weigh each minute by its requests: 2 + 30 of 500 failed', () => {
    expect(errorWords(hour)).toBe('6.4 % of 500 requests over the hour, highest 10 % at 12:03.');
    expect(errorWords([point(0, 100)], 'calls')).toBe('None of 100 calls over the hour.');
    expect(errorWords([point(0, 0), point(1, null)])).toBe('Nothing was asked, so nothing failed.');
  });

  it('name the slowest minute', () => {
    expect(latencyWords(hour)).toBe(
      '95 % within 80 ms in the last minute; by the minute between 80 ms and 640 ms (at 12:00).',
    );
    expect(latencyWords([point(0, 0)])).toBe('No duration is known of the last hour.');
  });

  it('tell a minute without data from one without requests', () => {
    expect(hour.map((one) => plain(minuteWords(one, 'durations')))).toEqual([
      '12:00 UTC: p50 60 ms, p95 640 ms, n 100',
      '12:01 UTC: no data',
      '12:02 UTC: nothing was asked (n 0)',
      '12:03 UTC: p50 60 ms, p95 214 ms, n 300',
      '12:04 UTC: p50 60 ms, p95 80 ms, n 100',
    ]);
    expect(minuteWords(point(3, 300, 0.1), 'errors')).toBe('12:03 UTC: 10 % of n 300');
    expect(minuteWords(point(3, 300), 'rate')).toBe('12:03 UTC: 300 a minute, n 300');
  });

  it('say which share nobody knows', () => {
    expect(shareWords({ requests: 0.25, databaseTime: 0.3, cpu: null })).toEqual([
      '25 % of all requests from outside',
      "30 % of the database's time is spent on its tables",
      'CPU time is not attributed to domains',
    ]);
  });
});
