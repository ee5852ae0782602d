/** Finds the spans of a trace, and the traces of a correlation ID, through the tag index. */
import { attribute } from '../../src/kernel/conventions.ts';
import type { IndexReader } from './frame-index-reader.ts';
import type { FrameReader, FrameRow, OpenFrame } from './frame-reader.ts';
import type { DecodedSpan } from './span-decode.ts';
import { spanAt } from './span-ranges.ts';
import { textTag, traceTag } from './tags.ts';

export interface TraceFinder {
  /** Every stored span of the trace (32 lower-case hexadecimal digits), repeats included; empty when there is none. */
  readonly spansOf: (traceId: string) => DecodedSpan[];
  /** The ids of all traces that have a span with this correlation ID. */
  readonly tracesOf: (correlationId: string) => readonly string[];
}

/** An id that occurs in more frames than this is a constant, not an id; only its newest frames are read. */
const mostFrames = 2_000;

export function createTraceFinder(index: IndexReader, frames: FrameReader): TraceFinder {
  const rowsWith = (tag: number): readonly FrameRow[] => frames.rowsOf(index.framesWith(tag).slice(-mostFrames));
  const spansOf = (traceId: string): DecodedSpan[] => {
    const id = Buffer.from(traceId, 'hex');
    if (id.length !== 16) return [];
    return rowsWith(traceTag(id, 0)).flatMap((row) => {
      const frame = frames.open(row);
      return frame.spansOf(traceId).map(frame.span);
    });
  };
  const tracesOf = (correlationId: string): readonly string[] => {
    const text = Buffer.from(correlationId);
    if (text.length === 0) return [];
    const found = new Set<string>();
    for (const row of rowsWith(textTag(text, 0, text.length))) collect(frames.open(row), text, correlationId, found);
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
