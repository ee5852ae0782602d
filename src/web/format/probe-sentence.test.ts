/** Sentences about probes. */
import { describe, expect, it } from 'vitest';
import type { ProbeAnswer } from '../../contract/index.ts';
import {
  byProbeUrgency,
  confirmationWords,
  countsWords,
  probeSentence,
  probesSentence,
  runDayText,
} from './probe-sentence.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 0, 0);
const feed: ProbeAnswer = {
  id: 'feed-loads',
  title: 'The feed loads',
  kind: 'http',
  domain: 'feed',
  source: null,
  target: 'http://127.0.0.1/api/feed',
  state: 'up',
  reason: null,
  since: new Date(nowMs - 12 * 60_000).toISOString(),
  everyMs: 30_000,
  timeoutMs: 5000,
  confirm: { failures: 2, of: 3 },
  countsForUptime: true,
  lastRunAt: null,
  durationMs: 84,
  steps: [{ id: 'get', title: 'GET /api/feed', state: 'ok', startMs: 0, durationMs: 84, reason: null, traceId: null }],
  traceId: null,
  correlationId: null,
  day: [],
  failures: [],
};
const down: ProbeAnswer = {
  ...feed,
  title: 'A new post becomes searchable',
  state: 'down',
  reason: 'not found after 5 s.',
};
const unknown: ProbeAnswer = { ...feed, state: 'unknown', reason: 'no target is configured' };

describe('the sentence of the probes', () => {
  it.each([
    [[], 'No probe is configured.'],
    [[feed], 'The one probe is up.'],
    [[feed, feed], 'Both probes are up.'],
    [[feed, feed, feed], 'All three probes are up.'],
    [[unknown, unknown], 'Nothing can be said yet: all probes are unknown.'],
    [[feed, unknown], 'One of two probes is up, none is down. One is unknown.'],
    [
      [feed, down, unknown],
      'One of three probes is down: A new post becomes searchable, since 12 min. One is unknown.',
    ],
  ])('counts and names: %#', (probes, sentence) => {
    expect(probesSentence(probes, nowMs)).toBe(sentence);
  });

  it('puts those that are down first', () => {
    expect([feed, unknown, down].toSorted(byProbeUrgency).map((one) => one.state)).toEqual(['down', 'unknown', 'up']);
  });
});

describe('one probe', () => {
  it('is one sentence in each state', () => {
    expect(probeSentence(feed, nowMs)).toBe('Up since 12 min: the last run passed in 84 ms.');
    expect(probeSentence(down, nowMs)).toBe('Down since 12 min: not found after 5 s.');
    expect(probeSentence(unknown, nowMs)).toBe('Unknown since 12 min: no target is configured.');
  });

  it('does not hide a failed run that is not confirmed yet', () => {
    const step = { ...feed.steps[0], id: 'pong', title: 'ping and pong', state: 'failed' as const, reason: 'no pong' };
    const shaky = { ...feed, steps: [{ startMs: 0, durationMs: 9, traceId: null, ...step }] };
    expect(probeSentence(shaky, nowMs)).toBe('Up since 12 min, but the last run failed at ping and pong: no pong.');
  });

  it('says what confirms a failure', () => {
    expect(confirmationWords({ failures: 1, of: 1 })).toBe('It is down as soon as one run fails.');
    expect(confirmationWords({ failures: 3, of: 3 })).toBe('It is down when 3 runs in a row failed.');
    expect(confirmationWords({ failures: 2, of: 3 })).toBe('It is down when 2 of the last 3 runs failed.');
  });

  it('says what it counts for', () => {
    expect(countsWords({ countsForUptime: true })).toContain('count for the uptime objective');
    expect(countsWords({ countsForUptime: false })).toContain('does not count');
  });

  it('tells a day with its gaps, and a day without runs', () => {
    const slot = (ok: number, failed: number) => ({ at: '2026-03-04T00:00:00Z', ok, failed });
    expect(runDayText([slot(30, 0), slot(28, 2), slot(0, 0)])).toBe('60 runs in 24 h, 2 failed; 15 min without a run');
    expect(runDayText([slot(0, 0)])).toBe('no run in the last 24 h');
  });
});
