/** Finds the spans of a trace, and the traces of a correlation ID, through the tag index. */
import { attribute } from '../../src/kernel/conventions.ts';
import type { IndexReader } from './frame-index-reader.ts';
import type { FrameReader, FrameRow } from './frame-reader.ts';
import type { DecodedSpan } from './span-decode.ts';
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
      for (const span of frames.spansOf(row, id)) spans.push(span);
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
      for (const span of frames.spansHolding(row, text)) {
        if (span.attributes[attribute.correlationId] === correlationId) found.add(span.traceId);
      }
    }
    return [...found];
  };
  return { spansOf, tracesOf };
}
