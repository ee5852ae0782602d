/** Every decoder that reads bytes of strangers, with what must hold for whatever it accepts. */
import fc from 'fast-check';
import { AppError } from '../../src/kernel/errors.ts';
import { decodeSpans } from '../history/index.ts';
import { parsePayload } from '../intake/faro/payload.ts';
import { rejectionOf } from '../intake/metric-checks.ts';
import { countablePoint } from '../intake/metric-shape.ts';
import { parsePage } from '../intake/scrape/index.ts';
import {
  decodeLogs,
  decodeMetrics,
  decodeMetricsJson,
  type MetricGroup,
  SpanTable,
  scanSpans,
  TextTable,
  timeLimits,
  transcodeLogs,
  transcodeTraces,
  withoutSpans,
} from '../intake/wire/index.ts';
import { toJson, toProtobuf } from './encode.ts';
import { mutateJson, mutateProtobuf, mutateText } from './mutate.ts';
import type { Draw } from './random.ts';
import { faroSamples, pageSamples } from './text-samples.ts';
import { requestKinds, sampleNowMs } from './valid-otlp.ts';

/** `read` returns when it took the body, throws an AppError when it refused it; anything else is a fault. */
export interface FuzzTarget {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  readonly mutate: (body: Uint8Array, other: Uint8Array, draw: Draw) => Buffer;
  readonly read: (body: Uint8Array) => void;
}

const limits = timeLimits(sampleNowMs, false);
const samplesPerKind = 150;

/** All decoders; the samples are the same for the same seed. */
export function fuzzTargets(seed: number): FuzzTarget[] {
  const texts = new TextTable();
  const table = new SpanTable();
  const traces = (body: Uint8Array): void => readTraces(body, texts, table);
  const reads = {
    traces: [traces, (body: Uint8Array) => traces(transcodeTraces(body))],
    metrics: [
      (body: Uint8Array) => checkMetrics(decodeMetrics(body)),
      (body: Uint8Array) => checkMetrics(decodeMetricsJson(body)),
    ],
    logs: [
      (body: Uint8Array) => void JSON.stringify(decodeLogs(body), withBigInts),
      (body: Uint8Array) => void JSON.stringify(decodeLogs(transcodeLogs(body)), withBigInts),
    ],
  } as const;
  const otlp = requestKinds.flatMap(({ telemetry, type, request }): FuzzTarget[] => {
    const messages = fc.sample(request, { seed, numRuns: samplesPerKind });
    const [fromProtobuf, fromJson] = reads[telemetry];
    const protobuf = messages.map((message) => toProtobuf(type, message));
    const json = messages.map((message) => Buffer.from(toJson(type, message)));
    return [
      { name: `${telemetry} protobuf`, samples: protobuf, mutate: mutateProtobuf, read: fromProtobuf },
      { name: `${telemetry} json`, samples: json, mutate: mutateJson, read: fromJson },
    ];
  });
  const pages = (['text', 'openMetrics'] as const).map(
    (format): FuzzTarget => ({
      name: `page ${format}`,
      samples: pageSamples[format],
      mutate: mutateText,
      read: (body) => void parsePage(Buffer.from(body).toString(), format, { maxSamples: 10_000 }),
    }),
  );
  const faro: FuzzTarget = {
    name: 'faro json',
    samples: faroSamples,
    mutate: mutateJson,
    read: (body) => void parsePayload(Buffer.from(body)),
  };
  return [...otlp, ...pages, faro];
}

/** What was accepted can be stripped of the rest and read again, every span of it. */
function readTraces(body: Uint8Array, texts: TextTable, table: SpanTable): void {
  scanSpans(body, texts, table, limits);
  const dropped = new Set<number>();
  for (let row = 0; row < table.length; row += 1) if (table.reject[row] !== 0) dropped.add(table.recordAt[row] ?? 0);
  const stored = dropped.size === 0 ? body : withoutSpans(body, dropped);
  const spans = mustHold(() => decodeSpans(stored));
  require(spans.length === table.length - dropped.size, 'a stored span cannot be read');
  require(spans.every(
    ({ traceId, spanId }) => traceId.length === 32 && spanId.length === 16,
  ), 'a stored span lost its ids');
  JSON.stringify(spans, withBigInts);
}

/** What passes the checks has one count a bucket, whole and finite, on rising bounds. */
function checkMetrics(groups: readonly MetricGroup[]): void {
  for (const { metrics } of groups) {
    for (const metric of metrics) {
      for (const point of metric.points) {
        if (rejectionOf(metric, point, limits) !== null || !point.isRecorded) continue;
        const { counts, bounds, value, count } = mustHold(() => countablePoint(metric, point));
        require(Number.isFinite(value), 'a value is not finite');
        if (counts.length === 0) continue;
        require(counts.length === bounds.length + 1, 'counts and bounds do not match');
        require(counts.reduce((total, one) => total + one, 0) === count, 'counts were lost');
        require(bounds.every((bound, at) => bound > (bounds[at - 1] ?? -Infinity)), 'bounds do not rise');
      }
    }
  }
}

/** A fault in what must hold. */
export class BrokenPromise extends Error {}

function require(isTrue: boolean, what: string): void {
  if (!isTrue) throw new BrokenPromise(what);
}

/** Whatever this throws is a fault, an AppError too. */
function mustHold<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new BrokenPromise(error instanceof AppError ? error.message : String(error), { cause: error });
  }
}

function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
