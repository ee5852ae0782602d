/** Everything that goes into one instance, by each way, and what comes out: map, logs, traces, status, and the instance behind it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogRecord, ServiceMap, StatusAnswer, Trace } from '../../src/contract/index.ts';
import { missingTool, requireTool } from '../tools.ts';
import { openBrowser, visit } from './browser.ts';
import { data, until } from './running.ts';
import { openStreams, type Streams, sent } from './streams-stand.ts';

const chromium = requireTool('chromium');
let streams: Streams;
let browser: Browser | null = null;

beforeAll(async () => {
  [streams, browser] = await Promise.all([openStreams(), chromium === null ? null : openBrowser(chromium)]);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await streams?.close();
});

/** The first answer that holds what is asked for. */
function eventually<T>(path: string, holds: (answer: T) => boolean, url = streams.url): Promise<T> {
  return until(
    async () => {
      const answer = await data<T>(`${url}/api/v1${path}`);
      return holds(answer) ? answer : null;
    },
    45_000,
    () => `${url}/api/v1${path}: ${streams.first.printed().slice(-600)}`,
  );
}

/** Once as many spans and records of it are there as were sent. */
async function traceOf(correlationId: string, spans: number, logs: number, url = streams.url): Promise<Trace> {
  const isWhole = ([trace]: Trace[]): boolean => trace?.spans.length === spans && trace.logs.length === logs;
  const [trace] = await eventually<Trace[]>(`/correlations/${correlationId}`, isWhole, url);
  if (trace === undefined) throw new Error(`no trace of ${correlationId}`);
  return trace;
}

/** Of the wrapped app; the failing calls leave one record. */
const wrappedTrace = (url = streams.url): Promise<Trace> => traceOf(sent.correlationId, 1 + sent.calls, 1, url);

describe('what is sent', () => {
  it('arrives over HTTP on both ports and over gRPC, records beside their spans', async () => {
    const overHttp = await traceOf(sent.httpCorrelationId, 1, 1);
    expect(overHttp.spans).toMatchObject([
      { domain: 'payments', attributes: { 'otel.scope.name': 'till', 'otel.scope.version': '2.0.1' } },
    ]);
    expect(overHttp.logs.map(({ body }) => body)).toEqual([sent.httpLogText]);
    expect((await traceOf(sent.grpcCorrelationId, 1, 0)).spans).toMatchObject([
      { name: 'POST /pay', domain: 'payments' },
    ]);
    const wrapped = await wrappedTrace();
    expect(wrapped.spans.filter(({ status }) => status === 'error')).toHaveLength(sent.failed);
    expect(wrapped.slowestEdge).toMatchObject({ from: 'feed', to: 'users' });
  }, 50_000);

  it('is on the map with the share of its calls that failed', async () => {
    const hasEdge = ({ edges }: ServiceMap): boolean => edges.length > 0;
    const { edges } = await eventually<ServiceMap>('/map?minutes=15', hasEdge);
    expect(edges).toMatchObject([
      { from: 'feed', to: 'users', mode: 'sync', calls: sent.calls, knownOutcomes: sent.calls, errorRatio: 0.25 },
    ]);
  }, 50_000);

  it('leads from a record to its trace by the text', async () => {
    const path = `/logs?text=${encodeURIComponent('profile of user 7')}`;
    const [record] = await eventually<LogRecord[]>(path, (found) => found.length > 0);
    expect(record).toMatchObject({ severity: 'error', domain: 'users', correlationId: sent.correlationId });
    const { traceId, spans, logs } = await wrappedTrace();
    expect(record?.traceId).toBe(traceId);
    expect(spans.map(({ spanId }) => spanId)).toContain(record?.spanId);
    expect(logs.map(({ body }) => body)).toContain(sent.logText);
  }, 50_000);

  it('is scraped from a page of prom-client, and passed on whole: the second instance holds the same trace', async () => {
    const lanes = ({ forward }: StatusAnswer): StatusAnswer['forward'] => forward.filter(({ id }) => id === 'second');
    const ended = (answer: StatusAnswer): boolean =>
      answer.scrape.some(({ state }) => state === 'up') &&
      lanes(answer).length === 3 &&
      lanes(answer).every(({ waiting, outcomes }) => waiting === 0 && outcomes.length > 0);
    expect(await wrappedTrace(streams.secondUrl)).toEqual(await wrappedTrace());
    const status = await eventually<StatusAnswer>('/status', ended);
    expect(status.scrape).toMatchObject([{ url: streams.pageUrl, state: 'up', reason: null }]);
    const told = lanes(status).map(({ lane, problem, outcomes }) => [
      lane,
      problem,
      outcomes.map((one) => one.outcome),
    ]);
    expect(told.sort()).toEqual(['logs', 'metrics', 'traces'].map((lane) => [lane, null, ['sent']]));
  }, 50_000);
});

const skipped = chromium === null ? ` (skipped: ${missingTool('chromium')})` : '';
describe.skipIf(chromium === null)(`in the browser${skipped}`, () => {
  /** Opens a page, does what the test does, and expects that the browser had nothing to complain about. */
  async function onPage(path: string, act: (page: Page) => Promise<void>): Promise<void> {
    if (browser === null) throw new Error('no browser');
    const { page, complaints } = await visit(browser, `${streams.url}${path}`, { width: 1440, scheme: 'light' });
    try {
      await act(page);
      expect(complaints).toEqual([]);
    } finally {
      await page.context().close();
    }
  }

  it('the map says which calls fail, and how many of how many', async () => {
    await eventually<ServiceMap>('/map?minutes=15', ({ edges }) => edges.length > 0);
    await onPage('/map?minutes=15', async (page) => {
      await page.getByText(/25\s% of the calls from feed to users fail/).waitFor();
      await page.getByRole('link', { name: /^feed calls users, .*25\s% of 40 fail/ }).focus();
      await page
        .locator('figcaption')
        .getByText(/25\s% of 40 fail/)
        .waitFor();
      await page.getByRole('row', { name: /feed\s+users.*25\s%/ }).waitFor();
    });
  }, 50_000);

  it('a record is found by its text and opens its trace, where it stands beside its span', async () => {
    await wrappedTrace();
    await onPage('/logs', async (page) => {
      await page.getByLabel('Words in the text or in a value').fill('profile of user 7');
      await page.keyboard.press('Enter');
      const row = page.getByRole('row', { name: sent.logText });
      await row.getByRole('link').first().click();
      await page.waitForURL(/\/traces\/[0-9a-f]{32}\?span=/);
      const span = page.getByRole('complementary', { name: 'Span users.find' });
      await span.getByText(sent.logText).waitFor();
      await span.getByText('no user 7').first().waitFor();
      await page.getByText('What was logged meanwhile').waitFor();
    });
  }, 50_000);

  it('the status names the page that is read and where everything goes on to', async () => {
    const isSent = ({ forward }: StatusAnswer): boolean =>
      forward.some(({ lane, outcomes }) => lane === 'traces' && outcomes.some(({ bodies }) => bodies > 0));
    await eventually<StatusAnswer>('/status', (answer) => isSent(answer) && answer.scrape[0]?.state === 'up');
    await onPage('/status', async (page) => {
      await page.getByRole('row', { name: new RegExp(`${streams.pageUrl}.*read`) }).waitFor();
      await page.getByRole('row', { name: /second.*traces.*sent/ }).waitFor();
    });
  }, 50_000);
});
