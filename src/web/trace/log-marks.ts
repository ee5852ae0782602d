/** Where log records stand in a waterfall. Pure. */
import type { LogRecord, Trace } from '../../contract/index.ts';
import { severityMark, timeMsOf } from '../format/log-words.ts';
import type { Tone } from '../format/state.ts';
import type { Waterfall, WaterfallRow } from './layout.ts';

/** A record and its place: ms from the first span, and the row of its span, null when it names none that is shown. */
export interface PlacedLog {
  readonly record: LogRecord;
  readonly atMs: number;
  readonly rowKey: string | null;
}

/** A mark on a lane. */
export interface LogMark {
  readonly atMs: number;
  readonly tone: Tone;
}

/** The records of all these traces, oldest first. */
export function placeLogs(traces: readonly Trace[], waterfall: Waterfall): readonly PlacedLog[] {
  const spans = new Map(traces.flatMap((trace) => trace.spans.map((span) => [keyOf(span.traceId, span.spanId), span])));
  const rows = new Map(waterfall.rows.map((row) => [row.key, row]));
  const folded = new Map(waterfall.rows.filter((row) => row.count > 1).map((row) => [kindOf(row.span), row]));
  const rowOf = (record: LogRecord): WaterfallRow | null => {
    const key = keyOf(record.traceId ?? '', record.spanId ?? '');
    const span = spans.get(key);
    return rows.get(key) ?? (span === undefined ? null : (folded.get(kindOf(span)) ?? null));
  };
  return traces
    .flatMap((trace) => trace.logs)
    .map((record) => ({
      record,
      atMs: timeMsOf(record) - startOf(traces, waterfall),
      rowKey: rowOf(record)?.key ?? null,
    }))
    .sort((left, right) => left.atMs - right.atMs);
}

/** The marks of each row by its key. */
export function marksByRow(logs: readonly PlacedLog[]): ReadonlyMap<string, readonly LogMark[]> {
  const marks = new Map<string, LogMark[]>();
  for (const { record, atMs, rowKey } of logs) {
    if (rowKey === null) continue;
    const mark = { atMs, tone: severityMark(record.severity).tone };
    marks.set(rowKey, [...(marks.get(rowKey) ?? []), mark]);
  }
  return marks;
}

/** The exact start: the waterfall's own is cut to whole ms. */
function startOf(traces: readonly Trace[], waterfall: Waterfall): number {
  const starts = traces.flatMap((trace) =>
    trace.spans.map((span) => Number(BigInt(span.startTimeUnixNano) / 1_000n) / 1_000),
  );
  return starts.length === 0 ? waterfall.startMs : starts.reduce((least, one) => Math.min(least, one));
}

/** What makes calls alike, as for folding. */
function kindOf(span: WaterfallRow['span']): string {
  return `${span.traceId} ${span.parentSpanId} ${span.domain} ${span.name}`;
}

function keyOf(traceId: string, spanId: string): string {
  return `${traceId}:${spanId}`;
}
