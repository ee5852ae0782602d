/** Alerts as the API answers them. Pure. */
import type { AlertAnswer, AlertNotification } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import type { AlertRecord, Severity } from './alert-record.ts';
import type { AlertBook } from './book.ts';
import { dedupKeyOf } from './incidents.ts';
import { runbookPath } from './message.ts';
import { type Episodes, episodesOf, type OutboxRow } from './outbox.ts';

const rank: Readonly<Record<Severity, number>> = { page: 0, ticket: 1, info: 2 };

/** Open ones first (those that may tell somebody before muted ones; pages, tickets, info; the youngest first), then the resolved ones, the latest first. */
export function answerAlerts(book: AlertBook, instanceId: string): readonly AlertAnswer[] {
  const episodes = episodesOf(book.outbox);
  return [...book.records.values()].sort(compareForReading).map((record) => answerAlert(record, episodes, instanceId));
}

export function answerAlert(record: AlertRecord, episodes: Episodes, instanceId: string): AlertAnswer {
  const { id, rule, kind, subject, domain, severity, state, mutedBy, summary, reason } = record;
  return {
    ...{ id, rule, kind, subject, domain, severity, state, mutedBy, summary, reason },
    muted: mutedBy !== null,
    startedAt: isoTime(record.startedAtMs),
    firedAt: isoOrNull(record.firedAtMs),
    acknowledgedAt: isoOrNull(record.acknowledgedAtMs),
    acknowledgedBy: record.acknowledgedBy,
    resolvedAt: isoOrNull(record.resolvedAtMs),
    dedupKey: dedupKeyOf(instanceId, domain, severity),
    runbook: runbookPath(kind),
    links: [...record.links],
    notifications: [...(episodes.get(record.episode ?? '') ?? []), ...(episodes.get(id) ?? [])]
      .sort((left, right) => left.seq - right.seq)
      .map(answerNotification),
  };
}

function answerNotification({ sink, action, state, attempts, atMs, reason }: OutboxRow): AlertNotification {
  return { sink, action, state, attempts, at: isoTime(atMs), reason };
}

function compareForReading(left: AlertRecord, right: AlertRecord): number {
  if (left.resolvedAtMs !== null && right.resolvedAtMs !== null) return right.resolvedAtMs - left.resolvedAtMs;
  if (left.resolvedAtMs !== null) return 1;
  if (right.resolvedAtMs !== null) return -1;
  if ((left.mutedBy === null) !== (right.mutedBy === null)) return left.mutedBy === null ? -1 : 1;
  return rank[left.severity] - rank[right.severity] || right.startedAtMs - left.startedAtMs;
}

function isoOrNull(unixMs: number | null): string | null {
  return unixMs === null ? null : isoTime(unixMs);
}
