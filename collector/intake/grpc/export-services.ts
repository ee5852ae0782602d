/** The three OTLP services: message bytes go to the writer as they are. */
import type { TelemetryKind } from '../writer-messages.ts';

/** Full name of the service of each kind of telemetry (opentelemetry-proto, collector/). */
export const exportServices: Readonly<Record<TelemetryKind, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
};

/** Messages are handed on as the bytes they are. */
export function same(message: Buffer): Buffer {
  return message;
}
