/** What the real OpenTelemetry log exporters send, in both encodings, is stored beside the trace that it was written in. */
import { context, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { spanId, traceId } from './log-samples.ts';
import { startTestCollector, type TestCollector } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector({ clock: systemClock });
});

afterEach(async () => {
  await running.remove();
});

async function emitThrough(exporter: LogRecordExporter): Promise<void> {
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({ 'service.name': 'campus' }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  const active = trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
  const logger = provider.getLogger('campus', '1');
  for (let number = 0; number < 200; number += 1) {
    logger.emit({
      context: active,
      severityNumber: SeverityNumber.WARN2,
      severityText: 'WARN',
      body: { message: 'late', after: [number, 0.5, true, null] },
      attributes: { 'seam.domain': 'feed', big: 2 ** 53 - 1, raw: new Uint8Array([1, 2, 3]), nested: { deep: ['x'] } },
    });
  }
  logger.emit({ eventName: 'cache.miss', exception: new RangeError('too far') });
  await provider.shutdown();
}

const exporters: readonly (readonly [string, (url: string) => LogRecordExporter])[] = [
  ['JSON', (url) => new JsonExporter({ url })],
  ['protobuf with gzip', (url) => new ProtobufExporter({ url, compression: CompressionAlgorithm.GZIP })],
];

test.each(exporters)('the exporter for %s delivers 201 records', async (_name, exporterFor) => {
  await emitThrough(exporterFor(`${running.url}/v1/logs`));
  const { reader } = running.collector;
  expect(running.collector.stats()).toMatchObject({ logs: 201, rejected: {} });
  expect(reader.searchLogs({ traceId, limit: 500 }).logs).toHaveLength(200);
  const [last] = reader.searchLogs({ domain: 'feed', severity: 'warn', text: '"AFTER":[199,', limit: 1 }).logs;
  expect(last).toMatchObject({
    severity: 'warn',
    severityText: 'WARN',
    body: '{"message":"late","after":[199,0.5,true,null]}',
    traceId,
    spanId,
    domain: 'feed',
    serviceName: 'campus',
    attributes: { big: 9_007_199_254_740_991, raw: { bytes: 'AQID' }, nested: { deep: ['x'] } },
  });
  const [event] = reader.searchLogs({ text: 'too far' }).logs;
  expect(event).toMatchObject({
    body: 'RangeError: too far',
    attributes: { 'event.name': 'cache.miss' },
    traceId: null,
  });
});
