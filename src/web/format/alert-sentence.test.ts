/** Sentences about alerts, their life, and what a silence covers. */
import { describe, expect, it } from 'vitest';
import type { AlertAnswer, AlertNotification } from '../../contract/index.ts';
import { alertSentence, alertsSentence, fateWords, matchWords, silenceWhen } from './alert-sentence.ts';
import { timelineOf } from './alert-timeline.ts';
import { incidentsOf } from './incidents.ts';
import { refusalWords } from './refusal.ts';
import { isCovered, silenceRequestOf } from './silence-request.ts';

const nowMs = Date.UTC(2026, 2, 4, 12, 0, 0);
const ago = (minutes: number) => new Date(nowMs - minutes * 60_000).toISOString();

function told(sink: string, state: AlertNotification['state'], action: AlertNotification['action'] = 'trigger') {
  return { sink, action, state, attempts: 1, at: ago(3), reason: null };
}

const search: AlertAnswer = {
  id: 'a1',
  rule: 'objective-page:search-latency',
  kind: 'objective-page',
  subject: 'search-latency',
  domain: 'search',
  severity: 'page',
  state: 'firing',
  muted: false,
  mutedBy: null,
  startedAt: ago(4),
  firedAt: ago(3.5),
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  summary: 'Search answers too slowly.',
  reason: 'burn is 18×',
  dedupKey: 'search page',
  runbook: '/runbooks/objective-page',
  links: [],
  notifications: [told('pagerduty', 'sent')],
};
const probe: AlertAnswer = { ...search, id: 'a2', rule: 'probe:post-searchable', summary: 'No post is found' };

describe('the sentence of the alerts', () => {
  it('says that nothing is firing, and when the last one was over', () => {
    expect(alertsSentence([], nowMs)).toBe('Nothing is firing.');
    const over: AlertAnswer = { ...search, state: 'resolved', resolvedAt: ago(180) };
    expect(alertsSentence([over], nowMs)).toBe('Nothing is firing. The last alert was resolved 3 h ago.');
  });

  it('names the first, its age and who was told, and counts incidents and not alerts alone', () => {
    expect(alertsSentence([search], nowMs)).toBe(
      'One alert is firing. Search answers too slowly (since 4 min); PagerDuty was told.',
    );
    expect(alertsSentence([search, probe], nowMs)).toBe(
      'Two alerts are firing, one incident. Search answers too slowly (since 4 min); PagerDuty was told.',
    );
  });

  it('counts what is acknowledged, muted and about to fire, but no mere notes', () => {
    const echo: AlertAnswer = {
      ...search,
      id: 'a3',
      domain: null,
      dedupKey: 'all page',
      muted: true,
      notifications: [],
    };
    const taken: AlertAnswer = { ...probe, state: 'acknowledged', acknowledgedBy: 'Mira' };
    const soon: AlertAnswer = { ...search, id: 'a4', state: 'pending', firedAt: null };
    const note: AlertAnswer = { ...search, id: 'a5', severity: 'info', dedupKey: 'search info' };
    expect(alertsSentence([search, taken, echo, note, soon], nowMs)).toBe(
      'Three alerts are firing, one incident. Search answers too slowly (since 4 min); PagerDuty was told. ' +
        'One is acknowledged, one is muted, one more is about to fire.',
    );
    expect(alertsSentence([note], nowMs)).toBe('Nothing is firing.');
  });

  it('says plainly when nobody was told, was not told yet, or could not be told', () => {
    expect(fateWords([])).toBe('nobody was told');
    expect(fateWords([told('pagerduty', 'sent', 'resolve')])).toBe('nobody was told');
    expect(fateWords([told('pagerduty', 'queued'), told('alertmanager', 'dead'), told('ops', 'sent')])).toBe(
      'ops was told, PagerDuty not yet, Alertmanager could not be told',
    );
  });
});

describe('one alert', () => {
  it('is one sentence in each state', () => {
    expect(alertSentence(search, nowMs)).toBe(
      'Firing since 4 min. Search answers too slowly. PagerDuty was told; nobody has acknowledged it.',
    );
    expect(
      alertSentence({ ...search, state: 'acknowledged', acknowledgedBy: 'Mira', acknowledgedAt: ago(2) }, nowMs),
    ).toBe('Firing since 4 min. Search answers too slowly. PagerDuty was told; Mira acknowledged it 2 min ago.');
    expect(alertSentence({ ...search, muted: true, mutedBy: 'silenced by Jon until noon: deploy' }, nowMs)).toBe(
      'Firing since 4 min. Search answers too slowly. Muted: silenced by Jon until noon: deploy; nobody has acknowledged it.',
    );
    expect(alertSentence({ ...search, state: 'pending', firedAt: null }, nowMs)).toBe(
      'About to fire, true since 4 min. Search answers too slowly. Nobody is told before it fires.',
    );
    expect(alertSentence({ ...search, startedAt: ago(30), state: 'resolved', resolvedAt: ago(10) }, nowMs)).toBe(
      'Resolved 10 min ago after 20 min. Search answers too slowly.',
    );
  });

  it('tells its life in the order of time, and then what has not happened', () => {
    expect(timelineOf(search).map((one) => one.title)).toEqual([
      'Began',
      'Fired',
      'PagerDuty was told',
      'Not acknowledged yet',
      'Not resolved yet',
    ]);
    const over = {
      ...search,
      state: 'resolved' as const,
      resolvedAt: ago(1),
      acknowledgedAt: ago(2),
      acknowledgedBy: 'Mira',
    };
    expect(timelineOf(over).map((one) => one.title)).toEqual([
      'Began',
      'Fired',
      'PagerDuty was told',
      'Acknowledged',
      'Resolved',
    ]);
  });

  it('says of a failed message what failed, and why', () => {
    const failed = { ...told('ops', 'failed'), attempts: 4, reason: 'it answered 503' };
    expect(timelineOf({ ...search, notifications: [failed] })[2]).toMatchObject({
      title: 'ops, trigger',
      detail: 'failed, tried again, at attempt 4: it answered 503',
      tone: 'breached',
    });
  });

  it('stands with the others of its incident', () => {
    const other = { ...search, id: 'b', dedupKey: 'feed page' };
    expect(incidentsOf([search, other, probe]).map((one) => one.alerts.map((alert) => alert.id))).toEqual([
      ['a1', 'a2'],
      ['b'],
    ]);
  });
});

describe('a silence', () => {
  const fields = {
    domain: 'search',
    rule: '',
    severity: 'page',
    length: '4 h',
    until: '',
    reason: 'deploy',
    by: 'Mira',
  };

  it('becomes a request with only the chosen conditions and an end', () => {
    expect(silenceRequestOf(fields, nowMs)).toEqual({
      request: {
        match: { domain: 'search', severity: 'page' },
        reason: 'deploy',
        by: 'Mira',
        endsAt: '2026-03-04T16:00:00.000Z',
      },
    });
  });

  it('reads the chosen end as UTC', () => {
    const until = { ...fields, length: 'until', until: '2026-03-05T08:30' };
    expect(silenceRequestOf(until, nowMs)).toMatchObject({ request: { endsAt: '2026-03-05T08:30:00.000Z' } });
  });

  it.each([
    [{ domain: '', severity: '' }, 'Name a domain'],
    [{ reason: ' x ' }, 'Give a reason'],
    [{ by: ' ' }, 'Give your name'],
    [{ length: 'until', until: '' }, 'Give the day'],
    [{ length: 'until', until: '2026-03-04T11:59' }, 'The end lies in the past'],
    [{ length: 'until', until: '2026-04-04T12:00' }, 'at most 30 days'],
  ])('is refused with a sentence when %o', (wrong, words) => {
    expect(silenceRequestOf({ ...fields, ...wrong }, nowMs)).toEqual({ problem: expect.stringContaining(words) });
  });

  it('covers an alert when every condition holds, and none without conditions', () => {
    expect(isCovered({ domain: 'search', severity: 'page' }, search)).toBe(true);
    expect(isCovered({ domain: 'search', severity: 'ticket' }, search)).toBe(false);
    expect(isCovered({}, search)).toBe(false);
  });

  it('says what it mutes and when it is over', () => {
    expect(matchWords({ severity: 'page', domain: 'search' })).toBe('every page of search');
    expect(matchWords({ rule: 'probe:tls' })).toBe('probe:tls');
    expect(matchWords({ domain: 'media' })).toBe('everything of media');
    expect(silenceWhen({ startsAt: ago(10), endsAt: ago(-180) }, nowMs)).toBe('ends in 3 h');
    expect(silenceWhen({ startsAt: ago(-10), endsAt: ago(-20) }, nowMs)).toBe('starts in 10 min');
    expect(silenceWhen({ startsAt: ago(200), endsAt: ago(180) }, nowMs)).toBe('ended 3 h ago');
  });
});

describe('a refused write', () => {
  it('names the token that is needed, and otherwise gives the reason as it is', () => {
    expect(refusalWords({ status: 401, code: 'UNAUTHENTICATED', message: 'a token is needed' }, 'Silencing')).toBe(
      'Silencing needs the admin token (tokens.admin in seamwatch.yaml); you are not signed in. Nothing was changed (a token is needed).',
    );
    expect(refusalWords({ status: 409, code: 'INVALID_REQUEST', message: 'it is resolved.' }, 'Acknowledging')).toBe(
      'Acknowledging failed, nothing was changed: it is resolved.',
    );
  });
});
