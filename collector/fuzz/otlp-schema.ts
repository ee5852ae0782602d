/** The messages of OTLP that clients send, as data: from opentelemetry-proto 1.11, field numbers and wire forms. */

/** How a field is written; an upper-case word is the name of a message. */
export type FieldForm =
  | 'text'
  | 'bytes'
  | 'id'
  | 'bool'
  | 'enum'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'uint64'
  | 'fixed64'
  | 'sfixed64'
  | 'fixed32'
  | 'double'
  | (string & {});

/** Number, form, and whether it may stand several times; numbers that do are packed. */
export interface Field {
  readonly number: number;
  readonly form: FieldForm;
  readonly isList: boolean;
}

/** By message, by the name in JSON. */
export type Schema = Readonly<Record<string, Readonly<Record<string, Field>>>>;

const one = (number: number, form: FieldForm): Field => ({ number, form, isList: false });
const list = (number: number, form: FieldForm): Field => ({ number, form, isList: true });
const attributes = (number: number): Field => list(number, 'KeyValue');

const point = { startTimeUnixNano: one(2, 'fixed64'), timeUnixNano: one(3, 'fixed64') };

const common: Schema = {
  AnyValue: {
    stringValue: one(1, 'text'),
    boolValue: one(2, 'bool'),
    intValue: one(3, 'int64'),
    doubleValue: one(4, 'double'),
    arrayValue: one(5, 'ArrayValue'),
    kvlistValue: one(6, 'KeyValueList'),
    bytesValue: one(7, 'bytes'),
  },
  ArrayValue: { values: list(1, 'AnyValue') },
  KeyValueList: { values: list(1, 'KeyValue') },
  KeyValue: { key: one(1, 'text'), value: one(2, 'AnyValue') },
  Resource: { attributes: attributes(1), droppedAttributesCount: one(2, 'uint32') },
  InstrumentationScope: { name: one(1, 'text'), version: one(2, 'text'), attributes: attributes(3) },
};

const traces: Schema = {
  ExportTraceServiceRequest: { resourceSpans: list(1, 'ResourceSpans') },
  ResourceSpans: { resource: one(1, 'Resource'), scopeSpans: list(2, 'ScopeSpans'), schemaUrl: one(3, 'text') },
  ScopeSpans: { scope: one(1, 'InstrumentationScope'), spans: list(2, 'Span'), schemaUrl: one(3, 'text') },
  Span: {
    traceId: one(1, 'id'),
    spanId: one(2, 'id'),
    traceState: one(3, 'text'),
    parentSpanId: one(4, 'id'),
    name: one(5, 'text'),
    kind: one(6, 'enum'),
    startTimeUnixNano: one(7, 'fixed64'),
    endTimeUnixNano: one(8, 'fixed64'),
    attributes: attributes(9),
    droppedAttributesCount: one(10, 'uint32'),
    events: list(11, 'Event'),
    droppedEventsCount: one(12, 'uint32'),
    links: list(13, 'Link'),
    droppedLinksCount: one(14, 'uint32'),
    status: one(15, 'Status'),
    flags: one(16, 'fixed32'),
  },
  Event: { timeUnixNano: one(1, 'fixed64'), name: one(2, 'text'), attributes: attributes(3) },
  Link: { traceId: one(1, 'id'), spanId: one(2, 'id'), traceState: one(3, 'text'), attributes: attributes(4) },
  Status: { message: one(2, 'text'), code: one(3, 'enum') },
};

const metrics: Schema = {
  ExportMetricsServiceRequest: { resourceMetrics: list(1, 'ResourceMetrics') },
  ResourceMetrics: { resource: one(1, 'Resource'), scopeMetrics: list(2, 'ScopeMetrics'), schemaUrl: one(3, 'text') },
  ScopeMetrics: { scope: one(1, 'InstrumentationScope'), metrics: list(2, 'Metric'), schemaUrl: one(3, 'text') },
  Metric: {
    name: one(1, 'text'),
    description: one(2, 'text'),
    unit: one(3, 'text'),
    gauge: one(5, 'Gauge'),
    sum: one(7, 'Sum'),
    histogram: one(9, 'Histogram'),
    exponentialHistogram: one(10, 'ExponentialHistogram'),
    summary: one(11, 'Summary'),
  },
  Gauge: { dataPoints: list(1, 'NumberDataPoint') },
  Sum: {
    dataPoints: list(1, 'NumberDataPoint'),
    aggregationTemporality: one(2, 'enum'),
    isMonotonic: one(3, 'bool'),
  },
  Histogram: { dataPoints: list(1, 'HistogramDataPoint'), aggregationTemporality: one(2, 'enum') },
  ExponentialHistogram: {
    dataPoints: list(1, 'ExponentialHistogramDataPoint'),
    aggregationTemporality: one(2, 'enum'),
  },
  Summary: { dataPoints: list(1, 'SummaryDataPoint') },
  NumberDataPoint: {
    ...point,
    attributes: attributes(7),
    asDouble: one(4, 'double'),
    exemplars: list(5, 'Exemplar'),
    asInt: one(6, 'sfixed64'),
    flags: one(8, 'uint32'),
  },
  HistogramDataPoint: {
    ...point,
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    bucketCounts: list(6, 'fixed64'),
    explicitBounds: list(7, 'double'),
    exemplars: list(8, 'Exemplar'),
    attributes: attributes(9),
    flags: one(10, 'uint32'),
    min: one(11, 'double'),
    max: one(12, 'double'),
  },
  ExponentialHistogramDataPoint: {
    ...point,
    attributes: attributes(1),
    count: one(4, 'fixed64'),
    sum: one(5, 'double'),
    scale: one(6, 'sint32'),
    zeroCount: one(7, 'fixed64'),
    positive: one(8, 'Buckets'),
    negative: one(9, 'Buckets'),
    flags: one(10, 'uint32'),
    exemplars: list(11, 'Exemplar'),
    min: one(12, 'double'),
    max: one(13, 'double'),
    zeroThreshold: one(14, 'double'),
  },
  Exemplar: {
    timeUnixNano: one(2, 'fixed64'),
    asDouble: one(3, 'double'),
    spanId: one(4, 'id'),
    traceId: one(5, 'id'),
    asInt: one(6, 'sfixed64'),
    filteredAttributes: attributes(7),
  },
  Buckets: { offset: one(1, 'sint32'), bucketCounts: list(2, 'uint64') },
  SummaryDataPoint: { ...point, count: one(4, 'fixed64'), sum: one(5, 'double'), attributes: attributes(7) },
};

const logs: Schema = {
  ExportLogsServiceRequest: { resourceLogs: list(1, 'ResourceLogs') },
  ResourceLogs: { resource: one(1, 'Resource'), scopeLogs: list(2, 'ScopeLogs'), schemaUrl: one(3, 'text') },
  ScopeLogs: { scope: one(1, 'InstrumentationScope'), logRecords: list(2, 'LogRecord'), schemaUrl: one(3, 'text') },
  LogRecord: {
    timeUnixNano: one(1, 'fixed64'),
    severityNumber: one(2, 'enum'),
    severityText: one(3, 'text'),
    body: one(5, 'AnyValue'),
    attributes: attributes(6),
    droppedAttributesCount: one(7, 'uint32'),
    flags: one(8, 'fixed32'),
    traceId: one(9, 'id'),
    spanId: one(10, 'id'),
    observedTimeUnixNano: one(11, 'fixed64'),
    eventName: one(12, 'text'),
  },
};

/** Every message by name. */
export const otlpSchema: Schema = { ...common, ...traces, ...metrics, ...logs };
