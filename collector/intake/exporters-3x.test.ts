/** The exporters of OpenTelemetry JS, 3.x line: each protocol and each kind of telemetry, and what they do when told to come again. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SeverityNumber, SpanKind } from '@opentelemetry/api';
import { OTLPLogExporter as LogsByGrpc } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter as LogsByJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsByProtobuf } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsByGrpc } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as MetricsByJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsByProtobuf } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesByGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TracesByJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesByProtobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TestGrpc } from './grpc/test-client.ts';
import {
  endpointOf,
  expectStored,
  type Protocol,
  protocols,
  sentAttributes,
  sentSeconds,
  startForClients,
} from './sent-by-clients.ts';
import { send } from './test-collector.ts';

let running: TestGrpc;

beforeEach(async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_COMPRESSION', 'gzip');
  running = await startForClients();
});

afterEach(async () => {
  await running.remove();
  vi.unstubAllEnvs();
});

const exporters = {
  grpc: { traces: TracesByGrpc, metrics: MetricsByGrpc, logs: LogsByGrpc },
  'http/protobuf': { traces: TracesByProtobuf, metrics: MetricsByProtobuf, logs: LogsByProtobuf },
  'http/json': { traces: TracesByJson, metrics: MetricsByJson, logs: LogsByJson },
};

const resourceOf = (name: string) =>
  resourceFromAttributes({ 'service.name': name, 'service.instance.id': `${name}-1` });

async function sendTraces(protocol: Protocol, url: string, name: string, spans: number): Promise<string> {
  const exporter = new exporters[protocol].traces({ url });
  const processor = new BatchSpanProcessor({ exporter });
  const provider = new TracerProvider({ resource: resourceOf(name), spanProcessors: [processor] });
  const tracer = provider.getTracer('test');
  const root = tracer.startSpan('POST /send', {
    kind: SpanKind.SERVER,
    attributes: { ...sentAttributes, words: ['one', 'two'], numbers: [1, 2, 3] },
  });
  for (let number = 1; number < spans; number += 1) {
    tracer.startSpan('chat.send', { attributes: { 'seam.domain': 'chat', 'seam.operation': 'send' } }).end();
  }
  root.end();
  await provider.shutdown();
  return root.spanContext().traceId;
}

async function sendMetrics(protocol: Protocol, url: string, name: string): Promise<void> {
  const exporter = new exporters[protocol].metrics({ url });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const view: ViewOptions = {
    instrumentName: 'message.delivery.duration',
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [0.1, 1, 5] } },
  };
  const provider = new MeterProvider({ resource: resourceOf(name), readers: [reader], views: [view] });
  const meter = provider.getMeter('test');
  meter.createCounter('event.published').add(5, { 'seam.domain': 'chat' });
  const duration = meter.createHistogram('message.delivery.duration', { unit: 's' });
  for (const seconds of sentSeconds) duration.record(seconds, { 'seam.domain': 'chat' });
  await provider.shutdown();
}

async function sendLogs(protocol: Protocol, url: string, name: string): Promise<void> {
  const exporter = new exporters[protocol].logs({ url });
  const provider = new LoggerProvider({
    resource: resourceOf(name),
    processors: [new BatchLogRecordProcessor({ exporter })],
  });
  for (const severityNumber of [SeverityNumber.ERROR, SeverityNumber.INFO]) {
    provider
      .getLogger('test')
      .emit({ severityNumber, body: `hello from ${name}`, attributes: { 'seam.domain': 'chat' } });
  }
  await provider.shutdown();
}

test.each(protocols)('traces, metrics and logs over %s are stored as they were sent', async (protocol) => {
  const base = endpointOf(running, protocol);
  const urlOf = (path: string): string => (protocol === 'grpc' ? base : `${base}${path}`);
  const traceId = await sendTraces(protocol, urlOf('/v1/traces'), 'three', 100);
  await sendMetrics(protocol, urlOf('/v1/metrics'), 'three');
  await sendLogs(protocol, urlOf('/v1/logs'), 'three');
  expectStored(running, { traceId, name: 'three', spans: 100 });
});

test.each(['http/protobuf', 'http/json'] as const)(
  'refused over %s because too much is under way, the exporter sends the same again and it is counted once',
  async (protocol) => {
    const others = running.collector.hold('others');
    expect(others.grow(190 * 1_048_576)).toBeNull();
    const rest = running.collector.hold('rest');
    expect(rest.grow(66 * 1_048_576)).toBeNull();
    const sending = sendTraces(protocol, `${running.url}/v1/traces`, 'patient', 20);
    await expect.poll(() => running.collector.stats().rejected, { timeout: 10_000 }).toMatchObject({ overloaded: 1 });
    others.release();
    rest.release();
    await sending;
    expect(running.collector.stats()).toMatchObject({ spans: 20, repeatedBodies: 0 });
  },
);

test('stored, but the answer lost on the way: the exporter sends again and nothing is counted twice', async () => {
  const answered: number[] = [];
  const front = createServer((request, response) => {
    relay(request, response).then(
      (status) => answered.push(status),
      (error) => response.destroy(error),
    );
  });
  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<number> => {
    const body = Buffer.concat(await request.toArray());
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
    const headers = { 'content-type': type, 'content-encoding': encoding };
    const { status } = await send(`${running.url}${request.url}`, 'POST', body, headers);
    if (answered.length === 0) response.writeHead(503, { 'retry-after': '1' }).end();
    else response.writeHead(status, { 'content-type': type }).end();
    return status;
  };
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  await sendTraces('http/protobuf', `http://127.0.0.1:${port}/v1/traces`, 'unlucky', 20);
  await new Promise((resolve) => front.close(resolve));
  expect(answered).toEqual([200, 200]);
  expect(running.collector.stats()).toMatchObject({ spans: 20, repeatedBodies: 1 });
});
