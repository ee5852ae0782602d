/** Decides per span whether it is accepted, works out its times, and folds its ids into the hash of the body. */
import { dayMs, hourMs, minuteMs } from '../../../src/kernel/duration.ts';
import { type SpanTable, spanRejection } from './span-table.ts';

/** Points outside [minMs, maxMs] (Unix ms, by their end) are rejected. */
export interface TimeLimits {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Raw values of a span; times in halves of 64-bit nanoseconds. */
export interface SpanDraft {
  readonly traceLength: number;
  readonly spanLength: number;
  readonly parentLength: number;
  readonly startLow: number;
  readonly startHigh: number;
  readonly endLow: number;
  readonly endHigh: number;
}

const twoPow32 = 4_294_967_296;
/** Work that really takes a month is a process, not a span; a longer one comes from a start that was never set right. */
const longestNs = 31 * dayMs * 1e6;
/** A frame of spans is read whole: one span must not be many times as large. */
const largestBytes = 4_194_304;

/**
 * More than 5 min ahead is a wrong clock; older than 1 h would rewrite what was judged, and needs the right to back-fill. Where our clock has
 * jumped, `steadyMs` says where it would be without: nobody knows which is right, so both are.
 */
export function timeLimits(nowMs: number, mayBackfill: boolean, steadyMs: number = nowMs): TimeLimits {
  return {
    minMs: mayBackfill ? 0 : Math.min(nowMs, steadyMs) - hourMs,
    maxMs: Math.max(nowMs, steadyMs) + 5 * minuteMs,
  };
}

/** Completes the row of a span whose fields have been read. */
export function finishSpan(view: DataView, table: SpanTable, row: number, draft: SpanDraft, limits: TimeLimits): void {
  const durationNs = (draft.endHigh - draft.startHigh) * twoPow32 + (draft.endLow - draft.startLow);
  table.startMs[row] = toMs(draft.startLow, draft.startHigh);
  table.endMs[row] = toMs(draft.endLow, draft.endHigh);
  table.durationNs[row] = durationNs;
  const traceAt = table.traceAt[row] ?? -1;
  const spanAt = table.spanAt[row] ?? -1;
  const reject = rejectionOf(view, table, row, draft, limits);
  if (draft.traceLength === 16) mix(table, view, traceAt, 4);
  if (draft.spanLength === 8) mix(table, view, spanAt, 2);
  if (reject === 0) return;
  table.reject[row] = reject;
  table.rejected += 1;
}

function rejectionOf(view: DataView, table: SpanTable, row: number, draft: SpanDraft, limits: TimeLimits): number {
  const startMs = table.startMs[row] ?? 0;
  const endMs = table.endMs[row] ?? 0;
  if (draft.traceLength !== 16 || isZero(view, table.traceAt[row] ?? -1, 16)) return spanRejection.bad_trace_id;
  if (draft.spanLength !== 8 || isZero(view, table.spanAt[row] ?? -1, 8)) return spanRejection.bad_span_id;
  if (draft.parentLength !== 0 && draft.parentLength !== 8) return spanRejection.bad_parent_id;
  if (startMs === 0 || endMs === 0) return spanRejection.missing_time;
  if ((table.durationNs[row] ?? 0) < 0) return spanRejection.end_before_start;
  if (endMs > limits.maxMs) return spanRejection.in_future;
  if (endMs < limits.minMs) return spanRejection.too_old;
  if ((table.durationNs[row] ?? 0) > longestNs) return spanRejection.too_long;
  return (table.recordEnd[row] ?? 0) - (table.messageAt[row] ?? 0) > largestBytes ? spanRejection.too_large : 0;
}

function toMs(low: number, high: number): number {
  return (high * twoPow32) / 1e6 + low / 1e6;
}

function isZero(view: DataView, at: number, length: number): boolean {
  for (let index = 0; index < length; index += 4) if (view.getInt32(at + index, true) !== 0) return false;
  return true;
}

/** Two 32-bit lanes that take each word in their own way; every step can be undone, so that no two words fall together. */
function mix(table: SpanTable, view: DataView, at: number, words: number): void {
  let low = table.hashLow;
  let high = table.hashHigh;
  for (let index = 0; index < words; index += 1) {
    const word = view.getInt32(at + index * 4, true);
    low = Math.imul(low ^ word, 0x9e3779b1);
    low ^= low >>> 15;
    high = Math.imul(((high << 13) | (high >>> 19)) + word, 0x85ebca6b);
    high ^= high >>> 13;
  }
  table.hashLow = low | 0;
  table.hashHigh = high | 0;
}
