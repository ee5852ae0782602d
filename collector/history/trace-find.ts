/** Finds the spans of a trace, and the traces of a correlation ID, through the tag index. */
import { attribute } from '../../src/kernel/conventions.ts';
import type { IndexReader } from './frame-index-reader.ts';
import type { FrameReader, FrameRow, OpenFrame } from './frame-reader.ts';
import type { DecodedSpan } from './span-decode.ts';
import { spanAt } from './span-ranges.ts';
import { textTag, traceTag } from './tags.ts';

export interface TraceFinder {
  /** Every stored span of the trace that can be read (32 lower-case hexadecimal digits) up to some 50,000, repeats included; empty when there is none. */
  readonly spansOf: (traceId: string) => DecodedSpan[];
  /** The ids of all traces (some 1,000 at most, the newest) that have a span with this correlation ID. */
  readonly tracesOf: (correlationId: string) => readonly string[];
}

/** An id that occurs in more frames than this is a constant, not an id; only its newest frames are read. */
const mostFrames = 2_000;
/** Spans that one answer may hold: beyond it a trace or a correlation ID is cut, the newest part stays. */
export const mostSpans = 50_000;
const mostTraces = 1_000;

export function createTraceFinder(index: IndexReader, frames: FrameReader): TraceFinder {
  /** Newest first. */
  const rowsWith = (tag: number): readonly FrameRow[] =>
    [...frames.rowsOf(index.framesWith(tag).slice(-mostFrames))].reverse();
  const spansOf = (traceId: string): DecodedSpan[] => {
    const id = Buffer.from(traceId, 'hex');
    if (id.length !== 16) return [];
    const spans: DecodedSpan[] = [];
    for (const row of rowsWith(traceTag(id, 0))) {
      const frame = frames.open(row);
      if (frame === null) continue;
      for (const at of frame.spansOf(traceId)) spans.push(frame.span(at));
      if (spans.length >= mostSpans) break;
    }
    return spans.reverse();
  };
  const tracesOf = (correlationId: string): readonly string[] => {
    const text = Buffer.from(correlationId);
    if (text.length === 0) return [];
    const found = new Set<string>();
    for (const row of rowsWith(textTag(text, 0, text.length))) {
      if (found.size >= mostTraces) break;
      const frame = frames.open(row);
      if (frame !== null) collect(frame, text, correlationId, found);
    }
    return [...found];
  };
  return { spansOf, tracesOf };
}

/** Looks for the text first; only spans that contain it are decoded. */
function collect(frame: OpenFrame, text: Buffer, correlationId: string, found: Set<string>): void {
  let at = frame.bytes.indexOf(text);
  while (at >= 0) {
    const index = spanAt(frame.ranges, at);
    if (index >= 0) {
      const span = frame.span(index);
      if (span.attributes[attribute.correlationId] === correlationId) found.add(span.traceId);
    }
    at = frame.bytes.indexOf(text, index >= 0 ? Math.max(at + 1, frame.ranges.to[index] ?? 0) : at + 1);
  }
}
