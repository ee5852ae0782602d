/** How each sink does, from its own rows of the outbox. Pure. */
import type { StatusAnswer } from '../src/contract/index.ts';
import { isoTime } from '../src/kernel/clock.ts';
import { isWaiting, type Outbox, type OutboxRow } from './outbox.ts';
import type { Sink } from './sinks/sink.ts';

type SinkStatus = StatusAnswer['sinks'][number];

/** `refreshFailure`: why repeating open alerts failed last, or null. A sink fails when its last attempt did. */
export function answerSinks(
  sinks: readonly Sink[],
  outbox: Outbox,
  refreshFailure: (sink: string) => string | null,
): SinkStatus[] {
  return sinks.map(({ id, kind }) => {
    const rows = [...outbox.values()].filter((row) => row.sink === id);
    const failure = failureOf(rows) ?? refreshFailure(id);
    const sentAt = Math.max(...rows.filter((row) => row.state === 'sent').map((row) => row.atMs));
    const hasSent = Number.isFinite(sentAt);
    return {
      ...{ id, kind, reason: failure, queued: rows.filter(isWaiting).length },
      state: failure !== null ? 'failing' : hasSent ? 'ok' : 'unknown',
      lastSentAt: hasSent ? isoTime(sentAt) : null,
    };
  });
}

function failureOf(rows: readonly OutboxRow[]): string | null {
  const last = rows
    .filter((row) => row.state === 'sent' || (row.attempts > 0 && row.reason !== null))
    .sort((left, right) => right.atMs - left.atMs || right.seq - left.seq)[0];
  return last === undefined || last.state === 'sent' ? null : last.reason;
}
