/** Sends the waiting log lines to the collector; a batch that it could not take is sent again as it was. */
import type { Clock } from '../kernel/clock.ts';
import type { LogQueue } from './log-queue.ts';
import { encodeLogs } from './logs-encoding.ts';
import type { Losses } from './losses.ts';
import type { SendResult, Transport } from './transport.ts';

export interface LogsExportOptions {
  readonly queue: LogQueue;
  /** Null = lines are thrown away on purpose, and not counted as lost. */
  readonly transport: Transport | null;
  readonly losses: Losses;
  readonly clock: Clock;
  readonly resource: Readonly<Record<string, string | boolean>>;
  /** Runs the sending so that the app's own HTTP tracing does not see it. */
  readonly suppressed: <T>(work: () => T) => T;
}

/** One sender; its export resolves when nothing waits or the collector is away. */
export type LogsExport = () => Promise<void>;

interface Batch {
  readonly body: Uint8Array;
  readonly records: number;
}

const mostLines = 512;
/** Worth sending again; the same bytes, so that a batch that did arrive is recognised. */
const passing = new Set([429, 502, 503, 504]);

export function createLogsExport(options: LogsExportOptions): LogsExport {
  const { queue, transport, losses, clock, resource } = options;
  let waiting: Batch | null = null;
  let current: Promise<void> | null = null;
  const nextBatch = (): Batch | null => {
    const lines = queue.take(mostLines);
    return lines.length === 0
      ? null
      : { body: encodeLogs(lines, { nowMs: clock.nowMs(), resource }), records: lines.length };
  };
  const sendAll = async (target: Transport): Promise<void> => {
    for (;;) {
      waiting ??= nextBatch();
      if (waiting === null) return;
      const { body, records } = waiting;
      const result = await options.suppressed(() => target.send('/v1/logs', body));
      if (isPassing(result)) {
        losses.exportFailed();
        return;
      }
      waiting = null;
      count(result, records, losses);
    }
  };
  return async () => {
    const dropped = queue.takeDropped();
    if (transport === null) {
      queue.clear();
      return;
    }
    if (dropped > 0) losses.logs(dropped, 'queue_full');
    current ??= sendAll(transport).finally(() => {
      current = null;
    });
    await current;
  };
}

function isPassing(result: SendResult): boolean {
  return result.kind === 'unreachable' || (result.kind === 'refused' && passing.has(result.status));
}

function count(result: SendResult, records: number, losses: Losses): void {
  if (result.kind === 'accepted' && result.rejected > 0) losses.logs(result.rejected, 'rejected');
  if (result.kind !== 'refused') return;
  losses.logs(records, String(result.status));
  losses.exportFailed();
}
