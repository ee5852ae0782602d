/** Scraped points as OTLP export requests in protobuf, the form in which the writer takes everything. */
import { attribute } from '../../../src/kernel/conventions.ts';
import { ProtoWriter } from '../wire/index.ts';
import type { PageExemplar, PageLabels } from './page.ts';
import type { ScrapedPoint } from './page-points.ts';

/** Whose points they are; `labels` are added where the page has none of that name. */
export interface ScrapedResource {
  readonly serviceName: string | null;
  readonly instance: string;
  readonly domain: string | null;
  readonly labels: PageLabels;
}

/** `NO_RECORDED_VALUE` of OTLP's DataPointFlags. */
const noRecordedValue = 1;
/** Points in one request: some hundred KiB. */
const pointsPerBody = 2_000;

/** One body per two thousand points, in their order. */
export function toOtlpBodies(points: readonly ScrapedPoint[], resource: ScrapedResource): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < points.length; at += pointsPerBody) {
    bodies.push(bodyOf(points.slice(at, at + pointsPerBody), resource));
  }
  return bodies;
}

function bodyOf(points: readonly ScrapedPoint[], resource: ScrapedResource): Uint8Array {
  const request = new ProtoWriter();
  request.messageField(1, (resourceMetrics) => {
    resourceMetrics.messageField(1, (inner) => writeLabels(inner, 1, resourceAttributes(resource)));
    resourceMetrics.messageField(2, (scope) => {
      for (const point of points) scope.messageField(2, (inner) => writeMetric(inner, point, resource.labels));
    });
  });
  return request.bytes();
}

function resourceAttributes({ serviceName, instance, domain }: ScrapedResource): PageLabels {
  return {
    ...(serviceName === null ? {} : { [attribute.serviceName]: serviceName }),
    [attribute.serviceInstanceId]: instance,
    ...(domain === null ? {} : { [attribute.domain]: domain }),
  };
}

function writeMetric(output: ProtoWriter, point: ScrapedPoint, labels: PageLabels): void {
  output.textField(1, point.name);
  output.messageField({ gauge: 5, counter: 7, histogram: 9 }[point.shape], (data) => {
    const all = { ...labels, ...point.labels };
    data.messageField(1, (inner) =>
      point.shape === 'histogram' ? writeHistogram(inner, point, all) : writeNumber(inner, point, all),
    );
    if (point.shape !== 'gauge') data.varintField(2, 2);
    if (point.shape === 'counter') data.varintField(3, 1);
  });
}

function writeNumber(output: ProtoWriter, point: ScrapedPoint, labels: PageLabels): void {
  writeTimes(output, point);
  if (point.isRecorded) output.doubleField(4, point.value);
  else output.varintField(8, noRecordedValue);
  for (const exemplar of point.exemplars) writeExemplar(output, 5, exemplar);
  writeLabels(output, 7, labels);
}

function writeHistogram(output: ProtoWriter, point: ScrapedPoint, labels: PageLabels): void {
  writeTimes(output, point);
  output.fixed64Field(4, BigInt(point.counts.reduce((total, count) => total + count, 0)));
  output.doubleField(5, point.value);
  const counts = Buffer.alloc(point.counts.length * 8);
  for (const [index, count] of point.counts.entries()) counts.writeBigUInt64LE(BigInt(count), index * 8);
  output.bytesField(6, counts);
  const bounds = Buffer.alloc(point.bounds.length * 8);
  for (const [index, bound] of point.bounds.entries()) bounds.writeDoubleLE(bound, index * 8);
  output.bytesField(7, bounds);
  for (const exemplar of point.exemplars) writeExemplar(output, 8, exemplar);
  writeLabels(output, 9, labels);
}

function writeTimes(output: ProtoWriter, point: ScrapedPoint): void {
  if (point.startMs > 0) output.fixed64Field(2, nanosOf(point.startMs));
  output.fixed64Field(3, nanosOf(point.timeMs));
}

/** Its ids in OTLP's own fields, what else it carries as attributes. */
function writeExemplar(output: ProtoWriter, field: number, exemplar: PageExemplar): void {
  const { trace_id: traceId = '', span_id: spanId = '', ...rest } = exemplar.labels;
  if (!/^[0-9a-f]{32}$/i.test(traceId) || !Number.isFinite(exemplar.value)) return;
  output.messageField(field, (inner) => {
    if (exemplar.timeMs !== null) inner.fixed64Field(2, nanosOf(exemplar.timeMs));
    inner.doubleField(3, exemplar.value);
    if (/^[0-9a-f]{16}$/i.test(spanId)) inner.bytesField(4, Buffer.from(spanId, 'hex'));
    inner.bytesField(5, Buffer.from(traceId, 'hex'));
    writeLabels(inner, 7, rest);
  });
}

function writeLabels(output: ProtoWriter, field: number, labels: PageLabels): void {
  for (const [name, value] of Object.entries(labels)) {
    output.messageField(field, (pair) => {
      pair.textField(1, name);
      pair.messageField(2, (any) => any.textField(1, value));
    });
  }
}

function nanosOf(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}
