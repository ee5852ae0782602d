/** The decoder against bodies as the real OpenTelemetry SDK encodes them. */
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { decodeSpans } from './span-decode.ts';
import { groupByTrace, isClosed, namesOf } from './span-facts.ts';
import { findSpans } from './span-ranges.ts';

function exported(): Buffer {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'campus', 'seam.synthetic': false }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    spanLimits: { eventCountLimit: 1, attributeCountLimit: 7 },
  });
  const tracer = provider.getTracer('seamwatch', '1.2.3');
  const parent = tracer.startSpan('GET /api/feed', { kind: SpanKind.SERVER, startTime: [1_790_000_000, 500] });
  const child = tracer.startSpan(
    'feed.load',
    {
      startTime: [1_790_000_000, 1_000_000],
      attributes: {
        'seam.domain': 'feed',
        'seam.operation': 'load',
        'seam.correlation_id': 'c-9',
        n: 3,
        ratio: 0.5,
        tags: ['a', 'b'],
        many: 1,
        'too many': 2,
      },
      links: [{ context: parent.spanContext(), attributes: { 'messaging.batch.offsets': [3, 4], retry: true } }],
    },
    trace.setSpan(context.active(), parent),
  );
  child.addEvent('is dropped by the limit', {}, [1_790_000_000, 1_400_000]);
  child.addEvent('cache miss', { key: 'k' }, [1_790_000_000, 1_500_000]);
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'no rows' });
  child.end([1_790_000_000, 3_500_000]);
  parent.end([1_790_000_000, 9_000_500]);
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? []);
}

it('reads what the SDK of OpenTelemetry sends', () => {
  const [child, parent] = decodeSpans(exported());
  expect(child).toMatchObject({
    name: 'feed.load',
    kind: 'internal',
    status: 'error',
    startNs: 1_790_000_000_001_000_000n,
    endNs: 1_790_000_000_003_500_000n,
    domain: 'feed',
    operation: 'load',
    correlationId: 'c-9',
    synthetic: false,
    attributes: {
      n: 3,
      ratio: 0.5,
      tags: ['a', 'b'],
      'otel.status_description': 'no rows',
      'otel.scope.name': 'seamwatch',
      'otel.scope.version': '1.2.3',
      'otel.dropped_attributes_count': 1,
      'otel.dropped_events_count': 1,
      'resource.service.name': 'campus',
    },
    events: [{ name: 'cache miss', timeNs: 1_790_000_000_001_500_000n, attributes: { key: 'k' } }],
  });
  expect(parent).toMatchObject({
    kind: 'server',
    status: 'unset',
    parentSpanId: null,
    startNs: 1_790_000_000_000_000_500n,
  });
  expect(child).toMatchObject({
    traceId: parent?.traceId,
    parentSpanId: parent?.spanId,
    links: [
      {
        traceId: parent?.traceId,
        spanId: parent?.spanId,
        attributes: { 'messaging.batch.offsets': [3, 4], retry: true },
      },
    ],
  });
});

it('says the same of a trace in short as in full', () => {
  const bytes = exported();
  const ranges = findSpans(bytes);
  const [part] = [...groupByTrace(bytes, ranges).values()];
  expect(part).toEqual({
    traceId: decodeSpans(bytes)[0]?.traceId,
    spans: [0, 1],
    startMs: 1_790_000_000_000.0005,
    endMs: 1_790_000_000_009.0005,
    error: true,
  });
  expect([isClosed(bytes, ranges, [0, 1]), isClosed(bytes, ranges, [0])]).toEqual([true, false]);
  expect(namesOf(bytes, ranges, 0)).toEqual({ name: 'feed.load', domain: 'feed', operation: 'load' });
});
