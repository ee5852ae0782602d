/** How fast a trace is found among many, and what a stored span costs on disk. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { traceMigrations } from '../collector/history/frame-schema.ts';
import { encodeSpans, type FixtureSpan } from '../collector/history/otlp-fixture.ts';
import type { TraceReader } from '../collector/history/reader.ts';
import { createSegmentWriter, type SegmentWriter } from '../collector/history/segments.ts';
import { textTag, traceTag } from '../collector/history/tags.ts';
import { createTraceReader } from '../collector/history/trace-reader.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { quantileOf } from '../src/kernel/statistics.ts';
import { openReadOnly, openStore } from '../src/store/index.ts';

/** Milliseconds; the median and the slowest in a hundred. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Warm: one reader, other traces each time. Cold: a new connection with nothing cached for each look-up (the system's file cache is warm). */
export interface SearchBench {
  readonly spans: number;
  readonly writeSeconds: number;
  readonly slowestCommitMs: number;
  /** The whole database file, index included. */
  readonly bytesPerSpan: number;
  readonly indexBytesPerSpan: number;
  readonly byTraceId: { readonly warm: Latency; readonly cold: Latency };
  readonly byCorrelationId: { readonly warm: Latency; readonly cold: Latency };
  readonly newestPage: Latency;
  readonly slowPage: Latency;
}

const spansPerTrace = 8;
const tracesPerFrame = 256;
const t0 = 1_790_000_000_000;
const domains = ['feed', 'search', 'chat', 'notifications', 'media', 'social', 'auth', 'moderation'];
/** Stand where the template's ids and times are patched in. */
const mark = { traceId: 'd1'.repeat(16), correlationId: '018f0000-0000-7000-8000-00000000abcd' };

/**
 * Stores `spans` spans (8 a trace, 355 bytes each before compression, 2,048 a commit, `synchronous=FULL`) in a temporary file, then
 * looks traces up. Takes about 3 s and 45 MB a million.
 */
export function benchSearch(spans = 1_000_000, print: (line: string) => void = printLine): SearchBench {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-bench-'));
  const file = join(folder, 'bench.db');
  try {
    const written = write(file, spans);
    const bytes = statSync(file).size;
    const result: SearchBench = {
      spans,
      writeSeconds: written.seconds,
      slowestCommitMs: written.slowestMs,
      bytesPerSpan: bytes / spans,
      indexBytesPerSpan: indexBytes(file) / spans,
      byTraceId: measure(
        file,
        written.sample,
        (reader, each) => reader.trace(each.traceId)?.spanCount === spansPerTrace,
      ),
      byCorrelationId: measure(
        file,
        written.sample,
        (reader, each) => reader.tracesByCorrelation(each.correlationId)[0]?.spanCount === spansPerTrace,
      ),
      newestPage: measurePages(
        file,
        (reader, round) => reader.searchTraces({ limit: 50, toMs: t0 + round * 97 }).traces.length > 0,
      ),
      slowPage: measurePages(file, (reader) => reader.searchTraces({ minDurationMs: 1e9 }).traces.length === 0),
    };
    report(result, print);
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sample {
  readonly traceId: string;
  readonly correlationId: string;
}

interface Template {
  readonly bytes: Buffer;
  readonly traceIds: readonly number[];
  readonly correlationIds: readonly number[];
  readonly spanIds: readonly (readonly number[])[];
  readonly times: readonly number[];
}

function write(
  file: string,
  spans: number,
): { readonly seconds: number; readonly slowestMs: number; readonly sample: Sample[] } {
  const store = openStore(file, traceMigrations);
  try {
    const writer = createSegmentWriter(store.db);
    const templates = Array.from({ length: 16 }, (_, index) => makeTemplate(index));
    const random = seededRandom(1);
    const sample: Sample[] = [];
    let slowestMs = 0;
    let busyMs = 0;
    const frames = Math.ceil(spans / spansPerTrace / tracesPerFrame);
    for (let frame = 0; frame < frames; frame += 1) {
      const input = makeFrame(templates, random, frame, frame % Math.ceil(frames / 400) === 0 ? sample : null);
      const started = systemClock.monotonicMs();
      store.db.transaction(() => writer.append(input))();
      const took = systemClock.monotonicMs() - started;
      busyMs += took;
      slowestMs = Math.max(slowestMs, took);
    }
    return { seconds: busyMs / 1000, slowestMs, sample };
  } finally {
    store.close();
  }
}

/** Eight spans of one trace as one body, and where its ids and times are. */
function makeTemplate(index: number): Template {
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

function makeFrame(
  templates: readonly Template[],
  random: () => number,
  frame: number,
  sample: Sample[] | null,
): Parameters<SegmentWriter['append']>[0] {
  const keys = new Uint32Array(tracesPerFrame * 2);
  const startMs = t0 + frame * 20;
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

function measure(file: string, sample: readonly Sample[], find: (reader: TraceReader, each: Sample) => boolean) {
  const db = openReadOnly(file);
  const reader = createTraceReader(db);
  const timed = (work: () => boolean): number => {
    const started = systemClock.monotonicMs();
    if (!work()) throw new Error('a stored trace was not found');
    return systemClock.monotonicMs() - started;
  };
  const warmUp = sample.slice(0, 50).map((each) => timed(() => find(reader, each)));
  const warm = sample.slice(warmUp.length).map((each) => timed(() => find(reader, each)));
  db.close();
  const cold = sample.slice(0, 100).map((each) =>
    timed(() => {
      const fresh = openReadOnly(file);
      const found = find(createTraceReader(fresh), each);
      fresh.close();
      return found;
    }),
  );
  return { warm: latencyOf(warm), cold: latencyOf(cold) };
}

function measurePages(file: string, search: (reader: TraceReader, round: number) => boolean): Latency {
  const db = openReadOnly(file);
  const reader = createTraceReader(db);
  const times = Array.from({ length: 20 }, (_, round) => {
    const started = systemClock.monotonicMs();
    if (!search(reader, round + 1)) throw new Error('the search did not answer as it must');
    return systemClock.monotonicMs() - started;
  });
  db.close();
  return latencyOf(times);
}

function latencyOf(times: readonly number[]): Latency {
  return { p50Ms: quantileOf(times, 0.5) ?? 0, p99Ms: quantileOf(times, 0.99) ?? 0 };
}

function indexBytes(file: string): number {
  const db = openReadOnly(file);
  const sql = `SELECT coalesce((SELECT sum(length(entries)) FROM tag_buckets), 0) + coalesce((SELECT sum(length(tags)) FROM frame_tail), 0)`;
  const bytes = db.prepare<[], number>(sql).pluck().get() ?? 0;
  db.close();
  return bytes;
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

function report(result: SearchBench, print: (line: string) => void): void {
  const ms = ({ p50Ms, p99Ms }: Latency): string => `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`;
  print(
    `spans ${result.spans}: written in ${result.writeSeconds.toFixed(1)} s, slowest commit ${result.slowestCommitMs.toFixed(1)} ms`,
  );
  print(`disk: ${result.bytesPerSpan.toFixed(1)} bytes a span, of it ${result.indexBytesPerSpan.toFixed(2)} index`);
  print(`by trace id, warm: ${ms(result.byTraceId.warm)}; cold: ${ms(result.byTraceId.cold)}`);
  print(`by correlation ID, warm: ${ms(result.byCorrelationId.warm)}; cold: ${ms(result.byCorrelationId.cold)}`);
  print(
    `a page of 50 newest: ${ms(result.newestPage)}; one call that finds nothing slow enough: ${ms(result.slowPage)}`,
  );
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  benchSearch(Number(process.argv[2] ?? 1_000_000));
}
