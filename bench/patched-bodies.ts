/** Bodies that are never the same twice, made from templates by writing over the numbers and ids in them. */
import { gzipSync } from 'node:zlib';
import { sampleMetrics, sampleTraces, sampleTracesJson } from '../collector/intake/otlp-samples.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';

/** Where a kind of bodies goes, and the next one of a connection; null when there are no more. The bytes are good until the next call. */
export interface BodySource {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly recordsPerBody: number;
  readonly next: (connection: number) => Buffer | null;
}

const spansPerBody = 512;
const spansPerTrace = 8;
const pointsPerBody = 200;
const resource = { 'service.name': 'campus', 'service.instance.id': 'bench', 'telemetry.sdk.name': 'opentelemetry' };

/** `kind` is gzip, json or metrics; `prepared` is how many gzip bodies are made before the load begins. */
export function bodySource(kind: string, prepared: number, nowMs: number): BodySource {
  const protobuf = { 'content-type': 'application/x-protobuf' };
  switch (kind) {
    case 'gzip':
      return { ...gzipTraces(prepared, nowMs), headers: { ...protobuf, 'content-encoding': 'gzip' } };
    case 'json':
      return { ...jsonTraces(nowMs), headers: { 'content-type': 'application/json' } };
    default:
      return { ...metrics(nowMs), headers: protobuf };
  }
}

/** Ids that are written over are found by these. */
const marks = {
  trace: 'c0ffee00c0ffee00',
  span: 'c0ffee01c0ffee01',
  parent: 'c0ffee02c0ffee02',
  correlation: 'c0ffee03c0ffee03',
};

function templateSpans(nowMs: number): Parameters<typeof sampleTraces>[1] {
  return Array.from({ length: spansPerBody }, (_, index) => ({
    ...{ traceId: marks.trace + marks.trace, spanId: marks.span, parentSpanId: marks.parent },
    name: `domain${index % 6}.operation${index % 5}`,
    kind: index % spansPerTrace === 0 ? 2 : 1,
    startMs: nowMs - 1_000,
    durationMs: ((index * 2_654_435_761) >>> 0) / 1e7,
    attributes: {
      'seam.domain': `domain${index % 6}`,
      'seam.operation': `operation${index % 5}`,
      'seam.correlation_id': `req-${marks.correlation}`,
      entry: index % spansPerTrace === 0,
      outcome: 'ok',
      'http.route': '/api/things/:id',
    },
  }));
}

type Ids = (kind: keyof typeof marks, span: number) => string;

/** 16 new digits for every id; the spans of a trace share theirs. */
function newIds(): Ids {
  let counter = 0;
  let ofTrace = '';
  return (kind, span) => {
    if (kind === 'trace' && span % spansPerTrace === 0) ofTrace = digits(counter++);
    return kind === 'span' || kind === 'parent' ? digits(counter++) : ofTrace;
  };
}

function digits(number: number): string {
  const mixed = (factor: number): string => (Math.imul(number + 1, factor) >>> 0).toString(16).padStart(8, '0');
  return mixed(0x9e3779b1) + mixed(0x85ebca6b);
}

function gzipTraces(count: number, nowMs: number): Omit<BodySource, 'headers'> {
  const template = sampleTraces(resource, templateSpans(nowMs));
  const places = {
    trace: placesOf(template, Buffer.from(marks.trace, 'hex')).filter((_, index) => index % 2 === 0),
    ...{
      span: placesOf(template, Buffer.from(marks.span, 'hex')),
      parent: placesOf(template, Buffer.from(marks.parent, 'hex')),
    },
    correlation: placesOf(template, Buffer.from(marks.correlation)),
  };
  const ids = newIds();
  const bodies = Array.from({ length: count }, () => {
    for (let span = 0; span < spansPerBody; span += 1) {
      for (const kind of ['trace', 'span', 'parent'] as const)
        template.write(ids(kind, span), places[kind][span] ?? 0, 'hex');
      template.write(ids('correlation', span), places.correlation[span] ?? 0, 'latin1');
    }
    return gzipSync(template, { level: 1 });
  });
  return { path: '/v1/traces', recordsPerBody: spansPerBody, next: () => bodies.pop() ?? null };
}

function jsonTraces(nowMs: number): Omit<BodySource, 'headers'> {
  const template = Buffer.from(sampleTracesJson(resource, templateSpans(nowMs)));
  const places = {
    trace: placesOf(template, Buffer.from(marks.trace)).filter((_, index) => index % 2 === 0),
    ...{ span: placesOf(template, Buffer.from(marks.span)), parent: placesOf(template, Buffer.from(marks.parent)) },
    correlation: placesOf(template, Buffer.from(marks.correlation)),
  };
  const ids = newIds();
  const bodies: Buffer[] = [];
  const next = (connection: number): Buffer => {
    const body = bodies[connection] ?? Buffer.from(template);
    bodies[connection] = body;
    for (let span = 0; span < spansPerBody; span += 1) {
      for (const kind of ['trace', 'span', 'parent', 'correlation'] as const)
        body.write(ids(kind, span), places[kind][span] ?? 0, 'latin1');
    }
    return body;
  };
  return { path: '/v1/traces', recordsPerBody: spansPerBody, next };
}

/** As the templates are written. */
function nanosOf(ms: number): bigint {
  return BigInt(Math.round(ms * 1e6));
}

/** Of a mark that stands in every record. */
function placesOf(body: Buffer, mark: Buffer): number[] {
  const places: number[] = [];
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) places.push(at);
  if (places.length < pointsPerBody) throw new RangeError(`the template holds ${places.length} of its marks`);
  return places;
}

/** Running totals: each connection is an instance that exports the same 200 histograms once a second of its own time. */
function metrics(nowMs: number): Omit<BodySource, 'headers'> {
  const bodies: { readonly bytes: Buffer; readonly times: readonly number[]; timeMs: number }[] = [];
  const startMs = nowMs - 1_200_000;
  const next = (connection: number): Buffer => {
    let body = bodies[connection];
    if (body === undefined) {
      const bytes = sampleMetrics({ ...resource, 'service.instance.id': `bench-${connection}` }, histograms(startMs));
      const time = Buffer.alloc(8);
      time.writeBigUInt64LE(nanosOf(startMs + 60_000));
      body = { bytes, times: placesOf(bytes, time), timeMs: startMs + 60_000 };
      bodies[connection] = body;
    }
    body.timeMs += 1_000;
    for (const at of body.times) exportAgain(body.bytes, at, body.timeMs);
    return body.bytes;
  };
  return { path: '/v1/metrics', recordsPerBody: pointsPerBody, next };
}

function histograms(startMs: number): Parameters<typeof sampleMetrics>[1] {
  return Array.from({ length: pointsPerBody }, (_, index) => ({
    name: 'domain.request.duration',
    shape: 'histogram',
    startMs,
    timeMs: startMs + 60_000,
    value: 0.5,
    counts: [...durationBoundsSeconds, 0].map((_bound, bucket) => (bucket % 7 === index % 7 ? 1 : 0)),
    bounds: durationBoundsSeconds,
    attributes: {
      'seam.domain': `domain${index % 10}`,
      'seam.operation': `operation${index}`,
      entry: true,
      outcome: 'ok',
    },
  }));
}

/**
 * The point whose time stands at `at` counts one more in each bucket that is not empty. After the time come: count (a tag and 8 bytes),
 * sum (the same), buckets (a tag, two bytes of length, 8 bytes each).
 */
function exportAgain(bytes: Buffer, at: number, timeMs: number): void {
  bytes.writeBigUInt64LE(nanosOf(timeMs), at);
  const buckets = at + 29;
  let grown = 0;
  for (let bucket = 0; bucket <= durationBoundsSeconds.length; bucket += 1) {
    const count = bytes.readUInt32LE(buckets + bucket * 8);
    if (count === 0) continue;
    bytes.writeUInt32LE(count + 1, buckets + bucket * 8);
    grown += 1;
  }
  bytes.writeUInt32LE(bytes.readUInt32LE(at + 9) + grown, at + 9);
  bytes.writeDoubleLE(bytes.readDoubleLE(at + 18) + 0.5, at + 18);
}
