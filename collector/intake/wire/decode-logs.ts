/** Decodes an ExportLogsServiceRequest in protobuf. */
import type { AttributeValue } from '../../history/index.ts';
import { DecodeBudget } from './decode-budget.ts';
import { type LogAttributes, LogReader, setAttribute } from './log-values.ts';
import { bytesField, wireType } from './wire-reader.ts';

/** A record as it was sent. Times are Unix nanoseconds; ids are hexadecimal of any length. */
export interface SentLog {
  /** When it happened, else when it was observed; 0 when neither is given. */
  readonly timeNs: bigint;
  readonly severity: number;
  readonly severityText: string;
  readonly body: AttributeValue;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

/** Records of one resource and scope. */
export interface LogGroup {
  readonly resource: Readonly<Record<string, AttributeValue>>;
  readonly scopeName: string;
  readonly scope: Readonly<Record<string, AttributeValue>>;
  readonly records: readonly SentLog[];
}

type ScopeGroup = Omit<LogGroup, 'resource'>;
type Draft = { -readonly [Field in keyof SentLog]: SentLog[Field] };

const fixed64Field = (field: number): number => field * 8 + wireType.fixed64;
const varintField = (field: number): number => field * 8;

/** Field numbers: opentelemetry/proto/logs/v1/logs.proto, message LogRecord. Flags say nothing that is kept, nor does the name of old. */
const recordTags = {
  timeNs: fixed64Field(1),
  severity: varintField(2),
  severityText: bytesField(3),
  oldName: bytesField(4),
  body: bytesField(5),
  attribute: bytesField(6),
  dropped: varintField(7),
  flags: 8 * 8 + wireType.fixed32,
  traceId: bytesField(9),
  spanId: bytesField(10),
  observedNs: fixed64Field(11),
  eventName: bytesField(12),
} as const;

const droppedAttributes = 'otel.dropped_attributes_count';

/** One group per scope. @throws OTLP_MALFORMED naming the byte, or when the body holds more records than any sender means */
export function decodeLogs(body: Uint8Array): LogGroup[] {
  const reader = new LogReader(body, new DecodeBudget());
  const end = body.length;
  const groups: LogGroup[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) readResourceLogs(reader, reader.fieldEnd(end), groups);
    else reader.skipUnknown(tag, end, 1);
  }
  return groups;
}

function readResourceLogs(reader: LogReader, end: number, into: LogGroup[]): void {
  const resource: LogAttributes = {};
  const scopes: ScopeGroup[] = [];
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) readResource(reader, reader.fieldEnd(end), resource);
    else if (tag === bytesField(2)) scopes.push(readScopeLogs(reader, reader.fieldEnd(end)));
    else reader.skipUnknown(tag, end, 2);
  }
  for (const scope of scopes) into.push({ resource, ...scope });
}

/** Its attributes; nothing else of it is kept. */
function readResource(reader: LogReader, end: number, into: LogAttributes): void {
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) reader.keyValue(reader.fieldEnd(end), into);
    else reader.skipUnknown(tag, end, 1);
  }
}

function readScopeLogs(reader: LogReader, end: number): ScopeGroup {
  let scopeName = '';
  const scope: LogAttributes = {};
  const records: SentLog[] = [];
  reader.budget.takeRecord();
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(2)) {
      reader.budget.takeRecord();
      records.push(readRecord(reader, reader.fieldEnd(end)));
    } else if (tag === bytesField(1)) scopeName = readScope(reader, reader.fieldEnd(end), scope) ?? scopeName;
    else reader.skipUnknown(tag, end, 2);
  }
  return { scopeName, scope, records };
}

/** The name, if it has one. */
function readScope(reader: LogReader, end: number, into: LogAttributes): string | null {
  let name: string | null = null;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === bytesField(1)) name = reader.word(reader.fieldEnd(end));
    else if (tag === bytesField(3)) reader.keyValue(reader.fieldEnd(end), into);
    else reader.skipUnknown(tag, end, 1);
  }
  return name;
}

function readRecord(reader: LogReader, end: number): SentLog {
  const attributes: LogAttributes = {};
  const sent = {
    ...{ timeNs: 0n, severity: 0, severityText: '', body: null, attributes, traceId: '', spanId: '', eventName: '' },
  };
  while (reader.at < end) readField(reader, reader.tag(end), end, sent, attributes);
  return sent;
}

/** Its own time wins over that at which it was observed, whichever comes first. */
function readField(reader: LogReader, tag: number, end: number, sent: Draft, attributes: LogAttributes): void {
  switch (tag) {
    case recordTags.timeNs:
      sent.timeNs = reader.fixed64(end) || sent.timeNs;
      return;
    case recordTags.severity:
      sent.severity = reader.varint(end);
      return;
    case recordTags.severityText:
      sent.severityText = reader.word(reader.fieldEnd(end));
      return;
    case recordTags.body:
      sent.body = reader.value(reader.fieldEnd(end));
      return;
    case recordTags.attribute:
      reader.keyValue(reader.fieldEnd(end), attributes);
      return;
    case recordTags.dropped:
      addDropped(attributes, reader.varint(end));
      return;
    case recordTags.traceId:
      sent.traceId = reader.hex(reader.fieldEnd(end));
      return;
    case recordTags.spanId:
      sent.spanId = reader.hex(reader.fieldEnd(end));
      return;
    case recordTags.observedNs:
      if (sent.timeNs === 0n) sent.timeNs = reader.fixed64(end);
      else reader.skip(tag, end);
      return;
    case recordTags.eventName:
      sent.eventName = reader.word(reader.fieldEnd(end));
      return;
    case recordTags.oldName:
    case recordTags.flags:
      reader.skip(tag, end);
      return;
    default:
      reader.skipUnknown(tag, end, 12);
  }
}

function addDropped(attributes: LogAttributes, count: number): void {
  if (count > 0) setAttribute(attributes, droppedAttributes, count);
}
