/** The door of the wire formats: OTLP bodies in, spans as rows of numbers and metrics as records out. */
export { type Attributes, labelText, type Scalar } from './attributes.ts';
export { isSameAt } from './byte-text.ts';
export { decodeLogs, type LogGroup, type SentLog } from './decode-logs.ts';
export { decodeMetrics } from './decode-metrics.ts';
export { decodeMetricsJson } from './decode-metrics-json.ts';
export { MetricInterner } from './metric-interner.ts';
export type { ExponentialBuckets, MetricGroup, MetricPoint, MetricRecord } from './metric-records.ts';
export { ProtoWriter } from './proto-writer.ts';
export { isSynthetic } from './scan-resource.ts';
export { scanSpans } from './scan-spans.ts';
export { spanAttributes } from './span-attributes.ts';
export { type TimeLimits, timeLimits } from './span-checks.ts';
export { outcomeCode, SpanTable, spanRejectionNames } from './span-table.ts';
export { withoutSpans } from './strip-spans.ts';
export { TextTable } from './text-table.ts';
export { transcodeLogs, transcodeTraces } from './transcode-json.ts';
