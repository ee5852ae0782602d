/** Turns an OTLP/JSON log body into the protobuf that the one decoder reads. */
import { idBytesOf, integerOf, type JsonObject, objectOf, objectsOf, parseJsonBody } from './json-values.ts';
import { ProtoWriter } from './proto-writer.ts';
import { writeAnyValue, writeAttributes, writeCount, writeFlags, writeText } from './transcode-traces.ts';

/** The same request in protobuf; unknown members are dropped, ids that are no hex become empty. @throws OTLP_MALFORMED */
export function transcodeLogs(body: Uint8Array): Uint8Array {
  const request = parseJsonBody(body);
  const output = new ProtoWriter();
  for (const [index, resourceLogs] of objectsOf(request.resourceLogs, 'resourceLogs').entries()) {
    output.messageField(1, (inner) => writeResourceLogs(inner, resourceLogs, `resourceLogs[${index}]`));
  }
  return output.bytes();
}

function writeResourceLogs(output: ProtoWriter, value: JsonObject, path: string): void {
  output.messageField(1, (resource) => {
    const { attributes } = objectOf(value.resource, `${path}.resource`);
    writeAttributes(resource, 1, attributes, `${path}.resource.attributes`);
  });
  for (const [index, scopeLogs] of objectsOf(value.scopeLogs, `${path}.scopeLogs`).entries()) {
    const scopePath = `${path}.scopeLogs[${index}]`;
    output.messageField(2, (inner) => {
      const scope = objectOf(scopeLogs.scope, `${scopePath}.scope`);
      inner.messageField(1, (scopeOutput) => {
        writeText(scopeOutput, 1, scope.name);
        writeText(scopeOutput, 2, scope.version);
        writeAttributes(scopeOutput, 3, scope.attributes, `${scopePath}.scope.attributes`);
      });
      for (const [at, record] of objectsOf(scopeLogs.logRecords, `${scopePath}.logRecords`).entries()) {
        inner.messageField(2, (recordOutput) => writeRecord(recordOutput, record, `${scopePath}.logRecords[${at}]`));
      }
    });
  }
}

function writeRecord(output: ProtoWriter, record: JsonObject, path: string): void {
  output.fixed64Field(1, integerOf(record.timeUnixNano) ?? 0n);
  writeCount(output, 2, record.severityNumber);
  writeText(output, 3, record.severityText);
  if (record.body !== undefined && record.body !== null) {
    output.messageField(5, (any) => writeAnyValue(any, objectOf(record.body, `${path}.body`), `${path}.body`, 0));
  }
  writeAttributes(output, 6, record.attributes, `${path}.attributes`);
  writeCount(output, 7, record.droppedAttributesCount);
  writeFlags(output, record.flags, 8);
  output.bytesField(9, idBytesOf(record.traceId));
  output.bytesField(10, idBytesOf(record.spanId));
  output.fixed64Field(11, integerOf(record.observedTimeUnixNano) ?? 0n);
  writeText(output, 12, record.eventName);
}
