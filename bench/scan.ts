/** Scanning alone: rows of numbers from a body in memory, beside decoding it to objects. One thread, no storage. */
import { decodeSpans } from '../collector/history/index.ts';
import { type SampleSpan, sampleTraces, sampleTracesJson } from '../collector/intake/otlp-samples.ts';
import { SpanTable, scanSpans, TextTable, timeLimits, transcodeTraces } from '../collector/intake/wire/index.ts';
import { systemClock } from '../src/kernel/clock.ts';

const spansPerBody = 512;
const rounds = 15;
const warmUp = 5;
const bodiesPerRound = 30;

/** About 4 s. All ways take turns, and CPU time counts, so that other work on the machine weighs on all of them alike. */
export function scanReport(): string {
  const nowMs = systemClock.nowMs();
  const spans = Array.from({ length: spansPerBody }, (_, index): SampleSpan => spanOf(index, nowMs));
  const resource = { 'service.name': 'campus', 'service.instance.id': 'bench' };
  const body = sampleTraces(resource, spans);
  const json = Buffer.from(sampleTracesJson(resource, spans));
  const texts = new TextTable();
  const table = new SpanTable();
  const limits = timeLimits(nowMs, false);
  const [scan = 0, objects = 0, jsonScan = 0, walk = 0, parse = 0] = nanosOf([
    () => scanSpans(body, texts, table, limits),
    () => decodeSpans(body),
    () => scanSpans(transcodeTraces(json), texts, table, limits),
    () => parsedSpans(json),
    () => JSON.parse(json.toString()),
  ]);
  return [
    `protobuf scanned   ${rate(scan)}, to objects ${rate(objects)}: ${times(objects, scan)}`,
    `JSON scanned       ${rate(jsonScan)}, JSON.parse and a walk ${rate(walk)}: ${times(walk, jsonScan)}; JSON.parse alone ${rate(parse)}: ${times(parse, jsonScan)}`,
    `bytes a span       ${(body.length / spansPerBody).toFixed(0)} protobuf, ${(json.length / spansPerBody).toFixed(0)} JSON`,
  ].join('\n');
}

/** CPU nanoseconds a span of each way to read a body, the median of all rounds. */
function nanosOf(ways: readonly (() => unknown)[]): number[] {
  const found = ways.map((): number[] => []);
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [index, way] of ways.entries()) {
      const before = process.cpuUsage();
      for (let count = 0; count < bodiesPerRound; count += 1) way();
      const { user, system } = process.cpuUsage(before);
      if (round >= warmUp) found[index]?.push(((user + system) * 1_000) / bodiesPerRound / spansPerBody);
    }
  }
  return found.map((all) => all.sort((left, right) => left - right)[all.length >> 1] ?? 0);
}

function rate(nanos: number): string {
  return `${(1_000 / nanos).toFixed(2)} M spans/s (${nanos.toFixed(0)} ns a span)`;
}

function times(other: number, own: number): string {
  return `${(other / own).toFixed(1)}×`;
}

interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly status?: { readonly code?: number };
}
interface JsonRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly JsonSpan[] }[] }[];
}

/** What one would write: parse, then an object for each span with what counting needs. */
function parsedSpans(json: Buffer): unknown[] {
  const request: JsonRequest = JSON.parse(json.toString());
  return request.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? null,
        name: span.name,
        isEntry: span.kind === 2,
        startNs: BigInt(span.startTimeUnixNano),
        endNs: BigInt(span.endTimeUnixNano),
        isError: span.status?.code === 2,
        attributes: new Map(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
      })),
    ),
  );
}

function spanOf(index: number, nowMs: number): SampleSpan {
  const hex = (digits: number, salt: number): string =>
    (((index + 1) * salt) >>> 0).toString(16).padStart(8, '7').repeat(4).slice(0, digits);
  return {
    traceId: hex(32, 0x9e3779b1),
    spanId: hex(16, 0x85ebca6b),
    parentSpanId: hex(16, 0xc2b2ae35),
    name: `domain${index % 6}.operation${index % 5}`,
    kind: index % 8 === 0 ? 2 : 1,
    startMs: nowMs - 1_000,
    durationMs: (index % 400) + 0.25,
    attributes: {
      'seam.domain': `domain${index % 6}`,
      'seam.operation': `operation${index % 5}`,
      'seam.correlation_id': `req-${hex(16, 0x27d4eb2f)}`,
      entry: index % 8 === 0,
      outcome: 'ok',
      'http.route': '/api/things/:id',
    },
  };
}
