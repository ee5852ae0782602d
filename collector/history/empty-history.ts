/** The history of a database that does not exist: no data, which is an answer too. */
import type { HistoryReader } from './reader.ts';

/** Every list is empty, every single thing null. */
export function emptyHistory(): HistoryReader {
  return {
    revision: () => 0,
    series: () => [],
    slices: () => [],
    eachSlice: () => {},
    presence: () => [],
    freshness: () => null,
    searchTraces: () => ({ traces: [], nextCursor: null, unreadable: 0 }),
    trace: () => null,
    tracesByCorrelation: () => [],
    spanEdges: ({ fromMs, toMs }) => ({ fromMs, toMs, spans: 0, missingParents: 0, edges: [] }),
    unreadable: () => [],
    storage: () => ({ bytes: 0, spans: 0, frames: 0, oldestMs: null }),
    searchLogs: () => ({ logs: [], nextCursor: null }),
    logStorage: () => ({ bytes: 0, records: 0, frames: 0, oldestMs: null }),
    close: () => {},
  };
}
