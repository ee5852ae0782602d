/** Real pages over real connections into a real collector: what is counted, what a target's state is, what is refused. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Log, silentLog } from '../../../src/kernel/log.ts';
import { missingTool, requireTool } from '../../../tests/tools.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from '../test-collector.ts';
import { createScraper, parseScrape, type Scraper } from './index.ts';

let test: TestCollector;
const servers: Server[] = [];
const lines: string[] = [];
const log: Log = { ...silentLog, warn: (fields, message) => void lines.push(JSON.stringify(fields) + message) };

beforeEach(async () => {
  lines.length = 0;
  test = await startTestCollector();
});
afterEach(async () => {
  for (const server of servers.splice(0)) await close(server);
  await test.remove();
});

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A metrics page whose text can be changed; its address. */
async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`, server };
}

async function servePage(page: { text: string; type?: string }): Promise<string> {
  const { url } = await serve((_, response) => {
    response.setHeader('content-type', page.type ?? 'text/plain; version=0.0.4').end(page.text);
  });
  return url;
}

function scrape(...section: object[]): Scraper {
  return createScraper({
    targets: parseScrape(section, 'scrape'),
    receive: test.collector.receive,
    clock: test.clock,
    random: () => 0,
    log,
    fetch,
  });
}

async function runAt(scraper: Scraper, secondsLater: number): Promise<void> {
  test.clock.advance(secondsLater * 1_000);
  await scraper.run();
}

const sumOf = (signal: string, labels: Record<string, string> = {}): number =>
  slicesOf(test.collector, signal, labels).reduce((total, slice) => total + slice.sum, 0);

describe('what is counted', () => {
  it('counts nothing of the past, then what each page adds, also of a series that is new, also after a restart', async () => {
    const page = { text: 'x_total{a="1"} 1000\n' };
    const scraper = scrape({ url: await servePage(page), domain: 'chat' });
    await runAt(scraper, 0);
    expect(sumOf('x_total')).toBe(0);
    page.text = 'x_total{a="1"} 1007\nx_total{a="2"} 3\n';
    await runAt(scraper, 15);
    expect(sumOf('x_total')).toBe(10);
    expect(slicesOf(test.collector, 'x_total', { a: '1', domain: 'chat' })[0]).toMatchObject({
      sum: 7,
      startMs: testStartMs + 10_000,
    });
    page.text = 'x_total{a="1"} 4\nx_total{a="2"} 3\n';
    await runAt(scraper, 15);
    expect(sumOf('x_total')).toBe(14);
  });

  it('goes on after a restart of its own without counting anything twice', async () => {
    const page = { text: 'x_total 5\n' };
    const url = await servePage(page);
    await runAt(scrape({ url }), 0);
    page.text = 'x_total 6\n';
    await runAt(scrape({ url }), 15);
    test = await test.reopen();
    page.text = 'x_total 8\n';
    await runAt(scrape({ url }), 15);
    expect(sumOf('x_total')).toBe(3);
  });

  it('knows a new process by its start although its total is higher already', async () => {
    const page = { text: `x_total 5\nprocess_start_time_seconds ${testStartMs / 1_000 - 60}\n` };
    const scraper = scrape({ url: await servePage(page) });
    await runAt(scraper, 0);
    page.text = `x_total 9\nprocess_start_time_seconds ${testStartMs / 1_000 + 5}\n`;
    await runAt(scraper, 15);
    expect(sumOf('x_total')).toBe(9);
  });

  it('knows a new stream by its _created', async () => {
    const type = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
    const text = (total: number, created: number): string =>
      `# TYPE x counter\nx_total ${total}\nx_created ${testStartMs / 1_000 + created}\n# EOF\n`;
    const page = { type, text: text(5, -60) };
    const scraper = scrape({ url: await servePage(page) });
    await runAt(scraper, 0);
    page.text = text(9, 7.5);
    await runAt(scraper, 15);
    expect(sumOf('x_total')).toBe(9);
  });

  it('keeps the totals of two targets apart and adds what each adds', async () => {
    const [one, two] = [{ text: 'x_total 100\n' }, { text: 'x_total 5\n' }];
    const scraper = scrape({ url: await servePage(one) }, { url: await servePage(two) });
    await runAt(scraper, 0);
    one.text = 'x_total 101\n';
    two.text = 'x_total 7\n';
    await runAt(scraper, 15);
    expect(sumOf('x_total')).toBe(3);
  });

  it('makes one histogram of its buckets, under its own name or the signal it shows, and keeps the exemplar out of the labels', async () => {
    const text = (own: number, foreign: number): string => `# TYPE domain_request_duration_seconds histogram
domain_request_duration_seconds_bucket{le="0.2",domain="feed",entry="true"} ${own} # {trace_id="0af7651916cd43dd8448eb211c80319c"} 0.1
domain_request_duration_seconds_bucket{le="+Inf",domain="feed",entry="true"} ${own + 1}
domain_request_duration_seconds_sum{domain="feed",entry="true"} ${own / 10}
domain_request_duration_seconds_count{domain="feed",entry="true"} ${own + 1}
# TYPE runtime_cpu_seconds_total counter
runtime_cpu_seconds_total{domain="feed"} ${own / 1000}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.5"} ${foreign}
http_request_duration_seconds_bucket{le="+Inf"} ${foreign}
http_request_duration_seconds_sum 1
http_request_duration_seconds_count ${foreign}
`;
    const page = { text: text(10, 4) };
    const scraper = scrape({
      url: await servePage(page),
      serviceName: 'shop',
      labels: { region: 'eu', domain: 'other' },
    });
    await runAt(scraper, 0);
    page.text = text(16, 9);
    await runAt(scraper, 15);
    const [own] = slicesOf(test.collector, 'domain.request.duration', { domain: 'feed', region: 'eu' });
    expect(own?.counts).toEqual([6, 0]);
    expect(own?.sum).toBeCloseTo(0.6);
    expect(sumOf('runtime.cpu_ms', { domain: 'feed' })).toBeCloseTo(6);
    expect(eventsIn(slicesOf(test.collector, 'http_request_duration_seconds', { domain: 'other' }))).toBe(5);
    const series = test.collector.reader.series().find(({ signal }) => signal === 'domain.request.duration');
    expect(series).toMatchObject({ source: 'scrape', kind: 'histogram', bounds: [0.2] });
    expect(Object.keys(series?.labels ?? {}).sort()).toEqual(['domain', 'entry', 'region']);
  });

  it('adds up the level of two targets, without the one that has left its page or whose page is gone', async () => {
    const [one, two] = [{ text: 'x 4\n' }, { text: 'x 10\n' }];
    const scraper = scrape({ url: await servePage(one) }, { url: await servePage(two) });
    const lastLevel = (): number | undefined => slicesOf(test.collector, 'x', {}).at(-1)?.sum;
    await runAt(scraper, 10);
    expect(lastLevel()).toBe(14);
    one.text = 'y 1\n';
    await runAt(scraper, 10);
    expect(lastLevel()).toBe(10);
    one.text = 'x 5\n';
    await runAt(scraper, 10);
    expect(lastLevel()).toBe(15);
    await close(servers[1] as Server);
    await runAt(scraper, 10);
    expect(lastLevel()).toBe(5);
  });

  it('is seen as scraped while its pages come, and not while they do not', async () => {
    const page = { text: 'x_total 1\n' };
    const { url, server } = await serve((_, response) => response.end(page.text));
    const scraper = scrape({ url });
    for (let count = 0; count < 3; count += 1) await runAt(scraper, 10);
    await close(server);
    for (let count = 0; count < 3; count += 1) await runAt(scraper, 10);
    const [from, to] = [testStartMs, testStartMs + 3_600_000];
    expect(test.collector.reader.presence('x_total', 'scrape', from, to)).toEqual([
      { startMs: testStartMs + 10_000, durationMs: 30_000 },
    ]);
    expect(test.collector.reader.presence('x_total', 'metrics', from, to)).toEqual([]);
    expect(test.collector.reader.freshness('x_total', 'scrape')?.lastPointMs).toBe(testStartMs + 30_000);
    expect(sumOf('x_total')).toBe(0);
  });
});

describe('the state of a target', () => {
  it('is unknown before the first page, up after it, down with the reason when it stops, said once each', async () => {
    const { url, server } = await serve((_, response) => response.end('x 1\ny 2\n'));
    const scraper = scrape({ url });
    expect(scraper.status()).toEqual([
      {
        ...{ url, state: 'unknown', lastScrapeAt: null, durationMs: null, samples: null, reason: 'not read yet' },
        reads: { stored: 0, failed: 0, notStored: 0 },
      },
    ]);
    await runAt(scraper, 1);
    expect(scraper.status()[0]).toMatchObject({
      state: 'up',
      lastScrapeAt: testStartMs + 1_000,
      samples: 2,
      reason: null,
    });
    await close(server);
    await runAt(scraper, 1);
    await runAt(scraper, 1);
    expect(scraper.status()[0]).toMatchObject({ state: 'down', samples: null, reason: 'not reached: ECONNREFUSED' });
    expect(scraper.status()[0]?.reads).toEqual({ stored: 1, failed: 2, notStored: 0 });
    expect(lines).toHaveLength(1);
  });

  it('asks for OpenMetrics first, with its own headers, takes gzip, and never says a secret', async () => {
    const seen: Record<string, unknown>[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.headers);
      response.setHeader('content-type', 'application/openmetrics-text; version=1.0.0');
      response.setHeader('content-encoding', 'gzip').end(gzipSync('# TYPE x gauge\nx 4\n# EOF\n'));
    });
    const scraper = scrape({ url: `${url}?token=s3cret`, headers: { Authorization: 'Bearer s3cret' } });
    await runAt(scraper, 0);
    expect(scraper.status()[0]).toMatchObject({ state: 'up', url });
    expect(seen[0]).toMatchObject({
      authorization: 'Bearer s3cret',
      accept: expect.stringMatching(/^application\/openmetrics-text;version=1\.0\.0/),
      'x-prometheus-scrape-timeout-seconds': '10',
    });
    await close(servers[0] as Server);
    await runAt(scraper, 1);
    expect(JSON.stringify([lines, scraper.status()])).not.toContain('s3cret');
  });

  it('follows a redirect on the same host and refuses another host', async () => {
    const other = await servePage({ text: 'x 1\n' });
    let location = '/there';
    const { url } = await serve((request, response) => {
      if (request.url === '/there') response.end('x 1\n');
      else response.writeHead(302, { location }).end();
    });
    const scraper = scrape({ url });
    await runAt(scraper, 0);
    expect(scraper.status()[0]?.state).toBe('up');
    location = other;
    await runAt(scraper, 1);
    expect(scraper.status()[0]?.reason).toBe(
      `redirects to another host (${new URL(other).origin}); write the final address as url`,
    );
  });

  it.each([
    [{ text: 'x 1\nx{ 2\n' }, 'line 2, column 4 of the metrics page: expected a label name or }, found "2"'],
    [{ text: '<html>', type: 'text/html' }, 'answered text/html, which is no metrics page; check the address'],
    [
      { text: 'a 1\nb 1\nc 1\nd 1\n' },
      'line 4, column 1 of the metrics page: there are more than 3 samples; raise sampleLimit',
    ],
  ])('refuses the page %j as a whole', async (page, reason) => {
    const scraper = scrape({ url: await servePage(page), sampleLimit: 3 });
    await runAt(scraper, 0);
    expect(scraper.status()[0]).toMatchObject({ state: 'down', reason });
    expect(test.collector.reader.series()).toEqual([]);
  });

  it('cuts off a page that grows without end, compressed or not', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 'x'));
    const { url } = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(bomb));
    const scraper = scrape({ url });
    await runAt(scraper, 0);
    expect(scraper.status()[0]?.reason).toBe('the page has more than 16777216 bytes; show fewer series on it');
  });

  it('gives up on a page that does not come in time', async () => {
    const { url } = await serve(() => {});
    const scraper = scrape({ url, timeout: '20ms' });
    await runAt(scraper, 0);
    expect(scraper.status()[0]).toMatchObject({ state: 'down', reason: 'no page within 20 ms' });
  });

  it('says what of a page was left out', async () => {
    const scraper = scrape({
      url: await servePage({ text: '# TYPE s summary\ns{quantile="0.9"} 4\ns_count 2\ns_sum 3\ng NaN\n' }),
    });
    await runAt(scraper, 0);
    expect(scraper.status()[0]).toMatchObject({
      state: 'up',
      samples: 4,
      reason: '2 samples cannot be counted (quantiles of summaries, numbers that are not finite)',
    });
  });

  it('is unknown when its page was read and could not be stored', async () => {
    const scraper = scrape({ url: await servePage({ text: 'x 1\n' }) });
    await test.stop();
    await scraper.run();
    expect(scraper.status()[0]).toMatchObject({
      state: 'unknown',
      reason: expect.stringMatching(/^read, but not stored: /),
    });
    test = await test.reopen();
  });
});

describe('the configuration', () => {
  it('has defaults', () => {
    expect(parseScrape([{ url: 'http://127.0.0.1:4700/metrics' }], 'scrape')).toEqual([
      {
        url: 'http://127.0.0.1:4700/metrics',
        everyMs: 15_000,
        timeoutMs: 10_000,
        domain: null,
        serviceName: null,
        labels: {},
        headers: {},
        sampleLimit: 50_000,
      },
    ]);
    expect(parseScrape(undefined, 'scrape')).toEqual([]);
  });

  it.each([
    [
      [{ url: 'localhost/metrics' }],
      'scrape: [0].url "localhost/metrics" is not a web address; write such as http://127.0.0.1:4700/metrics',
    ],
    [[{ url: 'http://me:s3cret@a/m' }], 'scrape: [0].url must not hold a password; write headers: { authorization:'],
    [[{ url: 'http://a/m', evry: '5s' }], 'scrape: [0] has the unknown key "evry"; write one of url, every'],
    [[{ url: 'http://a/m', every: '5' }], 'scrape: [0].every duration "5" is not understood'],
    [[{ url: 'http://a/m', every: '5s', timeout: '6s' }], 'scrape: [0].timeout must not be longer than every'],
    [[{ url: 'http://a/m' }, { url: 'http://a/m' }], 'scrape: [1].url http://a/m is there twice; remove one of them'],
    [
      [{ url: 'http://a/m', headers: { authorization: 5 } }],
      'scrape: [0].headers.authorization must be one line of text',
    ],
  ])('refuses %j', (section, message) => {
    expect(() => parseScrape(section, 'scrape')).toThrow(message);
  });
});

const prometheus = requireTool('prometheus');
describe.skipIf(prometheus === null)(
  `a real Prometheus${prometheus === null ? ` (skipped: ${missingTool('prometheus')})` : ''}`,
  () => {
    it('shows a page that is read whole, OpenMetrics with its exemplars and summaries', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'scraped-'));
      writeFileSync(join(folder, 'prometheus.yml'), 'global: {}\n');
      const { url: held, server } = await serve(() => {});
      const { host } = new URL(held);
      await close(server);
      const child = spawn(
        prometheus ?? '',
        [
          `--config.file=${folder}/prometheus.yml`,
          `--storage.tsdb.path=${folder}/data`,
          `--web.listen-address=${host}`,
        ],
        { stdio: 'ignore' },
      );
      try {
        const ready = async () => expect((await fetch(`http://${host}/-/ready`)).status).toBe(200);
        await vi.waitFor(ready, { timeout: 30_000, interval: 100 });
        const scraper = scrape({ url: `http://${host}/metrics` });
        await runAt(scraper, 0);
        await runAt(scraper, 15);
        const [status] = scraper.status();
        expect(status?.state).toBe('up');
        expect(status?.samples).toBeGreaterThan(300);
        expect(
          eventsIn(slicesOf(test.collector, 'prometheus_http_request_duration_seconds', { handler: '/metrics' })),
        ).toBe(1);
      } finally {
        child.kill();
        await new Promise((resolve) => child.once('exit', resolve));
        rmSync(folder, { recursive: true, force: true });
      }
    }, 60_000);
  },
);
