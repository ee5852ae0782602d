/** The stored form of log records: a line of JSON for the origins, then one line a record, oldest first; the whole compressed. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LogRecord } from '../../src/contract/index.ts';
import { AppError } from '../../src/kernel/errors.ts';
import type { LogEntry, LogOrigin } from './log-entry.ts';
import { severityName } from './log-severity.ts';

/** A record as it stands in a frame; `seq` numbers all records ever stored. */
export interface LogLine {
  readonly timeNs: bigint;
  /** The same as Unix ms, rounded; what is earlier is never larger. */
  readonly timeMs: number;
  readonly seq: number;
  readonly text: string;
}

/** A record read back, with what orders it. */
export interface StoredLog {
  readonly timeNs: bigint;
  readonly seq: number;
  readonly severity: number;
  readonly own: LogRecord['attributes'];
  readonly record: LogRecord;
}

type Fields = readonly [
  origin: number,
  timeNs: string,
  seq: number,
  severity: number,
  severityText: string | 0,
  body: string,
  attributes: LogRecord['attributes'] | 0,
  traceId: string | 0,
  spanId: string | 0,
  correlationId: string | 0,
  domain: string | 0,
];

const fieldCount = 11;

/** Level 3 saves a fifth against level 1; text repeats itself more than spans do. The checksum tells a flipped bit from what was said. */
const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 };

/** `origin` is the place of the entry's origin among the frame's. */
export function logLine(entry: LogEntry, origin: number, seq: number): LogLine {
  const hasAttributes = Object.keys(entry.attributes).length > 0;
  const fields: Fields = [
    origin,
    entry.timeNs.toString(),
    seq,
    entry.severity,
    entry.severityText ?? 0,
    entry.body,
    hasAttributes ? entry.attributes : 0,
    entry.traceId ?? 0,
    entry.spanId ?? 0,
    entry.correlationId ?? 0,
    entry.domain ?? 0,
  ];
  return { timeNs: entry.timeNs, timeMs: msOf(entry.timeNs), seq, text: JSON.stringify(fields) };
}

const lineStart = /^\[\d+,"(\d{1,20})",(\d{1,16}),/;

/** What orders a line, without reading the rest of it. @throws DATABASE_CORRUPT naming `frame` when it is no line of ours */
export function keyOfLine(text: string, frame: number): { readonly timeNs: bigint; readonly seq: number } {
  const [, timeNs, seq] = lineStart.exec(text) ?? [];
  if (timeNs === undefined || seq === undefined) throw corrupt(frame, undefined);
  return { timeNs: BigInt(timeNs), seq: Number(seq) };
}

/** The severity that a line has, without reading the rest of it. */
export function severityOfLine(text: string): number {
  return Number(text.slice(0, 80).split(',', 4)[3] ?? 0);
}

/** The same line, of `frame`, under another number of its origin. @throws DATABASE_CORRUPT as {@link keyOfLine} */
export function withOrigin(text: string, origin: number, frame: number): LogLine {
  const { timeNs, seq } = keyOfLine(text, frame);
  return { timeNs, timeMs: msOf(timeNs), seq, text: `[${origin}${text.slice(text.indexOf(','))}` };
}

function msOf(timeNs: bigint): number {
  return Number(timeNs) / 1e6;
}

/** The number of the origin that a line names. */
export function originOf(text: string): number {
  return Number(text.slice(1, text.indexOf(',')));
}

/** A line of {@link logLine} as it is answered. @throws DATABASE_CORRUPT for anything else, naming `frame` */
export function readLine(text: string, origins: readonly LogOrigin[], frame: number): StoredLog {
  const fields = fieldsOf(text, frame);
  const [place, timeNs, seq, severity, severityText, body, attributes, traceId, spanId, correlationId, domain] = fields;
  const origin = origins[place];
  if (origin === undefined) throw corrupt(frame, undefined);
  const own = attributes === 0 ? {} : attributes;
  const record: LogRecord = {
    timeUnixNano: timeNs,
    severity: severityName(severity),
    severityText: severityText === 0 ? null : severityText,
    body,
    attributes: { ...own, ...origin.attributes },
    traceId: traceId === 0 ? null : traceId,
    spanId: spanId === 0 ? null : spanId,
    correlationId: correlationId === 0 ? null : correlationId,
    domain: domain === 0 ? null : domain,
    serviceName: origin.serviceName,
    source: origin.source,
  };
  return { timeNs: BigInt(timeNs), seq, severity, own, record };
}

/** `lines` in the order in which they are to be read: by time, then seq. */
export function compressLogs(
  origins: readonly LogOrigin[],
  lines: readonly LogLine[],
): { data: Buffer; rawBytes: number } {
  const raw = Buffer.from([JSON.stringify(origins), ...lines.map((line) => line.text)].join('\n'));
  return { data: zstdCompressSync(raw, { params, chunkSize: 131_072 }), rawBytes: raw.length };
}

/** What {@link compressLogs} made; `text` are the lines, one under the other. @throws DATABASE_CORRUPT when the stored bytes are not that */
export function decompressLogs(
  data: Uint8Array,
  rawBytes: number,
  frame: number,
): { readonly origins: readonly LogOrigin[]; readonly text: string } {
  try {
    const raw = zstdDecompressSync(data, { maxOutputLength: Math.max(1, rawBytes), chunkSize: Math.max(64, rawBytes) });
    if (raw.length === rawBytes) {
      const text = raw.toString();
      const end = text.indexOf('\n');
      return { origins: asOrigins(JSON.parse(text.slice(0, end))), text: text.slice(end + 1) };
    }
  } catch (cause) {
    throw corrupt(frame, cause);
  }
  throw corrupt(frame, undefined);
}

/** Oldest first. */
export function byTime(left: LogLine, right: LogLine): number {
  if (left.timeMs !== right.timeMs) return left.timeMs - right.timeMs;
  if (left.timeNs !== right.timeNs) return left.timeNs < right.timeNs ? -1 : 1;
  return left.seq - right.seq;
}

function corrupt(frame: number, cause: unknown): AppError {
  const message = `log frame ${frame} cannot be read back; restore the database from a backup or delete the frame`;
  return new AppError('DATABASE_CORRUPT', message, { details: { frame }, cause });
}

/** Frames from before checksums may decompress to anything. */
function fieldsOf(text: string, frame: number): Fields {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isFields(parsed)) return parsed;
  } catch (cause) {
    throw corrupt(frame, cause);
  }
  throw corrupt(frame, undefined);
}

function isFields(parsed: unknown): parsed is Fields {
  if (!Array.isArray(parsed) || parsed.length !== fieldCount) return false;
  const [origin, timeNs, seq, severity, severityText, body, attributes, ...ids] = parsed;
  return (
    [origin, seq, severity].every((number) => Number.isSafeInteger(number)) &&
    typeof timeNs === 'string' &&
    /^\d{1,20}$/.test(timeNs) &&
    typeof body === 'string' &&
    (attributes === 0 || (typeof attributes === 'object' && attributes !== null)) &&
    [severityText, ...ids].every((each) => each === 0 || typeof each === 'string')
  );
}

function asOrigins(parsed: unknown): readonly LogOrigin[] {
  return parsed as readonly LogOrigin[];
}
