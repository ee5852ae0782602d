/** The map of an application that only sends traces, beside one that counts its calls, through the whole application. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkConfig } from '../config.ts';
import type { ServiceMap } from '../contract/index.ts';
import { metricsRequest } from '../engine/intake-fixture.ts';
import { fakeClock } from '../kernel/clock.ts';
import { metric } from '../kernel/conventions.ts';
import { silentLog } from '../kernel/log.ts';
import { type RunningApp, startApp } from './index.ts';

const nowMs = Date.UTC(2026, 2, 2, 10);
/** Three whole minutes before the watermark, which is 20 s back. */
const sentMs = nowMs - 200_000;
let app: RunningApp | null = null;
let dataDir = '';

afterEach(async () => {
  await app?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(raw: unknown): Promise<string> {
  dataDir = mkdtempSync(join(tmpdir(), 'map-'));
  const config = checkConfig(raw, 'the test', {});
  app = await startApp({
    ...{ config, configPath: join(dataDir, 'none.yaml'), reloadConfig: () => config, dataDir },
    ...{ port: 0, otlpPort: null, otlpGrpcPort: null, demo: false, webRoot: null, version: '0.0.0' },
    ...{ clock: fakeClock(nowMs), random: () => 0.5, fetch: globalThis.fetch, log: silentLog },
  });
  return app.url;
}

async function send(url: string, signal: 'traces' | 'metrics', body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect([answer.status, await answer.text()]).toEqual([200, '{}']);
}

const kinds = { internal: 1, server: 2, client: 3 } as const;
const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

interface SentSpan {
  readonly trace: number;
  readonly id: number;
  readonly parent: number | null;
  readonly kind: keyof typeof kinds;
  readonly route?: string;
  readonly domain?: string;
  readonly failed?: boolean;
}

/** As an OpenTelemetry SDK sends them: spans of one service, 40 ms each. */
function spansOf(service: string, spans: readonly SentSpan[]): unknown {
  const sent = spans.map(({ trace, id, parent, kind, route, domain, failed }) => ({
    ...{ traceId: `${trace}`.padStart(32, '0'), spanId: `${trace}${id}`.padStart(16, '0'), kind: kinds[kind] },
    ...(parent === null ? {} : { parentSpanId: `${trace}${parent}`.padStart(16, '0') }),
    ...{ name: route ?? kind, startTimeUnixNano: `${sentMs}000000`, endTimeUnixNano: `${sentMs + 40}000000` },
    attributes: [
      ...(route === undefined ? [] : [text('http.route', route)]),
      ...(domain === undefined ? [] : [text('seam.domain', domain)]),
    ],
    status: failed === true ? { code: 2 } : {},
  }));
  return {
    resourceSpans: [
      { resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ scope: {}, spans: sent }] },
    ],
  };
}

test('draws its calls from traces, by the mapping rules, and leaves a caller that counts to its counts', async () => {
  const url = await start({
    domains: [
      { match: { serviceName: 'web' }, domain: 'feed' },
      { match: { route: '/users/*' }, domain: 'users' },
    ],
  });
  // Four requests of web, one of which fails in accounts; one whose caller is not stored; one of a wrapped app that also counts.
  const calls = [1, 2, 3, 4];
  await send(
    url,
    'traces',
    spansOf(
      'web',
      calls.flatMap((trace): SentSpan[] => [
        { trace, id: 1, parent: null, kind: 'server' },
        { trace, id: 2, parent: 1, kind: 'client' },
      ]),
    ),
  );
  const called = [...calls, 5].map(
    (trace): SentSpan => ({ trace, id: 3, parent: 2, kind: 'server', route: '/users/:id', failed: trace === 4 }),
  );
  await send(url, 'traces', spansOf('accounts', called));
  const wrapped: SentSpan[] = [
    { trace: 6, id: 1, parent: null, kind: 'internal', domain: 'posts' },
    { trace: 6, id: 2, parent: 1, kind: 'internal', domain: 'users' },
  ];
  await send(url, 'traces', spansOf('monolith', wrapped));
  const labels = { from: 'posts', to: 'users', mode: 'sync', outcome: 'ok', in_tx: 'false' };
  const exact = { metric: metric.callDuration, attributes: labels, seconds: [0.04, 0.04, 0.04] };
  await send(url, 'metrics', metricsRequest([exact], sentMs));

  const answer = (await (await fetch(`${url}/api/v1/map?minutes=15`)).json()) as { data: ServiceMap };
  const { edges, nodes, spans } = answer.data;
  expect(edges).toMatchObject([
    { from: 'feed', to: 'users', mode: 'sync', calls: 4, errorRatio: 0.25, knownOutcomes: 4, countedBy: 'spans' },
    { from: 'posts', to: 'users', mode: 'sync', calls: 3, countedBy: 'metrics' },
  ]);
  expect(edges[0]?.callsPerMinute).toBeCloseTo(4 / 3, 9);
  // All in the bucket from 30 to 50 ms.
  expect(edges[0]?.p95Ms).toBe(49);
  expect(nodes.map(({ domain }) => domain)).toEqual(['feed', 'posts', 'users']);
  expect(spans).toEqual({ read: 15, from: '2026-03-02T09:56:40.000Z', missingParents: 1 });
});
