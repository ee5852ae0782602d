/** Remote write: what is sent, decoded; and a real Prometheus that takes it and answers with the right totals. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { uncompress } from 'snappyjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { missingTool, requireTool } from '../../tests/tools.ts';
import { type SamplePoint, sampleMetrics } from '../intake/otlp-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from '../intake/test-collector.ts';
import { WireReader } from '../intake/wire/wire-reader.ts';
import { createForwarder, type Forwarder, parseForward } from './index.ts';

let source: TestCollector;
let forwarder: Forwarder;
let server: Server | null = null;

afterEach(async () => {
  await forwarder.close();
  await source.remove();
  server?.closeAllConnections();
  server?.close();
  server = null;
});

function forwardTo(url: string, maxBytes?: number): void {
  forwarder = createForwarder({
    targets: parseForward([{ id: 'prom', kind: 'remote-write', url }], 'forward'),
    collector: source.collector,
    file: source.file,
    ...{ instanceId: 'i1', version: '1.0.0', clock: source.clock, random: () => 0, log: silentLog, fetch, maxBytes },
  });
}

interface Seen {
  readonly headers: IncomingMessage['headers'];
  readonly series: readonly { readonly labels: [string, string][]; readonly samples: [number, number][] }[];
}

/** A receiver that decodes; `answers` come first, then 204. */
async function receiver(...answers: number[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const made = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answers.shift() ?? 204;
      if (status < 300) seen.push({ headers: request.headers, series: decode(uncompress(Buffer.concat(chunks))) });
      response.writeHead(status).end();
    });
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}/api/v1/write`, seen };
}

/** prometheus.WriteRequest, only what remote write 1.0 has. */
function decode(bytes: Uint8Array): Seen['series'] {
  return messages(bytes, 1).map((series) => ({
    labels: messages(series, 1).map((pair): [string, string] => {
      const [name, value] = [messages(pair, 1)[0], messages(pair, 2)[0]];
      return [Buffer.from(name ?? []).toString(), Buffer.from(value ?? []).toString()];
    }),
    samples: messages(series, 2).map((sample): [number, number] => {
      const reader = new WireReader(sample);
      expect(reader.tag(sample.length)).toBe(9);
      const value = reader.view.getFloat64(reader.at, true);
      const bits = reader.view.getBigUint64(reader.at, true);
      reader.at += 8;
      expect(reader.tag(sample.length)).toBe(16);
      return [reader.varint(sample.length), bits === 0x7ff0000000000002n ? Number.NaN : value];
    }),
  }));
}

/** The embedded messages and texts of one field. */
function messages(bytes: Uint8Array, field: number): Uint8Array[] {
  const reader = new WireReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.at < bytes.length) {
    const tag = reader.tag(bytes.length);
    expect(tag % 8).toBe(2);
    const length = reader.varint(bytes.length);
    if (tag === field * 8 + 2) found.push(bytes.subarray(reader.at, reader.at + length));
    reader.at += length;
  }
  return found;
}

/** A cumulative histogram of requests, exported now. */
function requests(fast: number, slow: number): SamplePoint {
  return {
    name: 'domain.request.duration',
    shape: 'histogram',
    startMs: source.clock.nowMs() - 1_000,
    timeMs: source.clock.nowMs(),
    value: fast * 0.1 + slow,
    counts: [fast, slow],
    bounds: [0.2],
    temporality: 1,
    attributes: { 'seam.domain': 'feed', outcome: 'ok' },
  };
}

async function exported(
  points: readonly SamplePoint[],
  resource: Record<string, string | boolean> = {},
): Promise<void> {
  const answer = await source.post('/v1/metrics', sampleMetrics({ 'service.name': 'shop', ...resource }, points));
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.body).toHaveLength(0);
}

const valuesOf = (seen: readonly Seen[], name: string, le?: string) =>
  seen
    .flatMap(({ series }) => series)
    .filter(({ labels }) => {
      const map = new Map(labels);
      return map.get('__name__') === name && map.get('le') === le;
    })
    .flatMap(({ samples }) => samples);

describe('remote write', () => {
  beforeEach(async () => {
    source = await startTestCollector();
  });

  it('sends buckets, sum and count as running totals with exact headers and sorted labels', async () => {
    const { url, seen } = await receiver();
    forwardTo(url);
    source.clock.advance(5_000);
    await exported([requests(3, 1)]);
    source.clock.advance(10_000);
    await exported([requests(2, 0)]);
    source.clock.advance(30_000);
    await forwarder.run();
    expect(seen).toHaveLength(1);
    expect(seen[0]?.headers).toMatchObject({
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
      'user-agent': 'seamwatch/1.0.0',
    });
    const [t0, t1, t2] = [testStartMs, testStartMs + 10_000, testStartMs + 20_000];
    expect(valuesOf(seen, 'domain_request_duration_seconds_bucket', '0.2')).toEqual([
      [t0, 0],
      [t1, 3],
      [t2, 5],
    ]);
    expect(valuesOf(seen, 'domain_request_duration_seconds_bucket', '+Inf')).toEqual([
      [t0, 0],
      [t1, 4],
      [t2, 6],
    ]);
    expect(valuesOf(seen, 'domain_request_duration_seconds_count')).toEqual([
      [t0, 0],
      [t1, 4],
      [t2, 6],
    ]);
    expect(valuesOf(seen, 'domain_request_duration_seconds_sum').at(-1)?.[1]).toBeCloseTo(1.5);
    expect(seen[0]?.series[0]?.labels).toEqual([
      ['__name__', 'domain_request_duration_seconds_bucket'],
      ['domain', 'feed'],
      ['le', '0.2'],
      ['outcome', 'ok'],
      ['seamwatch_instance', 'i1'],
      ['seamwatch_source', 'metrics'],
    ]);
  });

  it('goes on over a restart, an ungraceful one included, without losing or doubling anything', async () => {
    const { url, seen } = await receiver(503);
    forwardTo(url);
    await exported([requests(3, 0)]);
    source.clock.advance(30_000);
    await forwarder.run();
    await exported([requests(4, 0)]);
    await forwarder.close();
    source = await source.reopen();
    forwardTo(url);
    source.clock.advance(10_000);
    await exported([requests(1, 0)]);
    source.clock.advance(30_000);
    await forwarder.run();
    expect(valuesOf(seen, 'domain_request_duration_seconds_count').map(([, value]) => value)).toEqual([0, 3, 7, 8]);
    expect(seen).toHaveLength(2);
  });

  it('keeps simulated series at home and ends a series that is no longer heard of', async () => {
    const { url, seen } = await receiver();
    forwardTo(url);
    await exported([{ ...requests(3, 0), attributes: { 'seam.domain': 'chat' } }], { 'seam.synthetic': true });
    await exported([requests(1, 0)]);
    source.clock.advance(30_000);
    await forwarder.run();
    source.clock.advance(400_000);
    await forwarder.run();
    const labels = seen.flatMap(({ series }) => series).map((one) => new Map(one.labels).get('domain'));
    expect(new Set(labels)).toEqual(new Set(['feed']));
    expect(valuesOf(seen, 'domain_request_duration_seconds_count').at(-1)?.[1]).toBeNaN();
  });

  it('drops a request that is refused for good, counted with its samples', async () => {
    const { url, seen } = await receiver(400);
    forwardTo(url);
    await exported([requests(1, 0)]);
    source.clock.advance(30_000);
    await forwarder.run();
    expect(seen).toEqual([]);
    expect(forwarder.status()[0]?.lanes).toEqual([
      {
        lane: 'samples',
        waiting: 0,
        waitingBytes: 0,
        oldestMs: null,
        retries: 0,
        problem: 'a body was refused for good: answered 400',
        counts: [{ outcome: 'http_400', bodies: 1, records: 8 }],
      },
    ]);
  });

  it('tells series apart that would be called alike', async () => {
    const { url, seen } = await receiver();
    forwardTo(url);
    const one = {
      name: 'a.b',
      shape: 'sum',
      temporality: 1,
      startMs: testStartMs - 1,
      timeMs: testStartMs,
      value: 1,
    } as const;
    await exported([
      { ...one, attributes: { 'x.y': '1', le: 'z' } },
      { ...one, attributes: { x_y: '1', le: 'z' } },
    ]);
    source.clock.advance(30_000);
    await forwarder.run();
    const labels = seen.flatMap(({ series }) => series).map((series) => Object.fromEntries(series.labels));
    expect(labels).toMatchObject([
      { __name__: 'a_b_total', x_y: '1', exported_le: 'z' },
      { __name__: 'a_b_total', x_y: '1', exported_le: 'z', seamwatch_series: expect.any(String) },
    ]);
    expect(labels[0]).not.toHaveProperty('seamwatch_series');
  });

  it('drops the oldest samples when too much waits', async () => {
    const { url, seen } = await receiver(503, 503);
    forwardTo(url, 400);
    for (let round = 0; round < 8; round += 1) {
      await exported([requests(1, 0)]);
      source.clock.advance(30_000);
      await forwarder.run();
    }
    source.clock.advance(60_000);
    await forwarder.run();
    expect(forwarder.status()[0]?.lanes[0]?.counts.map(({ outcome }) => outcome)).toContain('sent');
    expect(valuesOf(seen, 'domain_request_duration_seconds_count').at(-1)?.[1]).toBe(8);
  });
});

const prometheus = requireTool('prometheus');
describe.skipIf(prometheus === null)(
  `a real Prometheus${prometheus === null ? ` (skipped: ${missingTool('prometheus')})` : ''}`,
  () => {
    let child: ChildProcess;
    let folder: string;
    let url: string;

    beforeEach(async () => {
      const port = await freePort();
      folder = mkdtempSync(join(tmpdir(), 'remote-write-'));
      writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
      url = `http://127.0.0.1:${port}`;
      const flags = [
        '--web.enable-remote-write-receiver',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ];
      const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
      child = spawn(prometheus ?? '', [...flags, ...files], { stdio: 'ignore' });
      await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), {
        timeout: 30_000,
        interval: 100,
      });
      source = await startTestCollector({}, undefined, fakeClock(Math.floor(Date.now() / 10_000) * 10_000 - 600_000));
    }, 60_000);
    afterEach(async () => {
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true });
    });

    async function ask(query: string, atMs: number): Promise<number> {
      const parameters = new URLSearchParams({ query, time: String(atMs / 1_000) });
      const answer = (await (await fetch(`${url}/api/v1/query?${parameters}`)).json()) as {
        data: { result: { value: [number, string] }[] };
      };
      return Number(answer.data.result[0]?.value[1]);
    }

    it('answers with the totals that were counted, and with nothing for a series that has ended', async () => {
      forwardTo(`${url}/api/v1/write`);
      for (let round = 0; round < 12; round += 1) {
        await exported([requests(7, 1), { ...requests(0, 0), name: 'ws.connections', shape: 'gauge', value: round }]);
        source.clock.advance(10_000);
        await forwarder.run();
      }
      source.clock.advance(30_000);
      await forwarder.run();
      expect(forwarder.status()[0]?.lanes[0]).toMatchObject({ waiting: 0, problem: null });
      const now = source.clock.nowMs();
      expect(await ask('domain_request_duration_seconds_count{domain="feed"}', now)).toBe(96);
      expect(await ask('domain_request_duration_seconds_bucket{le="0.2"}', now)).toBe(84);
      expect(await ask('sum(domain_request_duration_seconds_bucket{le="+Inf",seamwatch_instance="i1"})', now)).toBe(96);
      expect(await ask('ws_connections', now)).toBe(11);
      expect(await ask('domain_request_duration_seconds_sum', now)).toBeCloseTo(12 * 1.7);
      source.clock.advance(320_000);
      await forwarder.run();
      expect(await ask('domain_request_duration_seconds_count', source.clock.nowMs())).toBeNaN();
      expect(forwarder.status()[0]?.lanes[0]?.counts.map(({ outcome }) => outcome)).toEqual(['sent']);
    }, 60_000);

    it('refuses what a restored older database says again of times it knows: counted, and nothing waits behind it', async () => {
      forwardTo(`${url}/api/v1/write`);
      const rounds = async (count: number): Promise<void> => {
        for (let round = 0; round < count; round += 1) {
          await exported([requests(7, 1)]);
          source.clock.advance(10_000);
          await forwarder.run();
        }
      };
      await rounds(6);
      await forwarder.close();
      await source.stop();
      const older = readFileSync(source.file);
      source = await startTestCollector({}, dirname(source.file), source.clock);
      forwardTo(`${url}/api/v1/write`);
      await rounds(6);
      await forwarder.close();
      await source.stop();
      writeFileSync(source.file, older);
      source = await startTestCollector({}, dirname(source.file), source.clock);
      forwardTo(`${url}/api/v1/write`);
      await exported([
        { ...requests(100, 0), timeMs: source.clock.nowMs() - 60_000, startMs: source.clock.nowMs() - 61_000 },
      ]);
      await rounds(6);
      source.clock.advance(30_000);
      await forwarder.run();
      const [samples] = forwarder.status()[0]?.lanes ?? [];
      expect(samples?.waiting).toBe(0);
      expect(samples?.counts.map(({ outcome }) => outcome)).toEqual(['http_400', 'sent']);
      expect(samples?.counts[0]?.records).toBeGreaterThan(0);
      expect(samples?.problem).toBeNull();
      // Six rounds before the copy, six after it was restored, and what came late; the six between are gone with the newer file.
      expect(await ask('domain_request_duration_seconds_count', source.clock.nowMs())).toBe(12 * 8 + 100);
    }, 60_000);
  },
);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
