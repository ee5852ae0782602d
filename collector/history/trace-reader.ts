/** Reads stored traces through a read-only connection: by trace id, by correlation ID, by search. */
import type { Database } from 'better-sqlite3';
import type { Trace } from '../../src/contract/index.ts';
import { createIndexReader } from './frame-index-reader.ts';
import type { DomainOf } from './frame-open.ts';
import { createFrameReader } from './frame-reader.ts';
import type { SpanStorage, TraceReader } from './reader.ts';
import { searchTraces } from './search.ts';
import { defaultSearchLimits, type SearchLimits } from './search-walk.ts';
import { readSpanEdges } from './span-edges.ts';
import { assembleTrace } from './trace-assemble.ts';
import { createTraceFinder, mostSpans } from './trace-find.ts';

/** All optional. `cacheBytes`: memory for open frames, default 32 MiB. */
export interface TraceReaderOptions {
  readonly cacheBytes?: number;
  readonly limits?: SearchLimits;
  /** The domain of a span that has no `seam.domain`, by the mapping rules; without it such spans have none. */
  readonly domainOf?: DomainOf;
}

const usualCacheBytes = 33_554_432;

/**
 * `db` has had `traceMigrations`; each call sees one moment, the last commit. A frame that is not what was written is left out of
 * every answer.
 */
export function createTraceReader(db: Database, options: TraceReaderOptions = {}): TraceReader {
  const frames = createFrameReader(db, options.cacheBytes ?? usualCacheBytes, options.domainOf ?? null);
  const finder = createTraceFinder(createIndexReader(db), frames);
  const limits = options.limits ?? defaultSearchLimits;
  const trace = (traceId: string): Trace | null => {
    const spans = finder.spansOf(traceId.toLowerCase());
    return spans.length === 0 ? null : assembleTrace(spans);
  };
  /** Newest frames first, so that it is the oldest traces that are left out of a picture nobody could look at. */
  const tracesByCorrelation = (correlationId: string): readonly Trace[] => {
    const found: Trace[] = [];
    let spans = 0;
    for (const traceId of finder.tracesOf(correlationId)) {
      const one = trace(traceId);
      if (one === null) continue;
      found.push(one);
      spans += one.spans.length;
      if (spans >= mostSpans) break;
    }
    return found.sort(oldestFirst);
  };
  return {
    searchTraces: (query) => {
      const search = db.transaction(() => searchTraces(frames, finder, query, limits));
      const { answer, unreadable } = frames.unreadable.counting(search);
      return { ...answer, unreadable };
    },
    trace: (traceId) => db.transaction(() => trace(traceId))(),
    tracesByCorrelation: (correlationId) => db.transaction(() => tracesByCorrelation(correlationId))(),
    spanEdges: (query) => db.transaction(() => readSpanEdges(frames, query, limits.isOverdue))(),
    storage: () => readStorage(db),
    unreadable: () => frames.unreadable.list(),
  };
}

function oldestFirst(left: Trace, right: Trace): number {
  const [a, b] = [startOf(left), startOf(right)];
  if (a !== b) return a < b ? -1 : 1;
  return left.traceId < right.traceId ? -1 : 1;
}

function startOf(trace: Trace): bigint {
  return BigInt(trace.spans[0]?.startTimeUnixNano ?? '0');
}

/** `bytes` are the compressed bodies and the tag index; `oldestMs` is the first start in the frame that ended first. */
function readStorage(db: Database): SpanStorage {
  const totals = db
    .prepare<[], { frames: number; spans: number; bytes: number }>('SELECT frames, spans, bytes FROM frame_totals')
    .get() ?? { frames: 0, spans: 0, bytes: 0 };
  const index = db
    .prepare<[], { bytes: number }>(
      `SELECT 5 * (SELECT coalesce(sum(entries), 0) FROM tag_runs WHERE state = 'ready')
         + (SELECT coalesce(sum(length(tags)), 0) FROM frame_tail) AS bytes`,
    )
    .get();
  const oldest = db
    .prepare<[], { ms: number }>('SELECT min_start_ms AS ms FROM frames ORDER BY max_end_ms LIMIT 1')
    .get();
  return { ...totals, bytes: totals.bytes + (index?.bytes ?? 0), oldestMs: oldest?.ms ?? null };
}
