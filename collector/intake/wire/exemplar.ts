/** Finds the exemplar of a point that says most: the one with the highest value. */
import { doubleOf, integerOf, type JsonObject, objectsOf, textOf } from './json-values.ts';
import { bytesField, type WireReader } from './wire-reader.ts';

/** `traceId` in 32 hexadecimal digits, lower case. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
}

const traceIdBytes = 16;
const traceIdForm = /^[0-9a-f]{32}$/i;
const noTrace = '0'.repeat(32);

/** Reads an Exemplar that ends at `end` (opentelemetry-proto metrics.proto); returns the higher of it and `before`. @throws OTLP_MALFORMED */
export function readExemplar(reader: WireReader, end: number, before: Exemplar | null): Exemplar | null {
  let value = 0;
  let traceAt = -1;
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag === 0x19) value = reader.double(end);
    else if (tag === 0x31) value = Number(reader.signedFixed64(end));
    else if (tag === bytesField(5)) {
      const traceEnd = reader.fieldEnd(end);
      traceAt = traceEnd - reader.at === traceIdBytes ? reader.at : -1;
      reader.at = traceEnd;
    } else reader.skip(tag, end);
  }
  if (traceAt < 0 || (before !== null && !(value > before.value))) return before;
  const traceId = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + traceAt, traceIdBytes).toString('hex');
  return traceId === noTrace ? before : { traceId, value };
}

/** The trace of the highest of a list of exemplars in JSON; null when none names one. @throws OTLP_MALFORMED */
export function highestExemplarIn(value: unknown, path: string): string | null {
  let highest: Exemplar | null = null;
  for (const exemplar of objectsOf(value, path)) {
    const traceId = textOf(exemplar.traceId).toLowerCase();
    const height = heightOf(exemplar);
    if (!traceIdForm.test(traceId) || traceId === noTrace) continue;
    if (highest === null || height > highest.value) highest = { traceId, value: height };
  }
  return highest?.traceId ?? null;
}

function heightOf({ asInt, asDouble }: JsonObject): number {
  const integer = integerOf(asInt);
  return integer === null ? (doubleOf(asDouble) ?? 0) : Number(integer);
}
