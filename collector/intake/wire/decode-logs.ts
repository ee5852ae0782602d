/** Decodes an ExportLogsServiceRequest in protobuf. */
import { AppError } from '../../../src/kernel/errors.ts';
import {
  type AttributeEntry,
  type AttributeValue,
  decodeKeyValue,
  decodeValue,
  ProtoReader,
} from '../../history/index.ts';
import { malformed } from './wire-reader.ts';

/** A record as it was sent. Times are Unix nanoseconds, 0 when not given; ids are hexadecimal of any length. */
export interface SentLog {
  readonly timeNs: bigint;
  readonly observedNs: bigint;
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

/** One group per scope. @throws OTLP_MALFORMED naming the byte */
export function decodeLogs(body: Uint8Array): LogGroup[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const reader = new ProtoReader(bytes, 0, bytes.length, 'strict');
  try {
    const groups: LogGroup[] = [];
    while (reader.next()) if (reader.field === 1) groups.push(...readResourceLogs(reader.message()));
    return groups;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'OTLP_MALFORMED')) throw error;
    throw malformed(Number(error.details.at ?? 0), 'a field of the log records is cut short or of a wrong type');
  }
}

function readResourceLogs(reader: ProtoReader): LogGroup[] {
  const resource: AttributeEntry[] = [];
  const scopes: Omit<LogGroup, 'resource'>[] = [];
  while (reader.next()) {
    if (reader.field === 1) resource.push(...readAttributes(reader.message(), 1));
    else if (reader.field === 2) scopes.push(readScopeLogs(reader.message()));
  }
  const attributes = Object.fromEntries(resource);
  return scopes.map((scope) => ({ resource: attributes, ...scope }));
}

function readAttributes(reader: ProtoReader, field: number): AttributeEntry[] {
  const found: AttributeEntry[] = [];
  while (reader.next()) if (reader.field === field) found.push(decodeKeyValue(reader.message()));
  return found;
}

function readScopeLogs(reader: ProtoReader): Omit<LogGroup, 'resource'> {
  let scopeName = '';
  const scope: AttributeEntry[] = [];
  const records: SentLog[] = [];
  while (reader.next()) {
    if (reader.field === 2) records.push(readRecord(reader.message()));
    if (reader.field !== 1) continue;
    const inner = reader.message();
    while (inner.next()) {
      if (inner.field === 1) scopeName = inner.text();
      else if (inner.field === 3) scope.push(decodeKeyValue(inner.message()));
    }
  }
  return { scopeName, scope: Object.fromEntries(scope), records };
}

/** Field numbers: opentelemetry/proto/logs/v1/logs.proto, message LogRecord. Flags say nothing that is kept. */
function readRecord(reader: ProtoReader): SentLog {
  const sent = {
    timeNs: 0n,
    observedNs: 0n,
    severity: 0,
    severityText: '',
    body: null as AttributeValue,
    traceId: '',
    spanId: '',
    eventName: '',
  };
  const attributes: AttributeEntry[] = [];
  while (reader.next()) {
    if (reader.field === 1) sent.timeNs = reader.fixed64();
    else if (reader.field === 2) sent.severity = reader.uint32();
    else if (reader.field === 3) sent.severityText = reader.text();
    else if (reader.field === 5) sent.body = decodeValue(reader.message());
    else if (reader.field === 6) attributes.push(decodeKeyValue(reader.message()));
    else if (reader.field === 7) addDropped(attributes, reader.uint32());
    else if (reader.field === 9) sent.traceId = reader.hex();
    else if (reader.field === 10) sent.spanId = reader.hex();
    else if (reader.field === 11) sent.observedNs = reader.fixed64();
    else if (reader.field === 12) sent.eventName = reader.text();
  }
  return { ...sent, attributes: Object.fromEntries(attributes) };
}

function addDropped(attributes: AttributeEntry[], count: number): void {
  if (count > 0) attributes.push(['otel.dropped_attributes_count', count]);
}
