/** The real Faro SDK in a real browser on the page of the reference monolith: what its user waits for and meets is stored, once. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { missingTool, requireTool } from '../tools.ts';
import { openBrowser, visit } from './browser.ts';
import { type FaroStand, startFaroStand } from './faro-stand.ts';
import { until } from './running.ts';

const chromium = requireTool('chromium');
const look = { width: 390, scheme: 'dark' } as const;
let browser: Browser;
let stand: FaroStand;

/** Events of a signal by the value of one label. */
function counted(signal: string, label: string): Record<string, number> {
  const { reader } = stand.collector;
  const found: Record<string, number> = {};
  for (const series of reader.series().filter((one) => one.signal === signal)) {
    const slices = reader.slices([series.id], 0, Number.MAX_SAFE_INTEGER);
    const events = slices.flatMap((slice) => slice.counts).reduce((sum, count) => sum + count, 0);
    const name = series.labels[label] ?? '';
    found[name] = (found[name] ?? 0) + events;
  }
  return found;
}

const errors = () => stand.collector.reader.searchLogs({ severity: 'error', limit: 10 }).logs;
const story = () => JSON.stringify([stand.intake.stats(), stand.answers.slice(-5)]);
const eventually = <T>(ask: () => T | null | undefined) => until(ask, 15_000, story);

async function openFeed(): Promise<{ page: Page; complaints: string[] }> {
  const visited = await visit(browser, stand.campus.url, look);
  await visited.page
    .getByRole('button', { name: /^Like the post of/ })
    .first()
    .waitFor();
  return visited;
}

describe.skipIf(chromium === null)(chromium === null ? missingTool('chromium') : 'a page with Faro', () => {
  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
  });
  afterAll(() => browser.close());
  afterEach(() => stand.close());

  test('page load, action and vitals are counted once; an error leads to the trace of the backend', async () => {
    stand = await startFaroStand();
    const { page, complaints } = await openFeed();
    await page
      .getByRole('button', { name: /^Like the post of/ })
      .first()
      .click();
    await eventually(() => (counted('browser.interaction.duration', 'action').like === 1 ? true : null));
    await page.getByRole('button', { name: 'Break something' }).click();
    await page.getByText('This did not work:').waitFor();
    expect(complaints).toEqual([expect.stringContaining('Cannot read properties of undefined')]);

    const error = await eventually(() => errors()[0]);
    expect(error).toMatchObject({ source: 'faro', serviceName: 'campus-web', domain: 'feed', severity: 'error' });
    expect(error.attributes).toMatchObject({ 'exception.type': 'TypeError', page: 'home' });
    const correlationId = error.correlationId ?? '';
    const { reader } = stand.collector;
    const trace = await eventually(() => {
      const found = reader.trace(error.traceId ?? '');
      return found?.spans.some((span) => span.kind === 'server') === true ? found : null;
    });
    const kinds = (kind: 'client' | 'server') =>
      trace.spans.filter((span) => span.kind === kind).map((span) => span.name);
    expect([
      kinds('client'),
      trace.spans.filter((span) => span.parentSpanId === null).map((span) => span.name),
    ]).toEqual([['GET'], ['break']]);
    const server = trace.spans.find((span) => span.kind === 'server');
    const client = trace.spans.find((span) => span.kind === 'client');
    expect(server?.parentSpanId).toBe(client?.spanId);
    expect(server?.attributes['seam.correlation_id']).toBe(correlationId);
    expect(trace.correlationId).toBe(correlationId);
    expect(trace.logs.map((log) => log.attributes['exception.type'])).toContain('TypeError');
    expect(reader.tracesByCorrelation(correlationId).map((one) => one.traceId)).toEqual([error.traceId]);
    expect(errors()).toHaveLength(1);

    await page.close({ runBeforeUnload: false });
    await eventually(() => (counted('browser.web_vital.lcp', 'page').home === 1 ? true : null));
    expect(counted('browser.page_load.duration', 'phase')).toEqual({ content: 1, document: 1 });
    expect(counted('browser.interaction.duration', 'action')).toEqual({ like: 1, break: 1 });
    expect(counted('browser.web_vital.fcp', 'domain')).toEqual({ feed: 1 });
    expect(counted('browser.web_vital.ttfb', 'page')).toEqual({ home: 1 });
    expect(stand.intake.stats().rejected).toEqual({});
  });

  test('a page that is told to wait waits, and loses nothing', async () => {
    stand = await startFaroStand({ requestsPerSecond: 2, burst: 1 });
    const { page } = await openFeed();
    await page
      .getByRole('button', { name: /^Like the post of/ })
      .first()
      .click();
    await eventually(() => (counted('browser.interaction.duration', 'action').like === 1 ? true : null));
    await eventually(() => (counted('browser.page_load.duration', 'phase').content === 1 ? true : null));
    const { answers } = stand;
    const refused = answers.filter((one) => one.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    const waits = refused.flatMap((one) => {
      const again = answers.find((other) => other.batch === one.batch && other.atMs > one.atMs);
      return again === undefined ? [] : [again.atMs - one.atMs];
    });
    expect(waits.length).toBeGreaterThan(0);
    expect(Math.min(...waits)).toBeGreaterThan(950);
  });

  test('a page of another origin sends nothing and is told why by its browser', async () => {
    stand = await startFaroStand();
    const foreign = createServer(async (request, response) => {
      const answer = await fetch(new URL(request.url ?? '/', stand.campus.url));
      const type = answer.headers.get('content-type') ?? 'text/html';
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      foreign.closeAllConnections();
      foreign.close();
    });
    const { complaints } = await visit(browser, `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`, look);
    await eventually(() => (complaints.some((text) => text.includes('CORS policy')) ? true : null));
    expect(new Set(stand.answers.map((one) => `${one.method} ${one.status}`))).toEqual(new Set(['OPTIONS 403']));
    expect(stand.intake.stats()).toMatchObject({ requests: 0, records: 0 });
  });
});
