/** What `seamwatch status` says of the watcher itself: what came in, what did not and why, what waits, what room there is. */
import type { StatusAnswer } from '../contract/index.ts';
import { formatDurationMs } from '../kernel/duration.ts';
import { table } from './table.ts';

/** Several lines, ending in a newline. */
export function watcherText(self: StatusAnswer): string {
  return [
    takenLine(self),
    storeLine(self.store),
    ...(self.store.unreadable === null ? [] : [self.store.unreadable.sentence]),
    ...refusedTables(self),
    ...forwardLines(self.forward),
    ...scrapeLines(self.scrape),
    '',
  ].join('\n');
}

function takenLine({ intake, startedAt, watermarkAgeMs }: StatusAnswer): string {
  const { spans, points, logs, rates } = intake;
  const rate =
    rates === null
      ? ''
      : ` (${rounded(rates.spansPerSecond)} spans/s over ${formatDurationMs(Math.round(rates.overMs / 1_000) * 1_000)})`;
  const taken = `Watcher: ${grouped(spans)} spans, ${grouped(points)} points and ${grouped(logs)} log records taken in since ${startedAt}${rate}`;
  return `${taken}, watermark ${Math.round((watermarkAgeMs ?? 0) / 1_000)} s old, ${isRefused(intake) ? 'not everything was taken:' : 'nothing was refused.'}`;
}

function isRefused({ refused, rejectedRecords }: StatusAnswer['intake']): boolean {
  return refused.length + rejectedRecords.length > 0;
}

function storeLine({
  bytes,
  walBytes,
  limitBytes,
  freeBytes,
  spans,
  logRecords,
  retired,
}: StatusAnswer['store']): string {
  const limit = limitBytes === null ? '' : ` of ${sizeText(limitBytes)}`;
  const free = freeBytes === null ? '' : `, ${sizeText(freeBytes)} free on the disk`;
  const ended = retired.evictedSpans === 0 ? '' : `, ${grouped(retired.evictedSpans)} spans ended for want of room`;
  return `Stored: ${sizeText(bytes)}${limit} (${sizeText(walBytes)} of it the log)${free}, ${grouped(spans)} spans, ${grouped(logRecords)} log records${ended}.`;
}

function refusedTables({ intake }: StatusAnswer): readonly string[] {
  const { refused, refusedSenders, rejectedRecords, overflow, overflowed } = intake;
  const bodies = refused.map(({ reason, way, count, hint }) => [reason, way, grouped(count), hint ?? '']);
  const senders = refusedSenders.map(({ sender, count, reasons }) => [
    sender,
    grouped(count),
    reasons.map((one) => `${one.reason} ${grouped(one.count)}`).join(', '),
  ]);
  const records = rejectedRecords.map(({ signal, reason, count, hint }) => [
    reason,
    signal,
    grouped(count),
    hint ?? '',
  ]);
  const named = overflow.slice(-3).map(({ signal, labels }) => `${signal}${labels}`);
  return [
    ...(bodies.length === 0 ? [] : ['', table(['bodies refused', 'by', 'count', 'what to do'], bodies)]),
    ...(senders.length === 0 ? [] : ['', table(['sender', 'bodies', 'refused for'], senders)]),
    ...(records.length === 0 ? [] : ['', table(['records left out', 'of', 'count', 'what to do'], records)]),
    ...(overflowed === 0
      ? []
      : ['', `${grouped(overflowed)} records found no room for a series of their own, such as ${named.join(', ')}.`]),
  ];
}

function forwardLines(forward: StatusAnswer['forward']): readonly string[] {
  if (forward.length === 0) return [];
  const rows = forward.map(({ id, lane, waiting, waitingBytes, oldestWaitingAt, outcomes, retries, problem }) => [
    `${id} ${lane}`,
    waiting === 0
      ? 'nothing'
      : `${grouped(waiting)}, ${sizeText(waitingBytes)}${oldestWaitingAt === null ? '' : ` since ${oldestWaitingAt}`}`,
    [
      ...outcomes.map(({ outcome, bodies, records }) => `${outcome} ${grouped(Math.max(bodies, records))}`),
      `retries ${grouped(retries)}`,
    ].join(', '),
    problem ?? '',
  ]);
  return ['', table(['forwarded to', 'waits', 'outcomes', ''], rows)];
}

function scrapeLines(scrape: StatusAnswer['scrape']): readonly string[] {
  if (scrape.length === 0) return [];
  const rows = scrape.map(({ url, state, reads: { stored, failed, notStored }, reason }) => [
    url,
    state,
    `${grouped(stored)} read, ${grouped(failed)} failed, ${grouped(notStored)} not stored`,
    reason ?? '',
  ]);
  return ['', table(['metrics page', 'state', 'since the start', ''], rows)];
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${rounded(bytes / 1_024 ** step)} ${units[step]}`;
}
