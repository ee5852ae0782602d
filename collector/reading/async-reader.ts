/** Reads of stored traces that never run on the thread that receives telemetry. */
import type { Trace } from '../../src/contract/index.ts';
import type { Log } from '../../src/kernel/log.ts';
import type { LogPage, LogQuery, SpanEdgeQuery, SpanEdges, TracePage, TraceQuery } from '../history/reader.ts';
import { type ReaderBounds, ReaderClient } from './reader-client.ts';
import type { ReaderSetup } from './reader-messages.ts';
import type { Unreadable } from './unreadable-ledger.ts';

/** Each call sees the last commit. All reject with OVERLOADED when too many wait, UNAVAILABLE when the answer was broken off. */
export interface AsyncTraceReader {
  /** Newest first; a page that took longer than 5 s is short and has a `nextCursor`. Rejects with INVALID_REQUEST for a foreign cursor. */
  readonly search: (query: TraceQuery) => Promise<TracePage>;
  readonly trace: (traceId: string) => Promise<Trace | null>;
  /** All of them, oldest first. */
  readonly correlation: (correlationId: string) => Promise<readonly Trace[]>;
  /** Log records, newest first. Rejects with INVALID_REQUEST for a foreign cursor. */
  readonly logs: (query: LogQuery) => Promise<LogPage>;
  /** Calls between domains in the newest stored spans; what took longer than 1 s goes less far back and says so. */
  readonly spanEdges: (query: SpanEdgeQuery) => Promise<SpanEdges>;
  /** What is missing in all answers about spans because it is damaged on disk, as far as reads have met it; null when nothing. */
  readonly unreadable: () => Unreadable | null;
}

/** The reader and what ends it; the thread starts with the first question. */
export function createAsyncReader(
  setup: ReaderSetup,
  log: Log,
  bounds?: ReaderBounds,
): { readonly traces: AsyncTraceReader; readonly close: () => Promise<void> } {
  const client = new ReaderClient(setup, log, bounds);
  let lastTold = 0;
  /** Once for each extent of the damage, not for each question that meets it. */
  const tell = (unreadable = 0): void => {
    if (unreadable === 0 || unreadable === lastTold) return;
    lastTold = unreadable;
    const remedy = 'restore the database from a backup, or wait until retention removes them';
    log.warn(
      { unreadable },
      `stored log records are damaged, up to ${unreadable} are missing from an answer; ${remedy}`,
    );
  };
  return {
    traces: {
      unreadable: () => client.unreadable,
      search: (query) => client.ask('searchTraces', query),
      spanEdges: (query) => client.ask('spanEdges', query),
      trace: async (traceId) => {
        const trace = await client.ask('trace', traceId);
        tell(trace?.unreadableLogs);
        return trace;
      },
      logs: async (query) => {
        const page = await client.ask('searchLogs', query);
        tell(page.unreadableRecords);
        return page;
      },
      correlation: async (correlationId) => {
        const traces = await client.ask('tracesByCorrelation', correlationId);
        tell(traces.reduce((sum, { unreadableLogs = 0 }) => sum + unreadableLogs, 0));
        return traces;
      },
    },
    close: () => client.close(),
  };
}
