/** Opens the stored history for reading. */
import { AppError } from '../../src/kernel/errors.ts';
import type { Series } from '../../src/kernel/series.ts';
import { openReadOnly } from '../../src/store/index.ts';
import type { DomainOf } from './frame-open.ts';
import { createLogReader } from './log-reader.ts';
import { readFreshness, readPresence } from './presence.ts';
import type { HistoryReader } from './reader.ts';
import { defaultSearchLimits, type SearchLimits } from './search-walk.ts';
import { readSeries } from './series-store.ts';
import { createSliceReader } from './slice-reader.ts';
import { createSliceWalk } from './slice-walk.ts';
import { createTraceReader } from './trace-reader.ts';

/**
 * A view that sees every commit of the running writer, or of none. `domainOf` gives spans without a domain to one; `isOverdue` ends a
 * search of traces early, with a cursor.
 * @throws NOT_FOUND, DATA_DIR_UNUSABLE, DATABASE_CORRUPT
 */
export function openHistory(
  file: string,
  domainOf?: DomainOf,
  { isOverdue }: Pick<SearchLimits, 'isOverdue'> = {},
): HistoryReader {
  const db = openReadOnly(file);
  const hasTables = db.prepare("SELECT name FROM sqlite_schema WHERE name = 'revision'").get() !== undefined;
  if (!hasTables) {
    db.close();
    throw new AppError(
      'DATA_DIR_UNUSABLE',
      `database "${file}" is not a history of seamwatch; choose another one with --data`,
    );
  }
  const byId: Series[] = [];
  let all: readonly Series[] = [];
  const bounds = new Map<string, readonly number[]>();
  const refresh = (): readonly Series[] => {
    const more = readSeries(db, all.at(-1)?.id ?? 0, bounds);
    for (const series of more) byId[series.id] = series;
    if (more.length > 0) all = [...all, ...more];
    return all;
  };
  const seriesOf = (id: number): Series | undefined => {
    if (byId[id] === undefined) refresh();
    return byId[id];
  };
  const revision = db.prepare<[], number>('SELECT value FROM revision').pluck();
  const traces = createTraceReader(db, {
    ...(domainOf === undefined ? {} : { domainOf }),
    ...(isOverdue === undefined ? {} : { limits: { ...defaultSearchLimits, isOverdue } }),
  });
  const { withLogs, ...logs } = createLogReader(db);
  return {
    revision: () => revision.get() ?? 0,
    series: refresh,
    slices: createSliceReader(db, seriesOf),
    eachSlice: createSliceWalk(db, seriesOf),
    presence: (signal, source, fromMs, toMs) => readPresence(db, signal, source, fromMs, toMs),
    freshness: (signal, source) => readFreshness(db, signal, source),
    ...traces,
    ...logs,
    trace: (traceId) => {
      const trace = traces.trace(traceId);
      return trace === null ? null : withLogs(trace);
    },
    tracesByCorrelation: (correlationId) => traces.tracesByCorrelation(correlationId).map(withLogs),
    close: () => void db.close(),
  };
}
