/** Whatever valid request is sent, its encoding and compression change nothing: not what is counted, stored, or answered. */
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { decodeSpans } from '../history/index.ts';
import { startTestCollector, type TestCollector } from '../intake/test-collector.ts';
import {
  decodeLogs,
  decodeMetrics,
  decodeMetricsJson,
  SpanTable,
  scanSpans,
  TextTable,
  timeLimits,
  transcodeLogs,
  transcodeTraces,
} from '../intake/wire/index.ts';
import { type Choose, type Message, toJson, toProtobuf } from './encode.ts';
import { drawFrom } from './random.ts';
import { type RequestKind, requestKinds, sampleNowMs } from './valid-otlp.ts';

const limits = timeLimits(sampleNowMs, false);
const texts = new TextTable();
const choose = fc.integer().map((seed): Choose => drawFrom(seed));

/** What the intake sees of a trace body, rejected spans included. */
function scanned(body: Uint8Array): unknown {
  const table = new SpanTable();
  scanSpans(body, texts, table, limits);
  const column = (values: ArrayLike<number>): number[] => Array.from(values).slice(0, table.length);
  return {
    hash: [table.hashLow, table.hashHigh],
    resources: table.resources,
    columns: [table.domain, table.operation, table.route, table.isEntry, table.outcome, table.reject].map(column),
    times: [table.startMs, table.endMs, table.durationNs, table.weight].map(column),
  };
}

const views: Readonly<Record<RequestKind['telemetry'], (json: Buffer, protobuf: Buffer) => readonly unknown[]>> = {
  traces: (json, protobuf) => {
    const transcoded = transcodeTraces(json);
    return [scanned(transcoded), scanned(protobuf), decodeSpans(transcoded), decodeSpans(protobuf)];
  },
  metrics: (json, protobuf) => [decodeMetricsJson(json), decodeMetrics(protobuf)],
  logs: (json, protobuf) => [decodeLogs(transcodeLogs(json)), decodeLogs(protobuf)],
};

test.each(requestKinds)('$telemetry decode to the same from JSON and from protobuf', ({ telemetry, type, request }) => {
  fc.assert(
    fc.property(request, choose, (message, draw) => {
      const json = Buffer.from(toJson(type, message, draw));
      const seen = views[telemetry](json, toProtobuf(type, message, draw));
      const half = seen.length / 2;
      for (let index = 0; index < half; index += 1) {
        const [left, right] = half === 1 ? [seen[0], seen[1]] : [seen[index * 2], seen[index * 2 + 1]];
        expect(left).toEqual(right);
      }
    }),
    { seed: 20_260_302, numRuns: 400 },
  );
});

const codings: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  identity: (body) => body,
  gzip: (body) => gzipSync(body),
  zstd: (body) => zstdCompressSync(body),
  deflate: (body) => (body.length % 2 === 0 ? deflateSync(body) : deflateRawSync(body)),
};
const running: TestCollector[] = [];

afterAll(async () => {
  for (const one of running) await one.remove();
});

/** A collector that gets everything in one encoding and compression; its answers in order. */
async function takeIn(
  requests: readonly (readonly [RequestKind, Message])[],
  encoding: string,
  coding: string,
): Promise<Held & { readonly answers: readonly unknown[] }> {
  const one = await startTestCollector({}, undefined, fakeClock(sampleNowMs));
  running.push(one);
  const answers: unknown[] = [];
  for (const [kind, message] of requests) {
    const plain = encoding === 'json' ? Buffer.from(toJson(kind.type, message)) : toProtobuf(kind.type, message);
    const answer = await one.post(`/v1/${kind.telemetry}`, codings[coding]?.(plain) ?? plain, {
      'content-type': `application/${encoding === 'json' ? 'json' : 'x-protobuf'}`,
      'content-encoding': coding,
    });
    answers.push([
      answer.status,
      answer.headers['content-type'] === `application/${encoding === 'json' ? 'json' : 'x-protobuf'}`,
      reasonIn(answer.body),
    ]);
  }
  return { answers, ...held(one) };
}

/** `rejected 2 summary` of a reply in either encoding. */
function reasonIn(body: Buffer): string | null {
  return /rejected [^"]*/.exec(body.toString())?.[0] ?? (body.length <= 2 ? null : body.toString());
}

interface Held {
  readonly stats: unknown;
  readonly series: readonly unknown[];
  readonly slices: readonly unknown[];
  readonly traces: readonly unknown[];
  readonly logs: readonly unknown[];
}

function held({ collector }: TestCollector): Held {
  const { reader } = collector;
  const { bytes: _, ...stats } = collector.stats();
  const series = reader.series();
  const found = reader.searchTraces({ limit: 200 }).traces.map(({ traceId }) => reader.trace(traceId));
  const { logs } = reader.searchLogs({ limit: 500 });
  const ids = series.map(({ id }) => id);
  return { stats, series, slices: reader.slices(ids, 0, Number.MAX_SAFE_INTEGER), traces: found, logs };
}

test('every encoding and compression over HTTP leaves the same counts, traces, logs and replies', async () => {
  const requests = requestKinds.flatMap((kind) =>
    fc.sample(kind.request, { seed: 7, numRuns: 25 }).map((message) => [kind, message] as const),
  );
  const reference = await takeIn(requests, 'protobuf', 'identity');
  const { series, slices, traces, logs } = reference;
  for (const all of [series, slices, traces, logs]) expect(all.length).toBeGreaterThan(10);
  for (const encoding of ['protobuf', 'json']) {
    for (const coding of ['identity', 'gzip', 'zstd', 'deflate']) {
      if (encoding === 'protobuf' && coding === 'identity') continue;
      expect(await takeIn(requests, encoding, coding), `${encoding} ${coding}`).toEqual(reference);
    }
  }
}, 120_000);
