/** What was refused, through the whole application: the reply names the sender, and so do the status and the own metrics. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkConfig } from '../config.ts';
import type { StatusAnswer } from '../contract/index.ts';
import { fakeClock } from '../kernel/clock.ts';
import { silentLog } from '../kernel/log.ts';
import { type RunningApp, startApp } from './index.ts';

const nowMs = Date.UTC(2026, 2, 2, 10);
let app: RunningApp | null = null;
let dataDir = '';

afterEach(async () => {
  await app?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(raw: unknown): Promise<string> {
  dataDir = mkdtempSync(join(tmpdir(), 'refusals-'));
  const config = checkConfig(raw, 'the test', {});
  app = await startApp({
    ...{ config, configPath: join(dataDir, 'none.yaml'), reloadConfig: () => config, dataDir },
    ...{ port: 0, otlpPort: null, otlpGrpcPort: null, demo: false, webRoot: null, version: '0.0.0' },
    ...{ clock: fakeClock(nowMs), random: () => 0.5, fetch: globalThis.fetch, log: silentLog },
  });
  return app.url;
}

async function send(url: string, token: string, body: object | string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}

function traces(atMs: number): object {
  const span = {
    ...{ traceId: 'a'.repeat(32), spanId: atMs.toString(16).padStart(16, '0'), name: 'x', kind: 1 },
    ...{ startTimeUnixNano: `${atMs}000000`, endTimeUnixNano: `${atMs + 1}000000` },
  };
  return { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
}

async function statusOf(url: string): Promise<StatusAnswer> {
  return ((await (await fetch(`${url}/api/v1/status`)).json()) as { data: StatusAnswer }).data;
}

test('a sender over its own rate is refused by name; another is not touched; status and metrics say who, how and why', async () => {
  const url = await start({
    tokens: {
      ingest: [
        { name: 'shop', token: 'shop-token', maxRequestsPerSecond: 1 },
        { name: 'edge', token: 'edge-token' },
      ],
    },
  });
  const ofShop = [];
  for (let index = 0; index < 5; index += 1) ofShop.push(await send(url, 'shop-token', traces(nowMs - index)));
  expect(ofShop.map(({ status }) => status)).toEqual([200, 200, 429, 429, 429]);
  expect(ofShop[2]?.text).toContain('the sender shop sends more than 1 requests a second');
  expect((await send(url, 'edge-token', traces(nowMs - 3 * 3_600_000))).text).toContain('1 too_old');
  expect((await send(url, 'wrong', traces(nowMs))).status).toBe(401);

  const { intake } = await statusOf(url);
  expect(intake.refused).toMatchObject([
    { way: 'http', reason: 'rate_limited', count: 3, lastAt: '2026-03-02T10:00:00.000Z' },
    { way: 'http', reason: 'unauthenticated', count: 1 },
  ]);
  expect(intake.refused[0]?.hint).toContain('tokens.ingest');
  expect(intake.refusedSenders).toMatchObject([
    { sender: 'shop', count: 3, reasons: [{ reason: 'rate_limited', count: 3 }] },
    { sender: '127.0.0.1', count: 1, reasons: [{ reason: 'unauthenticated', count: 1 }] },
  ]);
  expect(intake.rejectedRecords).toMatchObject([{ signal: 'traces', reason: 'too_old', count: 1 }]);
  expect(intake.lastBodyAt).toEqual({ traces: '2026-03-02T10:00:00.000Z', metrics: null, logs: null });

  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('seamwatch_intake_refused_total{way="http",reason="rate_limited"} 3\n');
  expect(metrics).toContain('seamwatch_intake_refused_by_sender_total{sender="shop",reason="rate_limited"} 3\n');
  expect(metrics).toContain('seamwatch_intake_rejected_records_total{signal="traces",reason="too_old"} 1\n');
  expect(metrics).not.toMatch(/shop-token|edge-token/);
});

test('limits of the section intake are those of the intake, and the store says what it holds and what room there is', async () => {
  const url = await start({ intake: { maxBodyMiB: 0.0625 }, retention: { maxDiskGiB: 2 } });
  expect((await send(url, 'none', 'x'.repeat(65_537))).status).toBe(413);
  const { intake, store } = await statusOf(url);
  expect(intake.refused).toMatchObject([{ way: 'http', reason: 'too_large', count: 1 }]);
  expect(intake.maxInFlightBytes).toBe(268_435_456);
  expect(store).toMatchObject({ limitBytes: 2_147_483_648, traces: null, spans: 0, logRecords: 0, unreadable: null });
  expect(store.walBytes).toBeGreaterThan(0);
  expect(store.bytes).toBeGreaterThanOrEqual(store.walBytes);
  expect(store.freeBytes).toBeGreaterThan(0);
});
