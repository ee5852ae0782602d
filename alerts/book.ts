/** Everything that alerting remembers, and how one evaluation changes it. Pure: the same book and signals give the same book. */
import type { AlertSignal } from './alert-record.ts';
import { type AlertRecord, isOpen } from './alert-record.ts';
import { acknowledgements, announcements, type GroupingContext, groupAlerts, type Incident } from './incidents.ts';
import { inhibitedBy } from './inhibition.ts';
import { acknowledgeAlert, type Moment, stepAlert } from './lifecycle.ts';
import { type Outbox, pruneOutbox, queueIntents } from './outbox.ts';
import { policy } from './policy.ts';
import { type Silence, silencedBy } from './silences.ts';

/** `records` by id (open ones and those resolved lately), `incidents` by dedup key (open ones), `silences` by id. */
export interface AlertBook {
  readonly records: ReadonlyMap<string, AlertRecord>;
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly silences: ReadonlyMap<string, Silence>;
  readonly outbox: Outbox;
}

export const emptyBook: AlertBook = {
  records: new Map(),
  incidents: new Map(),
  silences: new Map(),
  outbox: new Map(),
};

/** `nowMs` is the time of the evaluation, `wallMs` the clock's; they differ by the lag of the telemetry. */
export interface BookContext extends GroupingContext {
  readonly nowMs: number;
}

/** The book after one evaluation of all rules. A rule without a signal is taken as removed. */
export function evaluateBook(
  book: AlertBook,
  signals: readonly AlertSignal[],
  elapsedMs: number,
  context: BookContext,
): AlertBook {
  const moment: Moment = { nowMs: context.nowMs, elapsedMs, newId: context.newId };
  const records = new Map(book.records);
  const current = new Map(
    [...records.values()].filter((one) => one.state !== 'resolved').map((one) => [one.rule, one]),
  );
  const byRule = new Map(signals.map((signal) => [signal.rule, signal]));
  for (const rule of new Set([...current.keys(), ...byRule.keys()])) {
    const before = current.get(rule) ?? null;
    const next = stepAlert(before, byRule.get(rule) ?? null, moment);
    if (next !== null) records.set(next.id, next);
    else if (before !== null) records.delete(before.id);
  }
  return settleBook({ ...book, records }, context);
}

/** The book after muting, grouping and queueing, with nothing stepped: for a silence that begins or ends between evaluations. */
export function settleBook(book: AlertBook, context: BookContext): AlertBook {
  const { records, fresh } = muteRecords(book, context);
  const told = queueIntents(book.outbox, announcements(fresh, context), context.wallMs);
  const grouped = groupAlerts(records, book.incidents, told, context);
  const outbox = queueIntents(told, grouped.intents, context.wallMs);
  return pruneBook({ ...book, records: grouped.records, incidents: grouped.incidents, outbox }, context);
}

/**
 * The book after a person acknowledged an alert: its incident is acknowledged at the sinks, once.
 * @throws INVALID_REQUEST when the alert is not firing
 */
export function acknowledgeInBook(book: AlertBook, record: AlertRecord, by: string, context: BookContext): AlertBook {
  const acknowledged = acknowledgeAlert(record, by, context.wallMs);
  if (acknowledged === record) return book;
  const records = new Map(book.records).set(record.id, acknowledged);
  const incident = [...book.incidents.values()].find((one) => one.episode === record.episode);
  if (incident === undefined || incident.isAcknowledged) return { ...book, records };
  const members = [...records.values()].filter((one) => one.episode === incident.episode && isOpen(one));
  const intents = acknowledgements(incident, members, by, book.outbox, context);
  return {
    ...book,
    records,
    incidents: new Map(book.incidents).set(incident.key, { ...incident, isAcknowledged: true }),
    outbox: queueIntents(book.outbox, intents, context.wallMs),
  };
}

/** Episodes that are not over: of open incidents, and of open alerts on their own. */
export function openEpisodesOf(book: AlertBook): ReadonlySet<string> {
  const incidents = [...book.incidents.values()].map((incident) => incident.episode);
  return new Set([...incidents, ...[...book.records.values()].filter(isOpen).map((record) => record.id)]);
}

/** `fresh`: alerts of severity info that may speak for the first time. */
function muteRecords(book: AlertBook, context: BookContext) {
  const all = [...book.records.values()];
  const records = new Map(book.records);
  const fresh: AlertRecord[] = [];
  for (const record of all) {
    if (record.state === 'resolved') continue;
    const silenced = silencedBy(record, book.silences.values(), context.wallMs);
    const mutedBy = silenced ?? (isOpen(record) ? inhibitedBy(record, all, context.nowMs) : null);
    const isNotified = record.isNotified || (isOpen(record) && mutedBy === null);
    if (mutedBy === record.mutedBy && isNotified === record.isNotified) continue;
    const next = { ...record, mutedBy, isNotified };
    records.set(record.id, next);
    if (isNotified && !record.isNotified && record.severity === 'info') fresh.push(next);
  }
  return { records, fresh };
}

function pruneBook(book: AlertBook, { nowMs, wallMs }: BookContext): AlertBook {
  const resolvedAt = [...book.records.values()].flatMap(({ resolvedAtMs }) =>
    resolvedAtMs === null ? [] : [resolvedAtMs],
  );
  const crowdedMs = resolvedAt.sort((left, right) => right - left)[policy.keepResolved] ?? Number.NEGATIVE_INFINITY;
  const records = without(
    book.records,
    ({ resolvedAtMs: at }) => at !== null && (nowMs - at > policy.keepMs || at <= crowdedMs),
  );
  const silences = without(book.silences, (one) => wallMs - one.endsAtMs > policy.keepMs);
  const kept = new Set([...openEpisodesOf(book), ...records.keys()]);
  return { ...book, records, silences, outbox: pruneOutbox(book.outbox, kept, wallMs) };
}

function without<Key, Value>(map: ReadonlyMap<Key, Value>, isOld: (value: Value) => boolean): ReadonlyMap<Key, Value> {
  const kept = [...map].filter(([, value]) => !isOld(value));
  return kept.length === map.size ? map : new Map(kept);
}
