/** Which frames, which parts of a trace and which traces a query wants. Pure. */
import type { FrameRow, OpenFrame } from './frame-reader.ts';
import type { TraceQuery } from './reader.ts';
import type { DecodedSpan } from './span-decode.ts';
import type { FrameTrace, SpanNames } from './span-facts.ts';
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
export function partMayMatch(frame: OpenFrame, part: FrameTrace, query: TraceQuery): boolean {
  const { fromMs, toMs, error, minDurationMs } = query;
  if (fromMs !== undefined && part.startMs < fromMs) return false;
  if (error !== undefined && part.error !== error) return false;
  const isLate = toMs !== undefined && part.startMs >= toMs;
  if (isLate && !asksForSpans(query)) return false;
  const isShort = minDurationMs !== undefined && part.endMs - part.startMs < minDurationMs;
  if ((isLate || isShort) && frame.isClosed(part)) return false;
  return !asksForNames(query) || namesMatch(frame.names(part), query);
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
    (!asksForNames(query) || namesMatch(spans, query))
  );
}

/** Without such a condition, a trace is found by its first span. */
function asksForSpans(query: TraceQuery): boolean {
  return asksForNames(query) || query.error !== undefined || query.minDurationMs !== undefined;
}

function asksForNames({ domain, operation }: TraceQuery): boolean {
  return domain !== undefined || operation !== undefined;
}

/** Domain and operation must be those of one and the same span. */
function namesMatch(names: readonly SpanNames[], { domain, operation }: TraceQuery): boolean {
  return names.some(
    (name) =>
      (domain === undefined || name.domain === domain) && (operation === undefined || name.operation === operation),
  );
}
