/** Scans an ExportTraceServiceRequest in place: one row of numbers per span, no object per span. */
import { countedWeight } from '../../../src/kernel/tracestate.ts';
import { scanAttribute } from './scan-attribute.ts';
import { readResource } from './scan-resource.ts';
import { finishSpan, type TimeLimits } from './span-checks.ts';
import type { SpanTable } from './span-table.ts';
import { outcomeCode } from './span-table.ts';
import type { TextTable } from './text-table.ts';
import { bytesField, malformed, WireReader, wireType } from './wire-reader.ts';

const serverKind = 2;
const statusError = 2;

/** Raw values of the span being scanned. */
interface Draft {
  traceLength: number;
  spanLength: number;
  parentLength: number;
  startLow: number;
  startHigh: number;
  endLow: number;
  endHigh: number;
}

/**
 * Fills `table` (cleared first) with the spans of `body`, rejected ones included, in byte order. Spans that break `limits` or the
 * rules of OTLP get a code in `table.reject`; unknown fields are skipped.
 * @throws OTLP_MALFORMED naming the byte; the table is then without meaning
 */
export function scanSpans(body: Uint8Array, texts: TextTable, table: SpanTable, limits: TimeLimits): void {
  table.clear();
  const reader = new WireReader(body);
  table.view = reader.view;
  const draft = emptyDraft();
  while (reader.at < body.length) {
    const tag = reader.tag(body.length);
    if (tag !== bytesField(1)) {
      reader.skip(tag, body.length);
      continue;
    }
    const end = reader.fieldEnd(body.length);
    scanResourceSpans(reader, end, texts, table, draft, limits);
  }
}

/** The resource may stand behind its spans, so it is looked for first. */
function scanResourceSpans(
  reader: WireReader,
  end: number,
  texts: TextTable,
  table: SpanTable,
  draft: Draft,
  limits: TimeLimits,
): void {
  const start = reader.at;
  const resource = table.resources.push(readResource(reader, end, texts)) - 1;
  reader.at = start;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag !== bytesField(2)) {
      reader.skip(tag, end);
      continue;
    }
    const scopeEnd = reader.fieldEnd(end);
    while (reader.at < scopeEnd) {
      const recordAt = reader.at;
      const inner = reader.tag(scopeEnd);
      if (inner !== bytesField(2)) {
        reader.skip(inner, scopeEnd);
        continue;
      }
      const spanEnd = reader.fieldEnd(scopeEnd);
      const row = table.push();
      table.recordAt[row] = recordAt;
      table.messageAt[row] = reader.at;
      table.recordEnd[row] = spanEnd;
      table.resource[row] = resource;
      scanSpan(reader, spanEnd, texts, table, row, draft);
      finishSpan(reader.view, table, row, draft, limits);
      reader.at = spanEnd;
    }
  }
}

function scanSpan(
  reader: WireReader,
  end: number,
  texts: TextTable,
  table: SpanTable,
  row: number,
  draft: Draft,
): void {
  const bytes = reader.bytes;
  resetDraft(draft);
  let at = reader.at;
  while (at < end) {
    const tag = bytes[at] ?? 0;
    if ((tag & 0x87) === wireType.bytes) {
      const length = at + 1 < end ? (bytes[at + 1] ?? 0x80) : 0x80;
      reader.at = at + 1;
      const fieldEnd = length < 0x80 && at + 2 + length <= end ? at + 2 + length : reader.fieldEnd(end);
      const fieldAt = length < 0x80 ? at + 2 : reader.at;
      scanBytesField(tag >>> 3, fieldAt, fieldEnd, texts, table, row, draft, reader);
      at = fieldEnd;
    } else if ((tag === 0x39 || tag === 0x41) && at + 9 <= end) {
      readTime(tag, reader.view, at + 1, draft);
      at += 9;
    } else {
      reader.at = at;
      scanOtherField(reader, end, table, row);
      at = reader.at;
    }
  }
}

/** The kind, and whatever is not looked at. */
function scanOtherField(reader: WireReader, end: number, table: SpanTable, row: number): void {
  const tag = reader.tag(end);
  if (tag !== 0x30) reader.skip(tag, end);
  else if (reader.varint(end) === serverKind) table.isEntry[row] = 1;
}

function scanBytesField(
  field: number,
  at: number,
  end: number,
  texts: TextTable,
  table: SpanTable,
  row: number,
  draft: Draft,
  reader: WireReader,
): void {
  switch (field) {
    case 1:
      draft.traceLength = end - at;
      table.traceAt[row] = at;
      return;
    case 2:
      draft.spanLength = end - at;
      table.spanAt[row] = at;
      return;
    case 3:
      if (end > at) table.weight[row] = countedWeight(Buffer.from(reader.bytes.subarray(at, end)).toString('latin1'));
      return;
    case 4:
      draft.parentLength = end - at;
      return;
    case 9:
      scanAttribute(reader, at, end, texts, table, row);
      return;
    case 15:
      if (readStatus(reader, at, end) === statusError && table.outcome[row] === outcomeCode.ok) {
        table.outcome[row] = outcomeCode.error;
      }
      return;
    case 0:
      throw malformed(at, 'field number 0');
  }
}

function readStatus(reader: WireReader, at: number, end: number): number {
  let status = 0;
  reader.at = at;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x18) status = reader.varint(end);
    else reader.skip(tag, end);
  }
  return status;
}

function readTime(tag: number, view: DataView, at: number, draft: Draft): void {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  if (tag === 0x39) {
    draft.startLow = low;
    draft.startHigh = high;
  } else {
    draft.endLow = low;
    draft.endHigh = high;
  }
}

function emptyDraft(): Draft {
  return { traceLength: 0, spanLength: 0, parentLength: 0, startLow: 0, startHigh: 0, endLow: 0, endHigh: 0 };
}

function resetDraft(draft: Draft): void {
  draft.traceLength = 0;
  draft.spanLength = 0;
  draft.parentLength = 0;
  draft.startLow = 0;
  draft.startHigh = 0;
  draft.endLow = 0;
  draft.endHigh = 0;
}
