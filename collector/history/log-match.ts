/** Which frames and which records a search of logs wants. Pure. */
import { type StoredLog, severityOfLine } from './log-codec.ts';
import type { LogRow, OpenLogs } from './log-frames.ts';
import { severityNumber } from './log-severity.ts';
import type { LogQuery } from './reader.ts';
import { textTag, traceTag } from './tags.ts';

/** A query in the form in which it is compared. */
export interface LogMatcher {
  /** Tags that a frame must hold to have a match. */
  readonly tags: readonly number[];
  /** False when the frame's row already says that no record in it can match. */
  readonly frameMayMatch: (row: LogRow) => boolean;
  /** False when the text of the opened frame as a whole says so. */
  readonly openFrameMayMatch: (frame: OpenLogs) => boolean;
  /** False when the stored line already says that it cannot match. */
  readonly lineMayMatch: (frame: OpenLogs, line: number) => boolean;
  readonly matches: (log: StoredLog) => boolean;
}

export function createLogMatcher(query: LogQuery): LogMatcher {
  const { domain, text, fromMs, toMs } = query;
  const traceId = query.traceId?.toLowerCase();
  const leastSeverity = query.severity === undefined ? 0 : severityNumber(query.severity);
  const exact = [traceId, query.correlationId, domain].flatMap((part) =>
    part === undefined ? [] : JSON.stringify(part),
  );
  const wanted = text?.toLowerCase() ?? '';
  const wantedJson = JSON.stringify(wanted).slice(1, -1);
  return {
    tags: tagsOf(traceId, query.correlationId),
    frameMayMatch: (row) =>
      row.maxSeverity >= leastSeverity && (domain === undefined || row.domains.includes(JSON.stringify(domain))),
    openFrameMayMatch: (frame) => frame.mayHold(exact, wantedJson),
    lineMayMatch: (frame, line) => {
      const stored = frame.lines()[line] ?? '';
      if (leastSeverity > 0 && severityOfLine(stored) < leastSeverity) return false;
      if (!exact.every((part) => stored.includes(part))) return false;
      return wanted === '' || (frame.lowered()[line] ?? '').includes(wantedJson);
    },
    matches: (log) => {
      const { record } = log;
      return (
        log.severity >= leastSeverity &&
        (fromMs === undefined || log.timeNs >= nanosOf(fromMs)) &&
        (toMs === undefined || log.timeNs < nanosOf(toMs)) &&
        (traceId === undefined || record.traceId === traceId) &&
        (query.correlationId === undefined || record.correlationId === query.correlationId) &&
        (domain === undefined || record.domain === domain) &&
        (wanted === '' || saysText(log, wanted))
      );
    },
  };
}

/** In the body or in a text among the record's own attributes; `wanted` is lower case. */
function saysText({ record, own }: StoredLog, wanted: string): boolean {
  return record.body.toLowerCase().includes(wanted) || Object.values(own).some((value) => textIn(value, wanted));
}

function textIn(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted);
  if (typeof value !== 'object' || value === null) return String(value).includes(wanted);
  return Object.values(value).some((inner) => textIn(inner, wanted));
}

function tagsOf(traceId: string | undefined, correlationId: string | undefined): number[] {
  const tags: number[] = [];
  if (traceId !== undefined) tags.push(traceTag(Buffer.from(traceId.padEnd(32, '0').slice(0, 32), 'hex'), 0));
  if (correlationId !== undefined) {
    const text = Buffer.from(correlationId);
    tags.push(textTag(text, 0, text.length));
  }
  return tags;
}

function nanosOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}
