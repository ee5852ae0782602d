/** Picks the few attributes that counting needs out of a span, by comparing bytes. */
import { attribute } from '../../../src/kernel/conventions.ts';
import { type ByteText, byteText, isTextAt } from './byte-text.ts';
import { outcomeCode, type SpanTable } from './span-table.ts';
import type { TextTable } from './text-table.ts';
import { bytesField, type WireReader, wireType } from './wire-reader.ts';

const key = {
  domain: byteText(attribute.domain),
  operation: byteText(attribute.operation),
  correlationId: byteText(attribute.correlationId),
  entry: byteText(attribute.entry),
  outcome: byteText(attribute.outcome),
  route: byteText(attribute.httpRoute),
  statusCode: byteText('http.response.status_code'),
};
const trueText = byteText('true');
const outcomeTexts = { error: byteText('error'), rejected: byteText('rejected') };
const stringTag = bytesField(1);
const valueTag = bytesField(2);
const boolTag = 2 * 8 + wireType.varint;
const intTag = 3 * 8 + wireType.varint;

/** The keys are told apart by their lengths, which all differ. */
const keyOfLength: readonly (keyof typeof key | undefined)[] = (() => {
  const table: (keyof typeof key | undefined)[] = [];
  for (const name of ['domain', 'operation', 'correlationId', 'entry', 'outcome', 'route', 'statusCode'] as const) {
    table[key[name].length] = name;
  }
  return table;
})();

/** Where the parts of a KeyValue are; value -1 when absent. */
const parts = { keyAt: 0, keyEnd: 0, valueAt: -1, valueEnd: -1 };

/**
 * Reads one KeyValue in [at, end) into the row when its key is wanted; the value of an unwanted key is not looked at.
 * @throws OTLP_MALFORMED
 */
export function scanAttribute(
  reader: WireReader,
  at: number,
  end: number,
  texts: TextTable,
  table: SpanTable,
  row: number,
): void {
  const bytes = reader.bytes;
  const keyLength = bytes[at + 1] ?? 0;
  const keyEnd = at + 2 + keyLength;
  if (end - at > 2 && bytes[at] === stringTag && keyLength < 0x80 && keyEnd <= end) {
    const name = keyOfLength[keyLength];
    if (name === undefined || !isTextAt(reader.view, at + 2, key[name])) return;
    const valueLength = bytes[keyEnd + 1] ?? 0x80;
    if (bytes[keyEnd] === valueTag && valueLength < 0x80 && keyEnd + 2 + valueLength === end) {
      readValue(name, reader, keyEnd + 2, end, texts, table, row);
      return;
    }
  }
  locateParts(reader, at, end);
  const name = keyOfLength[parts.keyEnd - parts.keyAt];
  if (name === undefined || parts.valueAt < 0 || !isTextAt(reader.view, parts.keyAt, key[name])) return;
  readValue(name, reader, parts.valueAt, parts.valueEnd, texts, table, row);
}

/** Finds key and value wherever they stand in a KeyValue. */
function locateParts(reader: WireReader, at: number, end: number): void {
  parts.keyAt = at;
  parts.keyEnd = at;
  parts.valueAt = -1;
  reader.at = at;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag !== bytesField(1) && tag !== bytesField(2)) {
      reader.skip(tag, end);
      continue;
    }
    const fieldEnd = reader.fieldEnd(end);
    if (tag === bytesField(1)) {
      parts.keyAt = reader.at;
      parts.keyEnd = fieldEnd;
    } else {
      parts.valueAt = reader.at;
      parts.valueEnd = fieldEnd;
    }
    reader.at = fieldEnd;
  }
}

function readValue(
  name: keyof typeof key,
  reader: WireReader,
  at: number,
  end: number,
  texts: TextTable,
  table: SpanTable,
  row: number,
): void {
  const { bytes } = reader;
  const length = bytes[at + 1] ?? 0x80;
  if (bytes[at] === stringTag && length < 0x80 && at + 2 + length === end) {
    takeText(name, reader.view, at + 2, end, texts, table, row);
    return;
  }
  reader.at = at;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === stringTag) {
      const textEnd = reader.fieldEnd(end);
      takeText(name, reader.view, reader.at, textEnd, texts, table, row);
      reader.at = textEnd;
    } else if (tag === boolTag && name === 'entry') {
      if (reader.varint(end) !== 0) table.isEntry[row] = 1;
    } else if (tag === intTag && name === 'statusCode') takeStatusCode(reader.varint(end), table, row);
    else reader.skip(tag, end);
  }
}

function takeText(
  name: keyof typeof key,
  view: DataView,
  at: number,
  end: number,
  texts: TextTable,
  table: SpanTable,
  row: number,
): void {
  switch (name) {
    case 'domain':
      table.domain[row] = texts.number(view, at, end);
      return;
    case 'operation':
      table.operation[row] = texts.number(view, at, end);
      return;
    case 'route':
      table.route[row] = texts.number(view, at, end);
      return;
    case 'correlationId':
      table.correlationAt[row] = at;
      table.correlationEnd[row] = end;
      return;
    case 'entry':
      if (isWhole(view, at, end, trueText)) table.isEntry[row] = 1;
      return;
    case 'outcome':
      if (isWhole(view, at, end, outcomeTexts.error)) table.outcome[row] = outcomeCode.error;
      else if (isWhole(view, at, end, outcomeTexts.rejected)) table.outcome[row] = outcomeCode.rejected;
      return;
    case 'statusCode':
      return;
    default:
      name satisfies never;
  }
}

/** 5xx is an error; 4xx is rejected, which is not bad. */
function takeStatusCode(status: number, table: SpanTable, row: number): void {
  if (status >= 500) table.outcome[row] = outcomeCode.error;
  else if (status >= 400) table.outcome[row] = outcomeCode.rejected;
}

function isWhole(view: DataView, at: number, end: number, text: ByteText): boolean {
  return end - at === text.length && isTextAt(view, at, text);
}
