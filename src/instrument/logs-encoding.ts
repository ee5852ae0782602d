/** Turns JSON log lines into one OTLP ExportLogsServiceRequest. */
import { attribute, logField } from '../kernel/conventions.ts';
import { ProtobufWriter } from './protobuf.ts';

/** When the lines were read, Unix ms: the time of a line that names none; `resource` becomes the resource attributes. */
export interface LogsFrame {
  readonly nowMs: number;
  readonly resource: Readonly<Record<string, string | boolean>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** OTLP's severity numbers by the words of loggers, and by pino's and bunyan's tens. */
const severityOfWord: Readonly<Record<string, number>> = {
  ...{ trace: 1, verbose: 1, debug: 5, info: 9, notice: 10, warn: 13, warning: 13, error: 17, fatal: 21, critical: 21 },
};
const words = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** Fields that have a place of their own in a record. */
const placed = new Set(['time', 'timestamp', 'level', 'msg', 'message', 'err', 'v', ...Object.values(logField)]);

/** A line that is no JSON object becomes a record with that text. Field numbers: opentelemetry/proto/logs/v1/logs.proto. */
export function encodeLogs(lines: readonly string[], frame: LogsFrame): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.message(1, () => {
      for (const [key, value] of Object.entries(frame.resource)) writePair(writer, 1, key, value);
    });
    writer.message(2, () => {
      writer.message(1, () => writer.text(1, 'seamwatch'));
      for (const line of lines) writer.message(2, () => writeRecord(writer, fieldsOf(line), frame.nowMs));
    });
  });
  return writer.finish();
}

function fieldsOf(line: string): Fields {
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // what follows is the answer to a line of plain text
  }
  return { msg: line.trimEnd() };
}

function writeRecord(writer: ProtobufWriter, fields: Fields, nowMs: number): void {
  writer.timeNanos(1, timeOf(fields.time ?? fields.timestamp) ?? nowMs);
  const severity = severityOf(fields.level);
  if (severity > 0) {
    writer.varint(2, severity);
    writer.text(3, words[Math.ceil(severity / 4) - 1] ?? '');
  }
  const text = fields.msg ?? fields.message;
  if (text !== undefined) writer.message(5, () => writeValue(writer, text));
  writeException(writer, fields.err);
  writeText(writer, attribute.correlationId, fields[logField.correlationId]);
  writeText(writer, attribute.domain, fields[logField.domain]);
  for (const [key, value] of Object.entries(fields)) {
    if (!placed.has(key) && value !== undefined && value !== null) writePair(writer, 6, key, value);
  }
  writeId(writer, 9, fields[logField.traceId], 32);
  writeId(writer, 10, fields[logField.spanId], 16);
}

/** pino's and bunyan's `err`: an error as an object. */
function writeException(writer: ProtobufWriter, error: unknown): void {
  if (typeof error !== 'object' || error === null) return;
  const { type, name, message, stack }: Fields = { ...error };
  writeText(writer, 'exception.type', type ?? name);
  writeText(writer, 'exception.message', message);
  writeText(writer, 'exception.stacktrace', stack);
}

function writeText(writer: ProtobufWriter, key: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') writePair(writer, 6, key, value);
}

function writePair(writer: ProtobufWriter, field: number, key: string, value: unknown): void {
  writer.message(field, () => {
    writer.text(1, key);
    writer.message(2, () => writeValue(writer, value));
  });
}

/** Lists and objects go as JSON text. */
function writeValue(writer: ProtobufWriter, value: unknown): void {
  if (typeof value === 'string') writer.text(1, value);
  else if (typeof value === 'boolean') writer.varint(2, value ? 1 : 0);
  else if (typeof value !== 'number') writer.text(1, JSON.stringify(value) ?? '');
  else if (Number.isSafeInteger(value) && value >= 0) writer.varint(3, value);
  else writer.double(4, value);
}

function writeId(writer: ProtobufWriter, field: number, value: unknown, digits: number): void {
  if (typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value)) writer.hex(field, value);
}

/** Unix ms from ms or from an ISO time; null when it is neither. */
function timeOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) && ms > 0 ? ms : null;
}

function severityOf(level: unknown): number {
  if (typeof level === 'string') return severityOfWord[level.toLowerCase()] ?? 0;
  if (typeof level !== 'number' || level < 10) return 0;
  return Math.min(6, Math.floor(level / 10)) * 4 - 3;
}
