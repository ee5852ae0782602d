/** Reads the newest stored spans and counts the calls between domains in them; for apps that count no calls themselves. */
import { sliceMs } from '../../src/kernel/conventions.ts';
import { CallCounter } from './call-count.ts';
import type { FrameReader, FrameRow, WalkPosition } from './frame-reader.ts';
import type { SpanEdgeQuery, SpanEdges } from './reader.ts';
import { floorTo } from './tiers.ts';

/** 0.6 s of work when spans name their domain, about three times that by mapping rules; under 100 MB while it lasts. */
const mostSpans = 200_000;
const rowsAtOnce = 256;

/** How far the walk got. */
interface Reach {
  readonly spans: number;
  /** Every span that ended at this time or later, and began before the end of the window, was read. */
  readonly completeMs: number;
  /** The first end of what was read; Infinity without a span. */
  readonly firstEndMs: number;
}

/**
 * Walks the frames from the newest on until `fromMs`, until the spans allowed were read, until `isOverdue`, or until what ageing kept:
 * there only traces of interest are left, and their calls say nothing of the others'. A frame that cannot be read is passed over.
 */
export function readSpanEdges(frames: FrameReader, query: SpanEdgeQuery, isOverdue = (): boolean => false): SpanEdges {
  const counter = new CallCounter();
  const reach = walk(frames, query, { counter, isOverdue });
  const window = windowOf(query, reach);
  return { ...window, spans: reach.spans, ...counter.count(window.fromMs, window.toMs) };
}

function walk(
  frames: FrameReader,
  { fromMs, toMs, maxSpans = mostSpans }: SpanEdgeQuery,
  { counter, isOverdue }: { readonly counter: CallCounter; readonly isOverdue: () => boolean },
): Reach {
  const most = Math.max(1, Math.min(mostSpans, maxSpans));
  let [spans, firstEndMs, hasRead] = [0, Number.POSITIVE_INFINITY, false];
  for (const row of rowsBack(frames)) {
    if (row.maxEndMs < fromMs) break;
    if (row.minStartMs >= toMs) continue;
    const isSpent = (spans > 0 && spans + row.spans > most) || (hasRead && isOverdue());
    if (isSpent || row.kept === 1) return { spans, completeMs: Math.floor(row.maxEndMs) + 1, firstEndMs };
    hasRead = true;
    for (const span of frames.open(row)?.calls(toMs) ?? []) {
      counter.add(span);
      spans += 1;
      firstEndMs = Math.min(firstEndMs, span.endMs);
    }
  }
  return { spans, completeMs: fromMs, firstEndMs };
}

/** From the newest to the oldest by end. */
function* rowsBack(frames: FrameReader): Generator<FrameRow> {
  let from: WalkPosition = { endMs: Number.MAX_VALUE, id: Number.MAX_SAFE_INTEGER };
  for (;;) {
    const rows = frames.rowsFrom(from, rowsAtOnce);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsAtOnce) return;
    from = { endMs: last.maxEndMs, id: last.id - 1 };
  }
}

/**
 * A walk that was cut is complete from there on; one that was not has seen when the first span came, and before it nobody sent any.
 * Empty, at `toMs`, when the time was up before the walk got back to it.
 */
function windowOf({ fromMs, toMs }: SpanEdgeQuery, reach: Reach): { readonly fromMs: number; readonly toMs: number } {
  const { completeMs, firstEndMs } = reach;
  const firstMs =
    completeMs > fromMs || firstEndMs === Number.POSITIVE_INFINITY ? completeMs : floorTo(firstEndMs, sliceMs.fine);
  return { fromMs: Math.min(toMs, Math.max(fromMs, firstMs)), toMs };
}
