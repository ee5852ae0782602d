/** Reads stored log records through a read-only connection: by search, and beside a trace. */
import type { Database } from 'better-sqlite3';
import type { Trace } from '../../src/contract/index.ts';
import { minuteMs } from '../../src/kernel/duration.ts';
import type { StoredLog } from './log-codec.ts';
import { newestFirst } from './log-cursor.ts';
import { createLogFrames, type LogFrames, lookInto, type OpenLogs } from './log-frames.ts';
import { createLogMatcher, type LogMatcher } from './log-match.ts';
import { defaultLogLimits, type LogSearchLimits, searchLogs } from './log-search.ts';
import type { LogReader, LogStorage } from './reader.ts';

/** All optional. `cacheBytes`: memory for open frames, default 16 MiB. */
export interface LogReaderOptions {
  readonly cacheBytes?: number;
  readonly limits?: LogSearchLimits;
}

/** What the reader of traces needs on top. */
export interface LogsOfTrace {
  /**
   * The trace with its own records, oldest first, at most 500; a record that names no domain has that of its span. Frames that can not
   * be read back are left out and counted in `unreadableLogs`.
   */
  readonly withLogs: (trace: Trace) => Trace;
}

const usualCacheBytes = 16_777_216;
const mostBesideTrace = 500;
/** How far the clock of a sender may be off the clocks of the others. */
const skewMs = 10 * minuteMs;
const rowsAtOnce = 256;

/** Each call sees one moment, the last commit. A database without the tables of logs has no records. */
export function createLogReader(db: Database, options: LogReaderOptions = {}): LogReader & LogsOfTrace {
  if (db.prepare("SELECT name FROM sqlite_schema WHERE name = 'log_totals'").get() === undefined) return noLogs;
  const frames = createLogFrames(db, options.cacheBytes ?? usualCacheBytes);
  const limits = options.limits ?? defaultLogLimits;
  return {
    searchLogs: (query) => db.transaction(() => searchLogs(frames, query, limits))(),
    logStorage: () => readStorage(db),
    withLogs: (trace) => db.transaction(() => ({ ...trace, ...logsBeside(frames, trace) }))(),
  };
}

const noLogs: LogReader & LogsOfTrace = {
  searchLogs: () => ({ logs: [], nextCursor: null }),
  logStorage: () => ({ bytes: 0, records: 0, frames: 0, oldestMs: null }),
  withLogs: (trace) => trace,
};

function logsBeside(frames: LogFrames, trace: Trace): Pick<Trace, 'logs' | 'unreadableLogs'> {
  const startMs = Number(BigInt(trace.spans[0]?.startTimeUnixNano ?? '0')) / 1e6;
  const matcher = createLogMatcher({ traceId: trace.traceId });
  const [fromMs, toMs] = [startMs - skewMs, startMs + trace.durationMs + skewMs];
  const found: StoredLog[] = [];
  let unreadableLogs = 0;
  let after = null;
  for (;;) {
    const rows = frames.rows(fromMs, toMs, after, rowsAtOnce);
    for (const row of rows) {
      if (!matcher.tags.every((tag) => frames.hasTag(row, tag))) continue;
      const logs = lookInto(frames, row, (frame) => matchingLogs(frame, matcher));
      if (logs === null) unreadableLogs += row.records;
      else found.push(...logs);
    }
    after = rows.at(-1) ?? null;
    if (rows.length < rowsAtOnce) break;
  }
  const domains = new Map(trace.spans.map((span) => [span.spanId, span.domain]));
  const logs = found
    .sort((left, right) => newestFirst(right, left))
    .slice(0, mostBesideTrace)
    .map(({ record }) => ({ ...record, domain: record.domain ?? domains.get(record.spanId ?? '') ?? null }));
  return unreadableLogs === 0 ? { logs } : { logs, unreadableLogs };
}

function matchingLogs(frame: OpenLogs, matcher: LogMatcher): StoredLog[] {
  const found: StoredLog[] = [];
  if (!matcher.openFrameMayMatch(frame)) return found;
  for (let line = 0; line < frame.lines().length; line += 1) {
    if (!matcher.lineMayMatch(frame, line)) continue;
    const log = frame.read(line);
    if (matcher.matches(log)) found.push(log);
  }
  return found;
}

function readStorage(db: Database): LogStorage {
  const totals = db
    .prepare<[], { frames: number; records: number; bytes: number }>('SELECT frames, records, bytes FROM log_totals')
    .get() ?? { frames: 0, records: 0, bytes: 0 };
  const oldest = db.prepare<[], { ms: number }>('SELECT min_ms AS ms FROM log_frames ORDER BY max_ms LIMIT 1').get();
  return { ...totals, oldestMs: oldest?.ms ?? null };
}
