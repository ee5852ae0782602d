/** Answers a trace query: through the tag index when an id is given, else by walking the frames. */
import type { FrameReader } from './frame-reader.ts';
import type { TracePage, TraceQuery } from './reader.ts';
import { decodeCursor, encodeCursor, isBefore, type ResultKey, searchStart } from './search-cursor.ts';
import { traceMatches } from './search-match.ts';
import { type SearchLimits, SearchWalk } from './search-walk.ts';
import { summarizeTrace } from './trace-assemble.ts';
import type { TraceFinder } from './trace-find.ts';

/** A page before it is known how many frames were left out of it. */
type FoundPage = Omit<TracePage, 'unreadable'>;

const mostTraces = 200;
const usualTraces = 50;

/**
 * Newest first by start, ties by trace id. A page may be short or empty and still have a `nextCursor`: then the work allowed in
 * one call was done and the search goes on there.
 * @throws INVALID_REQUEST for a cursor that is not ours
 */
export function searchTraces(
  frames: FrameReader,
  finder: TraceFinder,
  query: TraceQuery,
  limits: SearchLimits,
): FoundPage {
  const limit = Math.max(1, Math.min(mostTraces, Math.floor(query.limit ?? usualTraces)));
  const cursor = query.cursor === undefined ? searchStart : decodeCursor(query.cursor);
  if (query.traceId !== undefined || query.correlationId !== undefined) {
    return pageOf(finder, namedTraces(finder, query), { query, after: cursor.after, limit });
  }
  const { traces, next } = new SearchWalk(frames, finder, { query, cursor, limits }).run(limit);
  return { traces, nextCursor: next === null ? null : encodeCursor(next) };
}

function namedTraces(finder: TraceFinder, { traceId, correlationId }: TraceQuery): readonly string[] {
  if (traceId !== undefined) return [traceId.toLowerCase()];
  return correlationId === undefined ? [] : finder.tracesOf(correlationId);
}

function pageOf(
  finder: TraceFinder,
  traceIds: readonly string[],
  options: { readonly query: TraceQuery; readonly after: ResultKey | null; readonly limit: number },
): FoundPage {
  const { query, after, limit } = options;
  const found = traceIds.flatMap((traceId) => {
    const spans = finder.spansOf(traceId);
    if (spans.length === 0) return [];
    const exact = summarizeTrace(spans);
    const isNew = after === null || isBefore(after, { startMs: exact.startMs, traceId });
    return isNew && traceMatches(spans, exact, query) ? [{ traceId, startMs: exact.startMs, exact }] : [];
  });
  const sorted = found.sort((left, right) => (isBefore(left, right) ? -1 : 1));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  const hasMore = sorted.length > limit && last !== undefined;
  const nextCursor = hasMore ? encodeCursor({ ...searchStart, after: last }) : null;
  return { traces: page.map(({ exact }) => exact.summary), nextCursor };
}
