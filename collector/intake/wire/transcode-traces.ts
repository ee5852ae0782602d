/** Turns an OTLP/JSON trace body into the protobuf that is stored. */
import {
  doubleOf,
  idBytesOf,
  integerOf,
  type JsonObject,
  malformedJson,
  maxDepth,
  objectOf,
  objectsOf,
  parseJsonBody,
  smallIntegerOf,
  textOf,
} from './json-values.ts';
import { ProtoWriter } from './proto-writer.ts';

/** The same request in protobuf; unknown members are dropped, ids that are no hex become empty (and are rejected per span). @throws OTLP_MALFORMED */
export function transcodeTraces(body: Uint8Array): Uint8Array {
  const request = parseJsonBody(body);
  const output = new ProtoWriter();
  for (const [index, resourceSpans] of objectsOf(request.resourceSpans, 'resourceSpans').entries()) {
    output.messageField(1, (inner) => writeResourceSpans(inner, resourceSpans, `resourceSpans[${index}]`));
  }
  return output.bytes();
}

function writeResourceSpans(output: ProtoWriter, value: JsonObject, path: string): void {
  output.messageField(1, (resource) => {
    const { attributes, droppedAttributesCount } = objectOf(value.resource, path, 'resource');
    writeAttributes(resource, 1, attributes, `${path}.resource.attributes`);
    writeCount(resource, 2, droppedAttributesCount);
  });
  for (const [index, scopeSpans] of objectsOf(value.scopeSpans, path, 'scopeSpans').entries()) {
    output.messageField(2, (inner) => writeScopeSpans(inner, scopeSpans, `${path}.scopeSpans[${index}]`));
  }
  writeText(output, 3, value.schemaUrl);
}

function writeScopeSpans(output: ProtoWriter, value: JsonObject, path: string): void {
  const scope = objectOf(value.scope, path, 'scope');
  output.messageField(1, (inner) => {
    writeText(inner, 1, scope.name);
    writeText(inner, 2, scope.version);
    writeAttributes(inner, 3, scope.attributes, `${path}.scope.attributes`);
  });
  for (const [index, span] of objectsOf(value.spans, path, 'spans').entries()) {
    output.messageField(2, (inner) => writeSpan(inner, span, `${path}.spans[${index}]`));
  }
  writeText(output, 3, value.schemaUrl);
}

function writeSpan(output: ProtoWriter, span: JsonObject, path: string): void {
  output.bytesField(1, idBytesOf(span.traceId));
  output.bytesField(2, idBytesOf(span.spanId));
  writeText(output, 3, span.traceState);
  const parent = span.parentSpanId;
  if (parent !== undefined && parent !== null && parent !== '') {
    const bytes = idBytesOf(parent);
    output.bytesField(4, bytes.length === 0 ? Buffer.from('?') : bytes);
  }
  writeText(output, 5, span.name);
  writeCount(output, 6, span.kind);
  output.fixed64Field(7, integerOf(span.startTimeUnixNano) ?? 0n);
  output.fixed64Field(8, integerOf(span.endTimeUnixNano) ?? 0n);
  writeAttributes(output, 9, span.attributes, `${path}.attributes`);
  writeCount(output, 10, span.droppedAttributesCount);
  for (const event of objectsOf(span.events, path, 'events')) {
    output.messageField(11, (inner) => writeEvent(inner, event, `${path}.events`));
  }
  writeCount(output, 12, span.droppedEventsCount);
  for (const link of objectsOf(span.links, path, 'links')) {
    output.messageField(13, (inner) => writeLink(inner, link, `${path}.links`));
  }
  writeCount(output, 14, span.droppedLinksCount);
  const status = objectOf(span.status, path, 'status');
  output.messageField(15, (inner) => {
    writeText(inner, 2, status.message);
    writeCount(inner, 3, status.code);
  });
  writeFlags(output, span.flags, 16);
}

function writeEvent(output: ProtoWriter, event: JsonObject, path: string): void {
  output.fixed64Field(1, integerOf(event.timeUnixNano) ?? 0n);
  writeText(output, 2, event.name);
  writeAttributes(output, 3, event.attributes, `${path}.attributes`);
  writeCount(output, 4, event.droppedAttributesCount);
}

function writeLink(output: ProtoWriter, link: JsonObject, path: string): void {
  output.bytesField(1, idBytesOf(link.traceId));
  output.bytesField(2, idBytesOf(link.spanId));
  writeText(output, 3, link.traceState);
  writeAttributes(output, 4, link.attributes, `${path}.attributes`);
  writeCount(output, 5, link.droppedAttributesCount);
  writeFlags(output, link.flags, 6);
}

export function writeAttributes(output: ProtoWriter, field: number, value: unknown, path: string, depth = 0): void {
  if (depth > maxDepth) throw malformedJson(path, `is nested deeper than ${maxDepth}`);
  for (const entry of objectsOf(value, path)) {
    output.messageField(field, (inner) => {
      inner.textField(1, textOf(entry.key));
      if (entry.value === undefined || entry.value === null) return;
      inner.messageField(2, (any) => writeAnyValue(any, objectOf(entry.value, path, 'value'), path, depth));
    });
  }
}

export function writeAnyValue(output: ProtoWriter, value: JsonObject, path: string, depth: number): void {
  if (depth > maxDepth) throw malformedJson(path, `is nested deeper than ${maxDepth}`);
  if (typeof value.stringValue === 'string') output.textField(1, value.stringValue);
  else if (typeof value.boolValue === 'boolean') output.varintField(2, value.boolValue ? 1 : 0);
  else if (isGiven(value.intValue)) {
    const integer = integerOf(value.intValue);
    if (integer !== null) output.varintField(3, integer);
  } else if (isGiven(value.doubleValue)) {
    const double = doubleOf(value.doubleValue);
    if (double !== null) output.doubleField(4, double);
  } else if (isGiven(value.arrayValue)) {
    const { values } = objectOf(value.arrayValue, `${path}.arrayValue`);
    output.messageField(5, (list) => {
      for (const entry of objectsOf(values, `${path}.arrayValue.values`)) {
        list.messageField(1, (any) => writeAnyValue(any, entry, path, depth + 1));
      }
    });
  } else if (isGiven(value.kvlistValue)) {
    const { values } = objectOf(value.kvlistValue, `${path}.kvlistValue`);
    output.messageField(6, (list) => writeAttributes(list, 1, values, `${path}.kvlistValue.values`, depth + 1));
  } else if (typeof value.bytesValue === 'string') output.bytesField(7, Buffer.from(value.bytesValue, 'base64'));
}

export function writeText(output: ProtoWriter, field: number, value: unknown): void {
  if (typeof value === 'string' && value !== '') output.textField(field, value);
}

export function writeCount(output: ProtoWriter, field: number, value: unknown): void {
  const count = smallIntegerOf(value);
  if (count !== 0) output.varintField(field, count);
}

/** `flags` is the one fixed-width number of a span (field 16) and of a link (field 6). */
export function writeFlags(output: ProtoWriter, value: unknown, field: number): void {
  const flags = smallIntegerOf(value);
  if (flags !== 0) output.fixed32Field(field, flags);
}

/** `null` is proto3 JSON for a field that is not there. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
