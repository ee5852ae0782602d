/** Log records as a generated decoder gives them: an object for every message, then a row for each record. */
import type { IncomingMessage } from 'node:http';
import { ProtoReader } from '../collector/history/index.ts';

type Row = readonly (string | number | bigint | null)[];

interface AnyValue {
  readonly [kind: string]: unknown;
}

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

interface LogRecord {
  readonly timeUnixNano: string | bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
  readonly traceId: string;
  readonly spanId: string;
}

interface ResourceLogs {
  readonly resource: { readonly attributes: readonly KeyValue[] };
  readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
}

/** A row a record, in the order of the table. */
export function naiveLogRows(body: Buffer, request: IncomingMessage): readonly Row[] {
  const isJson = request.headers['content-type'] === 'application/json';
  const requestOf = isJson
    ? (JSON.parse(body.toString()) as { readonly resourceLogs: readonly ResourceLogs[] })
    : decode(body);
  return requestOf.resourceLogs.flatMap(({ resource, scopeLogs }) => {
    const shared = JSON.stringify(resource.attributes);
    return scopeLogs.flatMap(({ logRecords }) => logRecords.map((record) => rowOf(record, shared)));
  });
}

function rowOf(record: LogRecord, resource: string): Row {
  const text = (key: string): string =>
    String(Object.values(record.attributes.find((one) => one.key === key)?.value ?? {})[0] ?? '');
  const { traceId, spanId, timeUnixNano, severityNumber, severityText, body, attributes } = record;
  const said = String(Object.values(body)[0] ?? '');
  const names = [text('seam.domain'), text('seam.correlation_id')];
  return [
    traceId,
    spanId,
    BigInt(timeUnixNano),
    severityNumber,
    severityText,
    said,
    ...names,
    JSON.stringify(attributes),
    resource,
  ];
}

function decode(body: Buffer): { readonly resourceLogs: readonly ResourceLogs[] } {
  return { resourceLogs: messagesIn(new ProtoReader(body, 0, body.length), 1).map(resourceLogsOf) };
}

function resourceLogsOf(reader: ProtoReader): ResourceLogs {
  let attributes: readonly KeyValue[] = [];
  const scopeLogs: { readonly logRecords: readonly LogRecord[] }[] = [];
  while (reader.next()) {
    if (reader.field === 1) attributes = messagesIn(reader.message(), 1).map(keyValueOf);
    else if (reader.field === 2) scopeLogs.push({ logRecords: messagesIn(reader.message(), 2).map(recordOf) });
  }
  return { resource: { attributes }, scopeLogs };
}

function recordOf(reader: ProtoReader): LogRecord {
  const attributes: KeyValue[] = [];
  const record = {
    timeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    body: {} as AnyValue,
    traceId: '',
    spanId: '',
  };
  while (reader.next()) {
    if (reader.field === 1) record.timeUnixNano = reader.fixed64();
    else if (reader.field === 2) record.severityNumber = reader.uint32();
    else if (reader.field === 3) record.severityText = reader.text();
    else if (reader.field === 5) record.body = anyValueOf(reader.message());
    else if (reader.field === 6) attributes.push(keyValueOf(reader.message()));
    else if (reader.field === 9) record.traceId = reader.hex();
    else if (reader.field === 10) record.spanId = reader.hex();
  }
  return { ...record, attributes };
}

function keyValueOf(reader: ProtoReader): KeyValue {
  let key = '';
  let value: AnyValue = {};
  while (reader.next()) {
    if (reader.field === 1) key = reader.text();
    else if (reader.field === 2) value = anyValueOf(reader.message());
  }
  return { key, value };
}

function anyValueOf(reader: ProtoReader): AnyValue {
  if (!reader.next()) return {};
  if (reader.field === 1) return { stringValue: reader.text() };
  if (reader.field === 2) return { boolValue: reader.uint32() !== 0 };
  return reader.field === 3 ? { intValue: reader.int64().toString() } : { doubleValue: reader.double() };
}

function messagesIn(reader: ProtoReader, field: number): readonly ProtoReader[] {
  const found: ProtoReader[] = [];
  while (reader.next()) if (reader.field === field) found.push(reader.message());
  return found;
}
