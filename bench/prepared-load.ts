/** A load of bodies that were made before: each sent once over keep-alive connections. Arguments: port, kind, connections. */
import { Agent, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import {
  type SamplePoint,
  type SampleSpan,
  sampleMetrics,
  sampleTraces,
  sampleTracesJson,
} from '../collector/intake/otlp-samples.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';
import { seededRandom } from '../src/kernel/ids.ts';

/** What is sent, and how many spans or points are in all of it. */
export interface Prepared {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly Buffer[];
  readonly records: number;
}

const spansPerBody = 512;
const spansPerTrace = 8;
const random = seededRandom(11);
const nowMs = systemClock.nowMs();
const resource = { 'service.name': 'campus', 'service.instance.id': 'bench', 'telemetry.sdk.name': 'opentelemetry' };

function prepare(kind: string): Prepared {
  switch (kind) {
    case 'gzip':
      return traces(1_000, { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }, (spans) =>
        gzipSync(sampleTraces(resource, spans), { level: 1 }),
      );
    case 'json':
      return traces(400, { 'content-type': 'application/json' }, (spans) =>
        Buffer.from(sampleTracesJson(resource, spans)),
      );
    default:
      return metrics(32, 30, 200);
  }
}

function traces(
  count: number,
  headers: Prepared['headers'],
  encode: (spans: readonly SampleSpan[]) => Buffer,
): Prepared {
  const bodies = Array.from({ length: count }, () => encode(spansOfBody()));
  return { path: '/v1/traces', headers, bodies, records: count * spansPerBody };
}

function spansOfBody(): readonly SampleSpan[] {
  let traceId = '';
  return Array.from({ length: spansPerBody }, (_, index) => {
    if (index % spansPerTrace === 0) traceId = hex(32);
    return {
      traceId,
      spanId: hex(16),
      parentSpanId: hex(16),
      name: `domain${index % 6}.operation${index % 5}`,
      kind: index % spansPerTrace === 0 ? 2 : 1,
      startMs: nowMs - 1_000,
      durationMs: Math.floor(random() * 400_000) / 1_000,
      attributes: {
        'seam.domain': `domain${index % 6}`,
        'seam.operation': `operation${index % 5}`,
        'seam.correlation_id': `req-${traceId.slice(0, 16)}`,
        entry: index % spansPerTrace === 0,
        outcome: 'ok',
        'http.route': '/api/things/:id',
      },
    };
  });
}

/** Running totals of `senders` instances, `rounds` exports each, `points` histograms an export. */
function metrics(senders: number, rounds: number, points: number): Prepared {
  const bodies = Array.from({ length: rounds * senders }, (_, index) => {
    const round = Math.floor(index / senders) + 1;
    const from = { ...resource, 'service.instance.id': `bench-${index % senders}` };
    return sampleMetrics(from, pointsOf(round, points, nowMs - (rounds - round) * 1_000 - 1_000));
  });
  const headers = { 'content-type': 'application/x-protobuf' };
  return { path: '/v1/metrics', headers, bodies, records: rounds * senders * points };
}

function pointsOf(round: number, count: number, timeMs: number): readonly SamplePoint[] {
  return Array.from({ length: count }, (_, index) => ({
    name: 'domain.request.duration',
    shape: 'histogram',
    startMs: nowMs - 120_000,
    timeMs,
    value: round * 0.5,
    counts: [...durationBoundsSeconds, 0].map((_bound, bucket) => (bucket % 7 === index % 7 ? round : 0)),
    bounds: durationBoundsSeconds,
    attributes: {
      'seam.domain': `domain${index % 10}`,
      'seam.operation': `operation${index}`,
      entry: true,
      outcome: 'ok',
    },
  }));
}

function hex(digits: number): string {
  let text = '';
  while (text.length < digits)
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, digits);
}

const [port = '0', kind = 'gzip', connections = '32'] = process.argv.slice(2);
const { path, headers, bodies, records } = prepare(kind);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
let failures = 0;
const latenciesMs: number[] = [];

function send(body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const sentMs = systemClock.monotonicMs();
    const sending = httpRequest(
      {
        agent,
        port: Number(port),
        host: '127.0.0.1',
        path,
        method: 'POST',
        headers: { ...headers, 'content-length': body.length },
      },
      (response) => {
        if (response.statusCode !== 200) failures += 1;
        response.resume().on('end', () => {
          latenciesMs.push(systemClock.monotonicMs() - sentMs);
          resolve();
        });
      },
    );
    sending.on('error', () => {
      failures += 1;
      resolve();
    });
    sending.end(body);
  });
}

let nextBody = 0;
async function sendOneAfterTheOther(): Promise<void> {
  for (let body = bodies[nextBody++]; body !== undefined; body = bodies[nextBody++]) await send(body);
}

const startedMs = systemClock.monotonicMs();
await Promise.all(Array.from({ length: Number(connections) }, sendOneAfterTheOther));
const seconds = (systemClock.monotonicMs() - startedMs) / 1_000;
latenciesMs.sort((left, right) => left - right);
const at = (share: number): number => latenciesMs[Math.floor(share * (latenciesMs.length - 1))] ?? 0;
const bytes = bodies.reduce((total, body) => total + body.length, 0);
process.send?.({ records, bytes, seconds, failures, p50Ms: at(0.5), p99Ms: at(0.99) });
agent.destroy();
