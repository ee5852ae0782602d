/** Random valid export requests, for property tests and as the beginning of mutations. */
import fc from 'fast-check';
import type { Message } from './encode.ts';

/** One kind of export request. */
export interface RequestKind {
  readonly telemetry: 'traces' | 'metrics' | 'logs';
  /** Its message in the schema. */
  readonly type: string;
  readonly request: fc.Arbitrary<Message>;
}

/** Events of the requests end within a minute before this; Mon 2 March 2026 10:00 UTC. */
export const sampleNowMs = Date.UTC(2026, 2, 2, 10);

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '\uFEFFbom', '__proto__', 'NaN', '\u0000', 'ß€𝄞') },
);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = (length: number) =>
  bytes(length).map((value) => (value.every((byte) => byte === 0) ? value.fill(1) : value));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const flags = fc.constantFrom(0, 1, 257, 769);

const { anyValue } = fc.letrec<{ anyValue: Message; keyValue: Message }>((tie) => ({
  anyValue: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ intValue: fc.bigInt({ min: -1_000n, max: 1_000n }) }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 20 }) }),
    fc.constant({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie('anyValue'), { maxLength: 3 }) }) }),
    fc.record({ kvlistValue: fc.record({ values: fc.array(tie('keyValue'), { maxLength: 3 }) }) }),
  ),
  keyValue: fc.record({ key: text, value: tie('anyValue') }),
}));

const knownKeys = fc.constantFrom('seam.domain', 'seam.operation', 'http.route', 'seam.correlation_id', 'outcome');
const domains = fc.constantFrom('feed', 'chat', 'search').map((stringValue) => ({ stringValue }));
const attribute = fc.oneof(
  fc.record({ key: text, value: anyValue }),
  fc.record({ key: knownKeys, value: domains }),
  fc.record({ key: fc.constant('entry'), value: fc.record({ boolValue: fc.boolean() }) }),
  fc.record({
    key: fc.constant('http.response.status_code'),
    value: fc.constantFrom({ intValue: 200n }, { intValue: 503n }),
  }),
);
const attributes = fc.array(attribute, { maxLength: 5 });
const resource = fc.record({ attributes });
const scope = fc.record({ name: text, version: text, attributes });

/** [start, end] in Unix ns. */
const interval = fc
  .tuple(fc.bigInt({ min: 1n, max: 60_000_000_000n }), fc.bigInt({ min: 0n, max: 50_000_000_000n }))
  .map(([beforeNs, lengthNs]) => {
    const end = BigInt(sampleNowMs) * 1_000_000n - beforeNs;
    return [end - lengthNs, end] as const;
  });

const event = fc.record({ timeUnixNano: interval.map(([start]) => start), name: text, attributes });
const link = fc.record({ traceId: id(16), spanId: id(8), traceState: text, attributes });
const span = fc
  .record({
    traceId: id(16),
    spanId: id(8),
    traceState: fc.constantFrom('', 'ot=th:8', 'seam=probe', 'a=b,ot=th:c'),
    parentSpanId: optional(id(8)),
    name: text,
    kind: fc.integer({ min: 0, max: 5 }),
    interval,
    attributes,
    droppedAttributesCount: fc.nat(9),
    events: fc.array(event, { maxLength: 2 }),
    links: fc.array(link, { maxLength: 2 }),
    status: fc.record({ message: text, code: fc.integer({ min: 0, max: 2 }) }),
    flags,
  })
  .map(({ interval: [start, end], ...rest }) => ({ ...rest, startTimeUnixNano: start, endTimeUnixNano: end }));

const pointTimes = interval.map(([start, end]) => ({ startTimeUnixNano: start, timeUnixNano: end }));
const temporality = fc.constantFrom(1, 2);
const count = fc.bigInt({ min: 0n, max: 1_000n });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e9 });
const counts = fc.array(count, { maxLength: 20 });
const sumOf = (all: readonly bigint[]): bigint => all.reduce((total, one) => total + one, 0n);

const exemplars = fc.array(
  fc
    .record({
      traceId: fc.oneof(id(16), bytes(16), fc.uint8Array({ maxLength: 20 })),
      spanId: id(8),
      timeUnixNano: interval.map(([, end]) => end),
      value: fc.oneof(fc.record({ asDouble: fc.double() }), fc.record({ asInt: fc.bigInt({ min: -9n, max: 9n }) })),
    })
    .map(({ value, ...rest }) => ({ ...rest, ...value })),
  { maxLength: 3 },
);

const numberPoint = fc
  .tuple(
    pointTimes,
    attributes,
    fc.oneof(fc.record({ asDouble: finite }), fc.record({ asInt: count })),
    fc.constantFrom(0, 0, 0, 1),
    exemplars,
  )
  .map(([times, own, value, flag, found]) => ({ ...times, attributes: own, ...value, flags: flag, exemplars: found }));
const histogramPoint = fc
  .tuple(
    pointTimes,
    attributes,
    finite,
    fc.uniqueArray(finite, { maxLength: 8 }),
    fc.array(count, { minLength: 9, maxLength: 9 }),
    exemplars,
  )
  .map(([times, own, sum, bounds, all, found]) => {
    const explicitBounds = [...bounds].map((bound) => bound + 0).sort((left, right) => left - right);
    const bucketCounts = all.slice(0, bounds.length + 1);
    return {
      ...times,
      attributes: own,
      count: sumOf(bucketCounts),
      sum,
      bucketCounts,
      explicitBounds,
      flags: 0,
      max: 1e9,
      exemplars: found,
    };
  });
const exponentialPoint = fc
  .tuple(
    pointTimes,
    attributes,
    finite,
    fc.integer({ min: -10, max: 20 }),
    count,
    fc.integer({ min: -500, max: 500 }),
    counts,
  )
  .map(([times, own, sum, scale, zeroCount, offset, bucketCounts]) => ({
    ...times,
    attributes: own,
    count: zeroCount + sumOf(bucketCounts),
    sum,
    scale,
    zeroCount,
    positive: { offset, bucketCounts },
    flags: 0,
  }));
const summaryPoint = fc.tuple(pointTimes, count).map(([times, events]) => ({ ...times, count: events, sum: 1 }));

const points = <T>(point: fc.Arbitrary<T>) => fc.array(point, { minLength: 1, maxLength: 3 });
const data = fc.oneof(
  fc.record({ gauge: fc.record({ dataPoints: points(numberPoint) }) }),
  fc.record({
    sum: fc.record({ dataPoints: points(numberPoint), aggregationTemporality: temporality, isMonotonic: fc.boolean() }),
  }),
  fc.record({ histogram: fc.record({ dataPoints: points(histogramPoint), aggregationTemporality: temporality }) }),
  fc.record({
    exponentialHistogram: fc.record({ dataPoints: points(exponentialPoint), aggregationTemporality: temporality }),
  }),
  fc.record({ summary: fc.record({ dataPoints: points(summaryPoint) }) }),
);
const metricName = fc.constantFrom('domain.request.duration', 'm', 'http.server.duration', 'ws.connections', 'ß');
const metric = fc
  .tuple(fc.record({ name: metricName, description: text, unit: fc.constantFrom('', 's', 'ms', 'By', '1') }), data)
  .map(([head, shape]) => ({ ...head, ...shape }));

const log = fc
  .record({
    interval,
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: text,
    body: anyValue,
    attributes,
    flags,
    traceId: optional(id(16)),
    spanId: optional(id(8)),
    eventName: text,
  })
  .map(({ interval: [start, end], ...rest }) => ({ ...rest, timeUnixNano: start, observedTimeUnixNano: end }));

const nested = (outer: string, middle: string, inner: string, record: fc.Arbitrary<Message>): fc.Arbitrary<Message> => {
  const scopes = fc.record({ scope, [inner]: fc.array(record, { maxLength: 3 }) });
  const resources = fc.record({ resource, [middle]: fc.array(scopes, { maxLength: 2 }) });
  return fc.record({ [outer]: fc.array(resources, { maxLength: 2 }) });
};

/** Another kind joins the property test and the fuzzing by a line here. */
export const requestKinds: readonly RequestKind[] = [
  {
    telemetry: 'traces',
    type: 'ExportTraceServiceRequest',
    request: nested('resourceSpans', 'scopeSpans', 'spans', span),
  },
  {
    telemetry: 'metrics',
    type: 'ExportMetricsServiceRequest',
    request: nested('resourceMetrics', 'scopeMetrics', 'metrics', metric),
  },
  {
    telemetry: 'logs',
    type: 'ExportLogsServiceRequest',
    request: nested('resourceLogs', 'scopeLogs', 'logRecords', log),
  },
];
