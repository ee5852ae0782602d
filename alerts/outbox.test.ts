/** The outbox by hand: order, waiting, cancelling, doubt. */
import { describe, expect, it } from 'vitest';
import { noonMs } from './alerting-fixture.ts';
import type { NotificationAction } from './message.ts';
import {
  beginAttempt,
  endAttempt,
  type Intent,
  nextDue,
  type Outbox,
  pruneOutbox,
  queueIntents,
  type SendOutcome,
} from './outbox.ts';

const half = (): number => 0.5;
const accepted: SendOutcome = { kind: 'accepted' };
const rejected: SendOutcome = { kind: 'rejected', reason: 'answered 400' };
const again: SendOutcome = { kind: 'retry', reason: 'answered 500', minimumWaitMs: 0, mayBeTaken: false };
const limited: SendOutcome = { kind: 'retry', reason: 'answered 429', minimumWaitMs: 30_000, mayBeTaken: false };
const unclear: SendOutcome = { kind: 'retry', reason: 'not reached: ECONNRESET', minimumWaitMs: 0, mayBeTaken: true };

function intent(action: NotificationAction, episode = 'one', thread = 'key'): Intent {
  const message = {
    action,
    key: thread,
    at: '',
    domain: null,
    severity: 'page',
    summary: '',
    alerts: [],
    by: null,
    links: [],
    details: {},
  } as const;
  return { sink: 'oncall', thread, episode, action, message };
}

const queued = (...intents: Intent[]): Outbox => queueIntents(new Map(), intents, noonMs);
const due = (outbox: Outbox, afterMs = 0) => nextDue(outbox, 'oncall', noonMs + afterMs)?.seq ?? null;

function attempt(outbox: Outbox, seq: number, outcome: SendOutcome): Outbox {
  const row = outbox.get(seq);
  if (row === undefined) throw new RangeError(`no row ${seq}`);
  return endAttempt(new Map(outbox).set(seq, beginAttempt(row, noonMs)), row, outcome, noonMs, half);
}

function states(outbox: Outbox): string[] {
  return [...outbox.values()].map((row) => `${row.action} ${row.state}`);
}

describe('order', () => {
  it('within an incident nothing overtakes, not even a new trigger an old resolve that waits', () => {
    const first = attempt(queued(intent('trigger')), 1, accepted);
    const stuck = attempt(queueIntents(first, [intent('resolve')], noonMs), 2, limited);
    const both = queueIntents(stuck, [intent('trigger', 'two')], noonMs);
    expect(due(both)).toBeNull();
    expect(due(both, 31_000)).toBe(2);
    expect(due(attempt(both, 2, accepted))).toBe(3);
  });

  it('another incident does not wait for it, and another sink has its own', () => {
    const stuck = attempt(queued(intent('trigger'), intent('trigger', 'two', 'other')), 1, limited);
    expect(due(stuck)).toBe(2);
    expect(nextDue(stuck, 'webhook', noonMs)).toBeNull();
  });
});

describe('waiting', () => {
  it('is full jitter that doubles: half of 1, 2, 4 s with a random number of 0.5', () => {
    let outbox = queued(intent('trigger'));
    const waits = [1, 2, 3].map(() => {
      outbox = attempt(outbox, 1, again);
      return (outbox.get(1)?.nextAtMs ?? 0) - noonMs;
    });
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  it('is at least 30 s after a 429', () => {
    expect(attempt(queued(intent('trigger')), 1, limited).get(1)?.nextAtMs).toBe(noonMs + 30_500);
  });

  it('ends when the clock went back by more than any wait', () => {
    const outbox = attempt(queued(intent('trigger')), 1, again);
    expect(due(outbox, 0)).toBeNull();
    expect(due(outbox, -3_600_000)).toBe(1);
  });
});

describe('cancelling', () => {
  it('a resolve of a trigger that was certainly not taken ends both', () => {
    const outbox = attempt(queued(intent('trigger')), 1, again);
    const over = queueIntents(outbox, [intent('resolve')], noonMs);
    expect(states(over)).toEqual(['trigger dead']);
    expect(due(over, 600_000)).toBeNull();
  });

  it('a resolve of a trigger that may have been taken is sent, without the trigger', () => {
    const outbox = attempt(queued(intent('trigger')), 1, unclear);
    const over = queueIntents(outbox, [intent('resolve')], noonMs);
    expect(states(over)).toEqual(['trigger dead', 'resolve queued']);
    expect(due(over)).toBe(2);
  });

  it('a doubt is not removed by a later definite failure', () => {
    const outbox = attempt(attempt(queued(intent('trigger')), 1, unclear), 1, again);
    expect(states(queueIntents(outbox, [intent('resolve')], noonMs))).toContain('resolve queued');
  });

  it('an answer that comes after the cancelling decides: taken is resolved, refused leaves nothing to resolve', () => {
    const outbox = queued(intent('trigger'));
    const row = outbox.get(1);
    if (row === undefined) throw new RangeError('no row');
    const flying = queueIntents(new Map(outbox).set(1, beginAttempt(row, noonMs)), [intent('resolve')], noonMs);
    expect(states(flying)).toEqual(['trigger dead', 'resolve queued']);
    expect(states(endAttempt(flying, row, accepted, noonMs, half))).toEqual(['trigger sent', 'resolve queued']);
    expect(states(endAttempt(flying, row, rejected, noonMs, half))).toEqual(['trigger dead', 'resolve dead']);
  });

  it('a refused trigger takes its waiting acknowledgement along', () => {
    const outbox = attempt(queued(intent('trigger'), intent('acknowledge')), 1, rejected);
    expect(states(outbox)).toEqual(['trigger dead', 'acknowledge dead']);
  });
});

describe('giving up', () => {
  it('a resolve after four days and not after three, a change after one, a trigger never', () => {
    const day = 86_400_000;
    const base = attempt(queued(intent('trigger')), 1, accepted);
    const outbox = queueIntents(base, [intent('resolve'), intent('change', 'c'), intent('trigger', 't', 'k')], noonMs);
    const daysLater = (days: number) => states(pruneOutbox(outbox, new Set(['one', 't']), noonMs + days * day));
    expect(daysLater(1)).toEqual(['trigger sent', 'resolve queued', 'change dead', 'trigger queued']);
    expect(daysLater(3)).toContain('resolve queued');
    expect(daysLater(4)).toContain('resolve dead');
    expect(daysLater(400)).toContain('trigger queued');
  });

  it('keeps rows of open incidents however old, and drops those of closed ones after 7 days', () => {
    const sent = attempt(queued(intent('trigger')), 1, accepted);
    expect(pruneOutbox(sent, new Set(['one']), noonMs + 1e10).size).toBe(1);
    expect(pruneOutbox(sent, new Set(), noonMs + 7 * 86_400_000 + 1).size).toBe(0);
  });
});
