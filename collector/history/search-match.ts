/** Which frames, which parts of a trace and which traces a query wants. Pure. */
import type { FrameRow } from './frame-reader.ts';
import type { TraceQuery } from './reader.ts';
import type { DecodedSpan } from './span-decode.ts';
import type { FrameTrace } from './span-facts.ts';
import type { Summarized } from './trace-assemble.ts';

/** A span that makes a trace match may be in a frame that begins this much after `toMs`; the trace itself starts before it. */
const laterSpansMs = 10_000;

/** False when the frame's row already says that no span in it can be what is looked for. */
export function frameMayMatch(row: FrameRow, query: TraceQuery): boolean {
  if (query.toMs !== undefined && row.minStartMs > query.toMs + (asksForSpans(query) ? laterSpansMs : 0)) return false;
  if (query.error === true && row.errors === 0) return false;
  return query.domain === undefined || row.domains.includes(JSON.stringify(query.domain));
}

/** False when this part rules itself out; another part of the same trace may still match. */
export function partMayMatch(part: FrameTrace, query: TraceQuery): boolean {
  if (query.fromMs !== undefined && part.startMs < query.fromMs) return false;
  if (query.toMs !== undefined && part.startMs >= query.toMs && (part.isClosed || !asksForSpans(query))) return false;
  if (query.error === true && !part.error) return false;
  if (query.error === false && part.error) return false;
  const { minDurationMs } = query;
  if (minDurationMs !== undefined && part.isClosed && part.endMs - part.startMs < minDurationMs) return false;
  return namesMatch(part.names, query);
}

/** The whole truth, over all spans of the trace. */
export function traceMatches(
  spans: readonly DecodedSpan[],
  { summary, startMs }: Summarized,
  query: TraceQuery,
): boolean {
  return (
    (query.fromMs === undefined || startMs >= query.fromMs) &&
    (query.toMs === undefined || startMs < query.toMs) &&
    (query.error === undefined || summary.error === query.error) &&
    (query.minDurationMs === undefined || summary.durationMs >= query.minDurationMs) &&
    (query.correlationId === undefined || spans.some((span) => span.correlationId === query.correlationId)) &&
    namesMatch(spans, query)
  );
}

/** Without such a condition, a trace is found by its first span. */
function asksForSpans({ domain, operation, error, minDurationMs }: TraceQuery): boolean {
  return domain !== undefined || operation !== undefined || error !== undefined || minDurationMs !== undefined;
}

/** Domain and operation must be those of one and the same span. */
function namesMatch(
  names: readonly { readonly domain: string | null; readonly operation: string | null }[],
  query: TraceQuery,
): boolean {
  if (query.domain === undefined && query.operation === undefined) return true;
  return names.some(
    (name) =>
      (query.domain === undefined || name.domain === query.domain) &&
      (query.operation === undefined || name.operation === query.operation),
  );
}
