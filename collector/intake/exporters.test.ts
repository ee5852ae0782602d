/** What the real OpenTelemetry SDK sends, in both encodings, is stored and counted. */
import { SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { JsonMetricsSerializer, JsonTraceSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/kernel/clock.ts';
import { durationBoundsSeconds } from '../../src/kernel/conventions.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector({ clock: systemClock });
});

afterEach(async () => {
  await running.remove();
});

const resource = resourceFromAttributes({ 'service.name': 'campus', 'service.instance.id': 'x' });
const seam = { 'seam.domain': 'chat', 'seam.operation': 'send', 'seam.correlation_id': 'abc-1' };

async function makeSpans(processor: SpanProcessor): Promise<string> {
  const provider = new TracerProvider({ resource, spanProcessors: [processor] });
  const span = provider.getTracer('test').startSpan('POST /send', { kind: SpanKind.SERVER, attributes: seam });
  for (let number = 0; number < 99; number += 1)
    provider.getTracer('test').startSpan('chat.send', { attributes: seam }).end();
  span.end();
  await provider.forceFlush();
  return span.spanContext().traceId;
}

test('the OTLP trace exporter with gzip delivers 100 spans', async () => {
  const exporter = new OTLPTraceExporter({ url: `${running.url}/v1/traces`, compression: CompressionAlgorithm.GZIP });
  const traceId = await makeSpans(new BatchSpanProcessor({ exporter }));
  const { reader } = running.collector;
  expect(reader.storage().spans).toBe(100);
  expect(reader.trace(traceId)).toMatchObject({ correlationId: 'abc-1', domains: ['chat'], rootName: 'POST /send' });
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', { domain: 'chat', entry: 'true' }))).toBe(1);
  expect(eventsIn(slicesOf(running.collector, 'domain.request.duration', { domain: 'chat', entry: 'false' }))).toBe(99);
});

test('the JSON of the SDK is stored as well', async () => {
  const memory = new InMemorySpanExporter();
  const traceId = await makeSpans(new SimpleSpanProcessor({ exporter: memory }));
  const body = JsonTraceSerializer.serializeRequest(memory.getFinishedSpans());
  const answer = await running.post('/v1/traces', body ?? '', { 'content-type': 'application/json' });
  expect([answer.status, answer.body.toString()]).toEqual([200, '{}']);
  expect(running.collector.reader.storage().spans).toBe(100);
  expect(running.collector.reader.trace(traceId)?.spanCount).toBe(1);
});

test('metrics of the SDK count the same in both encodings, and a resent cumulative export adds nothing', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const metricReader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const view: ViewOptions = {
    instrumentName: 'domain.request.duration',
    aggregation: {
      type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [...durationBoundsSeconds] },
    },
  };
  const provider = new MeterProvider({ resource, readers: [metricReader], views: [view] });
  const histogram = provider.getMeter('test').createHistogram('domain.request.duration', { unit: 's' });
  const counter = provider.getMeter('test').createCounter('event.published');
  const attributes = { 'seam.domain': 'chat', 'seam.operation': 'send', entry: true, outcome: 'ok' };
  const exportOnce = async (encode: 'protobuf' | 'json'): Promise<void> => {
    await metricReader.forceFlush();
    const [newest = expect.fail('exported')] = exporter.getMetrics().slice(-1);
    const serializer = encode === 'json' ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    const type = encode === 'json' ? 'application/json' : 'application/x-protobuf';
    const body = serializer.serializeRequest(newest) ?? '';
    for (let times = 0; times < 2; times += 1) {
      expect((await running.post('/v1/metrics', body, { 'content-type': type })).status).toBe(200);
    }
  };
  for (const seconds of [0.2, 0.2, 61]) histogram.record(seconds, attributes);
  counter.add(5, { 'seam.domain': 'chat' });
  await exportOnce('protobuf');
  histogram.record(0.05, attributes);
  await exportOnce('json');
  await provider.shutdown();
  const slices = slicesOf(running.collector, 'domain.request.duration', {
    domain: 'chat',
    entry: 'true',
    outcome: 'ok',
  });
  expect(eventsIn(slices)).toBe(4);
  const in200 = durationBoundsSeconds.indexOf(0.2);
  expect(slices.reduce((total, slice) => total + (slice.counts[in200] ?? 0), 0)).toBe(2);
  const published = slicesOf(running.collector, 'event.published', { domain: 'chat' });
  expect(published.reduce((total, slice) => total + slice.sum, 0)).toBe(5);
  expect(running.collector.stats()).toMatchObject({ repeatedBodies: 2, rejected: {} });
});
