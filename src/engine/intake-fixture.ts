/** A real collector behind a real server, for tests of what reads from it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Collector, openCollector } from '../../collector/index.ts';
import type { FakeClock } from '../kernel/clock.ts';
import { attribute, durationBoundsSeconds } from '../kernel/conventions.ts';
import { bucketIndexOf } from '../kernel/histogram.ts';
import { silentLog } from '../kernel/log.ts';

export interface IntakeFixture {
  readonly collector: Collector;
  readonly file: string;
  /** Sends one body; resolves with the status when it was answered. */
  readonly send: (signal: 'metrics' | 'traces', body: unknown) => Promise<number>;
  readonly close: () => Promise<void>;
}

export async function openIntake(clock: FakeClock, fetchIt: typeof fetch): Promise<IntakeFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-engine-'));
  const file = join(folder, 'seamwatch.db');
  const collector = await openCollector({ file, clock, log: silentLog, mapping: [], migrations: [] });
  const server = createServer((request, response) => collector.handle(request, response, { mayBackfill: true }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    collector,
    file,
    send: async (signal, body) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const answer = await fetchIt(`http://127.0.0.1:${port}/v1/${signal}`, init);
      await answer.arrayBuffer();
      return answer.status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await collector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One delta histogram point: `seconds` are the durations of its events. */
export interface Point {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly seconds: readonly number[];
  /** Upper bucket bounds in seconds; default the library's. */
  readonly bounds?: readonly number[];
}

/** An OTLP/JSON metrics request whose points end at `endMs` and last 10 s. */
export function metricsRequest(points: readonly Point[], endMs: number, synthetic = false): unknown {
  const strings = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const marked = synthetic ? [{ key: attribute.synthetic, value: { boolValue: true } }] : [];
  const resource = {
    attributes: [...strings({ [attribute.serviceName]: 'app', [attribute.serviceInstanceId]: 'one' }), ...marked],
  };
  const metrics = points.map((point) => ({
    name: point.metric,
    unit: 's',
    histogram: { aggregationTemporality: 1, dataPoints: [dataPoint(point, endMs, strings(point.attributes))] },
  }));
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 'test' }, metrics }] }] };
}

function dataPoint(point: Point, endMs: number, attributes: unknown): unknown {
  const bounds = point.bounds ?? durationBoundsSeconds;
  const counts = new Array<number>(bounds.length + 1).fill(0);
  for (const seconds of point.seconds) {
    const index = bucketIndexOf(bounds, seconds);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return {
    attributes,
    startTimeUnixNano: `${BigInt(endMs - 10_000) * 1_000_000n}`,
    timeUnixNano: `${BigInt(endMs) * 1_000_000n}`,
    count: String(point.seconds.length),
    sum: point.seconds.reduce((sum, one) => sum + one, 0),
    bucketCounts: counts.map(String),
    explicitBounds: bounds,
  };
}
