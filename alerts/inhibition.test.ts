/** Who is whose echo. */
import { describe, expect, it } from 'vitest';
import type { AlertRecord, AlertSignal } from './alert-record.ts';
import { noonMs, signal } from './alerting-fixture.ts';
import { inhibitedBy } from './inhibition.ts';
import { stepAlert } from './lifecycle.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A firing alert since `sinceMs` after noon. */
function open(over: Partial<AlertSignal>, sinceMs = 0): AlertRecord {
  const at = { nowMs: noonMs + sinceMs, elapsedMs: 0, newId: () => `${over.rule}-${sinceMs}` };
  return stepAlert(null, signal({ rule: 'rule', ...over }), at) as AlertRecord;
}

function ended(record: AlertRecord, atMs: number): AlertRecord {
  return { ...record, state: 'resolved', resolvedAtMs: noonMs + atMs };
}

const all = open({ rule: 'all', domain: null });
const page = open({ rule: 'page' });
const ticket = open({ rule: 'ticket', kind: 'objective-burn', severity: 'ticket' });

describe('an all-domain alert', () => {
  it('waits 30 s for the alert of a domain, then speaks', () => {
    expect(inhibitedBy(all, [all], noonMs + 29_999)).toContain('waits 30 s');
    expect(inhibitedBy(all, [all], noonMs + 30_000)).toBeNull();
  });

  it('is muted while a page or ticket of any domain fires, and for 5 min after', () => {
    expect(inhibitedBy(all, [all, page], noonMs + hour)).toBe('inhibited by page (search)');
    expect(inhibitedBy(all, [all, ticket], noonMs + hour)).toBe('inhibited by ticket (search)');
    const over = ended(page, 10 * minute);
    expect(inhibitedBy(all, [all, over], noonMs + 15 * minute - 1)).toContain('just ended, page');
    expect(inhibitedBy(all, [all, over], noonMs + 15 * minute)).toBeNull();
  });

  it('is not muted by info, by a fired trigger, by the watcher itself, or by a pending alert', () => {
    const others = [
      open({ rule: 'i', severity: 'info' }),
      open({ rule: 't', kind: 'trigger', severity: 'ticket' }),
      open({ rule: 's', kind: 'self', domain: 'seamwatch' }),
      open({ rule: 'p', forMs: minute }),
    ];
    expect(inhibitedBy(all, [all, ...others], noonMs + hour)).toBeNull();
  });

  it('of severity page is hidden by nothing that began more than an hour before', () => {
    const late = open({ rule: 'late', domain: null }, hour + 1);
    expect(inhibitedBy(late, [late, ticket, page], noonMs + 2 * hour)).toBeNull();
    const inTime = open({ rule: 'late', domain: null }, hour);
    expect(inhibitedBy(inTime, [inTime, page], noonMs + 2 * hour)).toBe('inhibited by page (search)');
  });

  it('that comes back is still the echo of the cause that it first came with', () => {
    const first = ended(open({ rule: 'late', domain: null }, minute), 10 * minute);
    const again = open({ rule: 'late', domain: null }, 3 * hour);
    expect(inhibitedBy(again, [again, first, page], noonMs + 4 * hour)).toBe('inhibited by page (search)');
  });

  it('about the watcher itself is never muted and never waits', () => {
    const self = open({ rule: 'self:intake', kind: 'self', domain: null });
    expect(inhibitedBy(self, [self, page], noonMs)).toBeNull();
  });
});

describe('a burn ticket', () => {
  it('waits 2 min for the page of the same cause', () => {
    expect(inhibitedBy(ticket, [ticket], noonMs + 2 * minute - 1)).toContain('waits 120 s');
    expect(inhibitedBy(ticket, [ticket], noonMs + 2 * minute)).toBeNull();
  });

  it('is muted by a page of its own domain, and for 6 h after as its echo', () => {
    expect(inhibitedBy(ticket, [ticket, page], noonMs + hour)).toBe('inhibited by page (search)');
    const over = ended(page, hour);
    expect(inhibitedBy(ticket, [ticket, over], noonMs + 7 * hour - 1)).toContain('just ended');
    expect(inhibitedBy(ticket, [ticket, over], noonMs + 7 * hour)).toBeNull();
  });

  it('that begins after that page has ended speaks', () => {
    const later = open({ rule: 'later', kind: 'objective-burn', severity: 'ticket' }, 2 * hour);
    expect(inhibitedBy(later, [later, ended(page, hour)], noonMs + 3 * hour)).toBeNull();
  });

  it('is not muted by a page of another domain', () => {
    const feed = open({ rule: 'feed', domain: 'feed' });
    expect(inhibitedBy(ticket, [ticket, feed], noonMs + hour)).toBeNull();
  });
});

it('a page of a domain speaks at once, whatever else fires', () => {
  expect(inhibitedBy(page, [page, all, ticket, open({ rule: 'x', domain: 'feed' })], noonMs)).toBeNull();
});
