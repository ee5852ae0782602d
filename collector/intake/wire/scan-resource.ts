/** Finds the resource among the fields of a ResourceSpans or ResourceMetrics message. */
import { attribute } from '../../../src/kernel/conventions.ts';
import { type Attributes, readAttributes, type Scalar } from './attributes.ts';
import type { SpanResource } from './span-table.ts';
import type { TextTable } from './text-table.ts';
import { bytesField, type WireReader } from './wire-reader.ts';

/** All attributes of the resource in [reader.at, end). @throws OTLP_MALFORMED */
export function readResourceAttributes(reader: WireReader, end: number): Attributes {
  const found = new Map<string, Scalar>();
  while (reader.at < end) {
    const tag = reader.tag(end);
    if (tag !== bytesField(1)) {
      reader.skip(tag, end);
      continue;
    }
    for (const [key, value] of readAttributes(reader, reader.fieldEnd(end), 1)) found.set(key, value);
  }
  return found;
}

/** What counting needs of the resource. @throws OTLP_MALFORMED */
export function readResource(reader: WireReader, end: number, texts: TextTable): SpanResource {
  const found = readResourceAttributes(reader, end);
  return {
    service: numberOf(found.get(attribute.serviceName), texts),
    domain: numberOf(found.get(attribute.domain), texts),
    synthetic: isSynthetic(found),
  };
}

/** True for simulated telemetry: the resource says so, as a boolean or as text. */
export function isSynthetic(resource: Attributes): boolean {
  return String(resource.get(attribute.synthetic)) === 'true';
}

function numberOf(value: Scalar | undefined, texts: TextTable): number {
  if (value === undefined) return -1;
  return texts.numberOf(String(value));
}
