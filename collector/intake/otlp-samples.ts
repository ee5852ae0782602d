/** Builds OTLP bodies for tests and measurements. */
import { ProtoWriter } from './wire/index.ts';

type Value = string | boolean | number;
export type SampleAttributes = Readonly<Record<string, Value>>;

/** Times in Unix ms; ids in hex. Whole numbers become intValue, others doubleValue. */
export interface SampleSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes?: SampleAttributes;
  readonly tracestate?: string;
  readonly status?: number;
}

/** A histogram, counter or gauge point; `counts` makes it a histogram. Times in Unix ms. */
export interface SamplePoint {
  readonly name: string;
  readonly shape: 'histogram' | 'sum' | 'gauge' | 'upDown' | 'exponentialHistogram';
  readonly temporality?: 1 | 2;
  readonly startMs: number;
  readonly timeMs: number;
  readonly value: number;
  readonly counts?: readonly number[];
  readonly bounds?: readonly number[];
  readonly attributes?: SampleAttributes;
}

/** One ExportTraceServiceRequest in protobuf. */
export function sampleTraces(resource: SampleAttributes, spans: readonly SampleSpan[]): Buffer {
  const request = new ProtoWriter();
  request.messageField(1, (resourceSpans) => {
    resourceSpans.messageField(1, (inner) => writeAttributes(inner, 1, resource));
    resourceSpans.messageField(2, (scope) => {
      for (const span of spans) scope.messageField(2, (inner) => writeSpan(inner, span));
    });
  });
  return request.bytes();
}

/** The same request in OTLP/JSON. */
export function sampleTracesJson(resource: SampleAttributes, spans: readonly SampleSpan[]): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: jsonAttributes(resource) }, scopeSpans: [{ spans: spans.map(jsonSpan) }] },
    ],
  });
}

/** One ExportMetricsServiceRequest in protobuf, a metric per point. */
export function sampleMetrics(resource: SampleAttributes, points: readonly SamplePoint[]): Buffer {
  const request = new ProtoWriter();
  request.messageField(1, (resourceMetrics) => {
    resourceMetrics.messageField(1, (inner) => writeAttributes(inner, 1, resource));
    resourceMetrics.messageField(2, (scope) => {
      for (const point of points) scope.messageField(2, (metric) => writeMetric(metric, point));
    });
  });
  return request.bytes();
}

function writeSpan(output: ProtoWriter, span: SampleSpan): void {
  output.bytesField(1, Buffer.from(span.traceId, 'hex'));
  output.bytesField(2, Buffer.from(span.spanId, 'hex'));
  if (span.tracestate !== undefined) output.textField(3, span.tracestate);
  if (span.parentSpanId !== undefined) output.bytesField(4, Buffer.from(span.parentSpanId, 'hex'));
  output.textField(5, span.name ?? 'span');
  output.varintField(6, span.kind ?? 1);
  output.fixed64Field(7, nanos(span.startMs));
  output.fixed64Field(8, nanos(span.startMs) + nanos(span.durationMs));
  writeAttributes(output, 9, span.attributes ?? {});
  if (span.status !== undefined) output.messageField(15, (status) => status.varintField(3, span.status ?? 0));
  output.fixed32Field(16, 257);
}

function writeMetric(output: ProtoWriter, point: SamplePoint): void {
  output.textField(1, point.name);
  const field = { gauge: 5, sum: 7, upDown: 7, histogram: 9, exponentialHistogram: 10 }[point.shape];
  output.messageField(field, (data) => {
    data.messageField(1, (inner) => writePoint(inner, point));
    if (point.shape !== 'gauge') data.varintField(2, point.temporality ?? 2);
    if (point.shape === 'sum') data.varintField(3, 1);
  });
}

function writePoint(output: ProtoWriter, point: SamplePoint): void {
  output.fixed64Field(2, nanos(point.startMs));
  output.fixed64Field(3, nanos(point.timeMs));
  if (point.shape !== 'histogram') {
    output.doubleField(4, point.value);
    writeAttributes(output, 7, point.attributes ?? {});
    return;
  }
  const counts = point.counts ?? [];
  output.fixed64Field(4, BigInt(counts.reduce((total, count) => total + count, 0)));
  output.doubleField(5, point.value);
  output.bytesField(
    6,
    packed(counts, (bytes, count, at) => bytes.writeBigUInt64LE(BigInt(count), at)),
  );
  output.bytesField(
    7,
    packed(point.bounds ?? [], (bytes, bound, at) => bytes.writeDoubleLE(bound, at)),
  );
  writeAttributes(output, 9, point.attributes ?? {});
}

function packed(values: readonly number[], write: (bytes: Buffer, value: number, at: number) => void): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) write(bytes, value, index * 8);
  return bytes;
}

function writeAttributes(output: ProtoWriter, field: number, attributes: SampleAttributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    output.messageField(field, (pair) => {
      pair.textField(1, name);
      pair.messageField(2, (any) => {
        if (typeof value === 'string') any.textField(1, value);
        else if (typeof value === 'boolean') any.varintField(2, value ? 1 : 0);
        else if (Number.isInteger(value)) any.varintField(3, value);
        else any.doubleField(4, value);
      });
    });
  }
}

function jsonSpan(span: SampleSpan): object {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.tracestate,
    name: span.name ?? 'span',
    kind: span.kind ?? 1,
    startTimeUnixNano: String(nanos(span.startMs)),
    endTimeUnixNano: String(nanos(span.startMs) + nanos(span.durationMs)),
    attributes: jsonAttributes(span.attributes ?? {}),
    status: { code: span.status ?? 0 },
    flags: 257,
    links: [],
  };
}

function jsonAttributes(attributes: SampleAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } };
  });
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}
