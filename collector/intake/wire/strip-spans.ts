/** Copies an ExportTraceServiceRequest without some of its spans. */
import { bytesField, WireReader } from './wire-reader.ts';

/** At which depth the field is that leads to the spans: resource_spans → scope_spans → spans. */
const pathFields = [1, 2, 2] as const;

/** `dropped` holds the positions (SpanTable.recordAt) of the spans to leave out; everything else is copied byte for byte. @throws OTLP_MALFORMED */
export function withoutSpans(body: Uint8Array, dropped: ReadonlySet<number>): Uint8Array {
  return Buffer.concat(copyFields(new WireReader(body), body.length, 0, dropped));
}

function copyFields(reader: WireReader, end: number, depth: number, dropped: ReadonlySet<number>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let copiedTo = reader.at;
  const copyTo = (at: number): void => {
    if (at > copiedTo) parts.push(reader.bytes.subarray(copiedTo, at));
  };
  while (reader.at < end) {
    const start = reader.at;
    const tag = reader.tag(end);
    if (tag === bytesField(pathFields[depth] ?? 0) && depth < 2) {
      copyTo(start);
      const inner = Buffer.concat(copyFields(reader, reader.fieldEnd(end), depth + 1, dropped));
      parts.push(Buffer.from([tag]), encodeLength(inner.length), inner);
      copiedTo = reader.at;
      continue;
    }
    reader.skip(tag, end);
    if (depth < 2 || !dropped.has(start)) continue;
    copyTo(start);
    copiedTo = reader.at;
  }
  copyTo(reader.at);
  return parts;
}

function encodeLength(length: number): Uint8Array {
  const bytes: number[] = [];
  let rest = length;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
