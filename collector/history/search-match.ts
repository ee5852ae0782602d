/** Which frames, which parts of a trace and which traces a query wants. Pure. */
import { carriesAttribute } from './attribute-match.ts';
import type { OpenFrame } from './frame-open.ts';
import type { FrameRow } from './frame-reader.ts';
import type { TraceQuery } from './reader.ts';
import type { DecodedSpan } from './span-decode.ts';
import type { FrameTrace, SpanNames } from './span-facts.ts';
import type { Summarized } from './trace-assemble.ts';

/** A span that makes a trace match may be in a frame that begins this much after `toMs`; the trace itself starts before it. */
const laterSpansMs = 10_000;
/** Unix times in ms with a fraction are exact to about 0.0003 ms; a bound in whole ms must not fall on the wrong side of that. */
const roundingMs = 0.0005;

/** False when the frame's row already says that no span in it can be what is looked for. */
export function frameMayMatch(row: FrameRow, query: TraceQuery): boolean {
  const wanted = leadOf(query);
  if (query.toMs !== undefined && row.minStartMs > query.toMs + (wanted === null ? 0 : laterSpansMs)) return false;
  if (wanted === 'error') return row.errors > 0;
  if (wanted === 'slow') return !isBefore(row.maxDurationMs, (query.minRootMs ?? 0) - roundingMs);
  if (wanted === 'names' && query.domain !== undefined) return row.domains.includes(JSON.stringify(query.domain));
  return true;
}

/** False when the bytes of the frame, looked at as a whole, rule every part of it out. */
export function openFrameMayMatch(frame: OpenFrame, query: TraceQuery): boolean {
  if (query.attribute !== undefined) return frame.mayHold(query.attribute);
  const text = query.root ?? (leadOf(query) === 'names' ? query.operation : undefined);
  return text === undefined || frame.mayHold(text);
}

/** False when this part rules itself out; another part of the same trace may still match. */
export function partMayMatch(frame: OpenFrame, part: FrameTrace, query: TraceQuery): boolean {
  const { fromMs, toMs, error, minDurationMs = 0, minRootMs = 0 } = query;
  if (fromMs !== undefined && isBefore(part.startMs, fromMs)) return false;
  if (error === false && part.error) return false;
  const wanted = leadOf(query);
  const isLate = toMs !== undefined && !isBefore(part.startMs, toMs);
  if (isLate && wanted === null) return false;
  const lastsMs = part.endMs - part.startMs + roundingMs;
  if (wanted === 'slow' && isBefore(lastsMs, minRootMs)) return false;
  // Of a trace that is spread over frames some part is not closed; only where every part may lead can the others be ruled out.
  const isShort = wanted === 'whole' && isBefore(lastsMs, minDurationMs);
  if ((isLate || isShort) && frame.isClosed(part)) return false;
  return wanted === null || wanted === 'whole' || wanted === 'slow' || holds(frame, part, query, wanted);
}

function isBefore(ms: number, boundMs: number): boolean {
  return ms < boundMs - roundingMs;
}

/** The whole truth, over all spans of the trace. */
export function traceMatches(
  spans: readonly DecodedSpan[],
  { summary, startMs, root }: Summarized,
  query: TraceQuery,
): boolean {
  const { attribute } = query;
  return (
    (query.fromMs === undefined || !isBefore(startMs, query.fromMs)) &&
    (query.toMs === undefined || isBefore(startMs, query.toMs)) &&
    (query.error === undefined || summary.error === query.error) &&
    (query.minDurationMs === undefined || summary.durationMs >= query.minDurationMs) &&
    (query.minRootMs === undefined || summary.rootMs >= query.minRootMs) &&
    (query.correlationId === undefined || spans.some((span) => span.correlationId === query.correlationId)) &&
    (query.root === undefined || (root !== null && isCalled(root, query.root))) &&
    (attribute === undefined || spans.some((span) => carriesAttribute(span, attribute))) &&
    (!asksForNames(query) || namesMatch(spans, query))
  );
}

/**
 * The condition that leads to a trace: one of its spans fulfils it, so that a frame with that span is found. Only this one may rule out
 * frames and parts: the spans that fulfil the others may stand elsewhere. `slow`: the root span lasts so long. `whole`: only the whole
 * trace can tell.
 */
type Lead = 'attribute' | 'root' | 'error' | 'slow' | 'names' | 'whole';

/** Null: a trace is found by its first span. */
function leadOf(query: TraceQuery): Lead | null {
  if (query.attribute !== undefined) return 'attribute';
  if (query.root !== undefined) return 'root';
  if (query.error === true) return 'error';
  const { minRootMs, minDurationMs } = query;
  if (minRootMs !== undefined && minRootMs >= (minDurationMs ?? 0)) return 'slow';
  if (minDurationMs !== undefined) return 'whole';
  if (asksForNames(query)) return 'names';
  return query.error === undefined ? null : 'whole';
}

function holds(frame: OpenFrame, part: FrameTrace, query: TraceQuery, lead: Exclude<Lead, 'slow' | 'whole'>): boolean {
  const { attribute, root } = query;
  switch (lead) {
    case 'attribute': {
      const carriers = attribute === undefined ? null : frame.withAttribute(attribute);
      return carriers === null || part.spans.some((index) => carriers.has(index));
    }
    case 'root':
      return root === undefined || frame.names(part).some((names) => isCalled(names, root));
    case 'error':
      return part.error;
    case 'names':
      return namesMatch(frame.names(part), query);
    default:
      return lead satisfies never;
  }
}

function asksForNames({ domain, operation }: TraceQuery): boolean {
  return domain !== undefined || operation !== undefined;
}

function isCalled({ name, operation }: SpanNames, wanted: string): boolean {
  return name === wanted || operation === wanted;
}

/** Domain and operation must be those of one and the same span. */
function namesMatch(names: readonly SpanNames[], { domain, operation }: TraceQuery): boolean {
  return names.some(
    (name) =>
      (domain === undefined || name.domain === domain) && (operation === undefined || name.operation === operation),
  );
}
