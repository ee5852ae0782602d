/** Spans for benchmarks: many different traces of one realistic shape, made quickly by patching encoded templates. */
import { encodeSpans, type FixtureSpan } from '../collector/history/otlp-fixture.ts';
import type { SegmentWriter } from '../collector/history/segments.ts';
import { textTag, traceTag } from '../collector/history/tags.ts';

/** Spans of a trace and traces of a frame. */
export const spansPerTrace = 8;
export const tracesPerFrame = 256;
/** The first frame's start (Unix ms); each next one starts `frameEveryMs` later. */
export const t0 = 1_790_000_000_000;
export const frameEveryMs = 20;
const domains = ['feed', 'search', 'chat', 'notifications', 'media', 'social', 'auth', 'moderation'];
/** Stand where the template's ids and times are patched in. */
const mark = { traceId: 'd1'.repeat(16), correlationId: '018f0000-0000-7000-8000-00000000abcd' };

/** The ids of one stored trace. */
export interface Sample {
  readonly traceId: string;
  readonly correlationId: string;
}

/** One trace as a body, and where its ids and times stand in it. */
export interface Template {
  readonly bytes: Buffer;
  readonly traceIds: readonly number[];
  readonly correlationIds: readonly number[];
  readonly spanIds: readonly (readonly number[])[];
  readonly times: readonly number[];
}

/** Eight spans of one trace as one body, and where its ids and times are. */
export function makeTemplate(index: number): Template {
  const spanId = (number: number): string => `e${index.toString(16)}${number}`.padEnd(16, 'e7');
  const spans = Array.from({ length: spansPerTrace }, (_, number): FixtureSpan => {
    const domain = domains[(index + number) % domains.length] ?? 'feed';
    return {
      traceId: mark.traceId,
      spanId: spanId(number),
      ...(number === 0 ? {} : { parentSpanId: spanId(number >> 1) }),
      name: number === 0 ? `GET /api/${domain}/:id` : `${domain}.operation${number}`,
      kind: number === 0 ? 'server' : 'internal',
      startMs: t0,
      durationMs: 1,
      domain,
      operation: `operation${number}`,
      correlationId: mark.correlationId,
      attributes: {
        'http.request.method': 'GET',
        'http.route': `/api/${domain}/:id`,
        'http.response.status_code': 200,
        'server.address': 'campus.example',
        'code.function.name': `${domain}.operation${number}`,
        'db.rows': number,
      },
    };
  });
  const bytes = encodeSpans(spans, {
    'service.name': 'campus',
    'service.instance.id': 'a1b2',
    'service.version': '1.0.0',
  });
  const time = encodeTime(t0);
  const end = encodeTime(t0 + 1);
  return {
    bytes,
    traceIds: placesOf(bytes, Buffer.from(mark.traceId, 'hex')),
    correlationIds: placesOf(bytes, Buffer.from(mark.correlationId)),
    spanIds: spans.map((span) => placesOf(bytes, Buffer.from(span.spanId, 'hex'))),
    times: [...placesOf(bytes, time), ...placesOf(bytes, end)].sort((left, right) => left - right),
  };
}

/** The frame with this number; one of its traces goes to `sample`. */
export function makeFrame(
  templates: readonly Template[],
  random: () => number,
  frame: number,
  sample: Sample[] | null,
): Parameters<SegmentWriter['append']>[0] {
  const keys = new Uint32Array(tracesPerFrame * 2);
  const startMs = t0 + frame * frameEveryMs;
  const bodies = Array.from({ length: tracesPerFrame }, (_, index) => {
    const template = templates[Math.floor(random() * templates.length)] ?? makeTemplate(0);
    const { body, traceId, correlationId } = fillIn(template, random, startMs);
    keys[index * 2] = traceTag(traceId, 0);
    keys[index * 2 + 1] = textTag(correlationId, 0, correlationId.length);
    if (index === 100) sample?.push({ traceId: traceId.toString('hex'), correlationId: correlationId.toString() });
    return body;
  });
  return {
    bodies,
    spanCount: tracesPerFrame * spansPerTrace,
    minStartMs: startMs,
    maxEndMs: startMs + 200,
    maxDurationMs: 100,
    errorCount: 0,
    synthetic: false,
    domains: new Set(domains),
    keys,
  };
}

function fillIn(template: Template, random: () => number, startMs: number) {
  const body = Buffer.from(template.bytes);
  const traceId = randomBytes(random, 16);
  const hex = traceId.toString('hex');
  const correlationId = Buffer.from(
    `018f${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(9, 12)}-8${hex.slice(13, 16)}-${hex.slice(20)}`,
  );
  for (const at of template.traceIds) traceId.copy(body, at);
  for (const at of template.correlationIds) correlationId.copy(body, at);
  for (const places of template.spanIds) {
    const spanId = randomBytes(random, 8);
    for (const at of places) spanId.copy(body, at);
  }
  template.times.forEach((at, index) => {
    const ns = BigInt(startMs) * 1_000_000n + BigInt(Math.floor((index % 2 === 0 ? random() : 1 + random()) * 100e6));
    body.writeBigUInt64LE(ns, at);
  });
  return { body, traceId, correlationId };
}

function placesOf(bytes: Buffer, part: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(part); at >= 0; at = bytes.indexOf(part, at + part.length)) places.push(at);
  return places;
}

function encodeTime(ms: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(ms) * 1_000_000n);
  return bytes;
}

function randomBytes(random: () => number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  return bytes;
}
