/** The three OTLP services: message bytes go to the writer as they are, the reply says what was not taken. */
import type { Received } from '../receive-handed.ts';
import { ProtoWriter } from '../wire/index.ts';
import type { TelemetryKind } from '../writer-messages.ts';

/** Full name of the service of each kind of telemetry (opentelemetry-proto, collector/). */
export const exportServices: Readonly<Record<TelemetryKind, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
};

/** Export…ServiceResponse: empty when everything was taken, else `partial_success`. */
export function exportResponse({ rejected, reason }: Received): Buffer {
  if (rejected === 0 && reason === '') return Buffer.alloc(0);
  const response = new ProtoWriter();
  response.messageField(1, (partial) => {
    if (rejected > 0) partial.varintField(1, rejected);
    partial.textField(2, reason);
  });
  return response.bytes();
}

/** Messages are handed on as the bytes they are. */
export function same(message: Buffer): Buffer {
  return message;
}
