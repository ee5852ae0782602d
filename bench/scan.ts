/** Scanning alone: rows of numbers from a body in memory, beside decoding it to objects. One thread, no storage. */
import { decodeSpans } from '../collector/history/index.ts';
import { type SampleSpan, sampleTraces, sampleTracesJson } from '../collector/intake/otlp-samples.ts';
import { SpanTable, scanSpans, TextTable, timeLimits, transcodeTraces } from '../collector/intake/wire/index.ts';
import { systemClock } from '../src/kernel/clock.ts';

const spansPerBody = 512;
const rounds = 400;
const warmUp = 100;

/** About 4 s. */
export function scanReport(): string {
  const nowMs = systemClock.nowMs();
  const spans = Array.from({ length: spansPerBody }, (_, index): SampleSpan => spanOf(index, nowMs));
  const resource = { 'service.name': 'campus', 'service.instance.id': 'bench' };
  const body = sampleTraces(resource, spans);
  const json = Buffer.from(sampleTracesJson(resource, spans));
  const texts = new TextTable();
  const table = new SpanTable();
  const limits = timeLimits(nowMs, false);
  const scan = timed(() => scanSpans(body, texts, table, limits));
  const objects = timed(() => decodeSpans(body));
  const transcode = timed(() => scanSpans(transcodeTraces(json), texts, table, limits));
  const parse = timed(() => JSON.parse(json.toString()));
  return [
    `protobuf scanned   ${rate(scan)} (${nanos(scan)} ns a span), to objects ${rate(objects)} (${nanos(objects)} ns): ${(objects / scan).toFixed(1)}×`,
    `JSON scanned       ${rate(transcode)} (${nanos(transcode)} ns a span), JSON.parse alone ${rate(parse)} (${nanos(parse)} ns): ${(parse / transcode).toFixed(1)}×`,
  ].join('\n');
}

/** Milliseconds of one body, the median of all rounds. */
function timed(work: () => unknown): number {
  const times: number[] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    const started = systemClock.monotonicMs();
    work();
    if (round >= warmUp) times.push(systemClock.monotonicMs() - started);
  }
  return times.sort((left, right) => left - right)[Math.floor(times.length / 2)] ?? 0;
}

function rate(bodyMs: number): string {
  return `${(spansPerBody / bodyMs / 1_000).toFixed(2)} M spans/s`;
}

function nanos(bodyMs: number): string {
  return ((bodyMs / spansPerBody) * 1e6).toFixed(0);
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
