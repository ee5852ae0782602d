/** The two views of the numbers, and what happens when the collector is away. */
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Instrumentation,
  increment,
  instrumentDomain,
  metric,
  observeGauge,
  recordDelivery,
  recordDuration,
  runWithCorrelation,
  type StartOptions,
  start,
} from './index.ts';
import { closeServer, countOf, listen, openReceiver, pointsOf, type Receiver } from './testing/receiver.ts';

const uuidv7Form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let receiver: Receiver;
let library: Instrumentation;

async function begin(options: Partial<StartOptions> = {}): Promise<void> {
  library = await start({ serviceName: 'shop', endpoint: receiver.endpoint, ...options });
}

beforeEach(async () => {
  receiver = await openReceiver();
});

afterEach(async () => {
  await library.shutdown();
  await receiver.close();
});

const feed = instrumentDomain('feed', { home: async () => 1 });

describe('OTLP metrics', () => {
  it('are cumulative since the start, from one instance, with the documented bounds and an exemplar', async () => {
    await begin({ token: 'secret', resource: { 'seam.synthetic': true }, bounds: [0.0007, 90] });
    await feed.home();
    await library.flush();
    await feed.home();
    await library.flush();
    const points = receiver.exports.map((points) => points.find((point) => point.metric === metric.requestDuration));
    expect(points.map((point) => point?.count)).toEqual([1, 2]);
    expect(points.map((point) => point?.temporality)).toEqual([2, 2]);
    expect(points[0]?.startNanos).toBe(points[1]?.startNanos);
    expect(points[1]?.timeNanos).toBeGreaterThanOrEqual(points[0]?.timeNanos ?? Number.POSITIVE_INFINITY);
    expect(points[0]?.resource).toMatchObject({ 'service.name': 'shop', 'seam.synthetic': true });
    expect(points[0]?.resource['service.instance.id']).toMatch(uuidv7Form);
    for (const bound of [0.0007, 0.05, 0.1, 0.16, 0.2, 0.3, 0.5, 1, 2, 4, 5, 10, 60, 90]) {
      expect(points[0]?.bounds).toContain(bound);
    }
    const span = receiver.spans.find((one) => one.name === 'feed.home');
    expect(points[0]?.exemplars[0]).toMatchObject({ traceId: span?.traceId, spanId: span?.spanId });
    expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer secret']));
  });

  it('repair themselves after lost exports', async () => {
    await begin();
    receiver.status = 503;
    for (let call = 0; call < 5; call += 1) await feed.home();
    await library.flush();
    await library.flush();
    receiver.status = 200;
    await feed.home();
    await library.flush();
    expect(countOf(receiver, metric.requestDuration)).toBe(6);
  });

  it('carry the signals that the app records', async () => {
    await begin();
    increment('event.dead_letter', { type: 'post.created' }, 3);
    increment('event.dead_letter', { type: 'post.created' }, -1);
    recordDuration(metric.feedLoad, 0.05);
    recordDelivery({ kind: 'notification', sentAtMs: 1_000, deliveredAtMs: 7_400, channel: 'push', type: 'like' });
    recordDelivery({ kind: 'message', sentAtMs: 1_000 });
    const end = observeGauge(metric.wsConnections, {}, () => 12);
    observeGauge('search.index_lag', {}, () => {
      throw new Error('no index');
    });
    await library.flush();
    expect(pointsOf(receiver, 'event.dead_letter')[0]?.value).toBe(3);
    expect(pointsOf(receiver, metric.wsConnections)[0]?.value).toBe(12);
    expect(pointsOf(receiver, 'search.index_lag')).toEqual([]);
    const load = pointsOf(receiver, metric.feedLoad)[0];
    expect(load?.counts[load.bounds.indexOf(0.05)]).toBe(1);
    const delivered = pointsOf(receiver, metric.notificationDelivery, { channel: 'push', type: 'like' })[0];
    expect(delivered?.counts[delivered.bounds.indexOf(7)]).toBe(1);
    expect(pointsOf(receiver, metric.messageDelivery)[0]?.counts.at(-1)).toBe(1);
    end();
    await library.flush();
    expect(pointsOf(receiver, metric.wsConnections)).toEqual([]);
  });
});

describe('sampling', () => {
  it('at ratio 0 makes no span and counts everything', async () => {
    await begin({ sampleRatio: 0 });
    for (let call = 0; call < 100; call += 1) await feed.home();
    await library.flush();
    expect(receiver.spans).toEqual([]);
    expect(countOf(receiver, metric.requestDuration)).toBe(100);
  });

  it('at ratio 0.25 keeps whole traces, writes ot=th:c, and keeps what the threshold says', async () => {
    await begin({ sampleRatio: 0.25 });
    const page = instrumentDomain('page', { open: () => feed.home() });
    for (let call = 0; call < 2_000; call += 1) await runWithCorrelation(null, () => page.open());
    await library.flush();
    const roots = receiver.spans.filter((span) => span.name === 'page.open');
    expect(receiver.spans).toHaveLength(roots.length * 2);
    expect(new Set(receiver.spans.map((span) => span.traceState))).toEqual(new Set(['ot=th:c']));
    expect(roots.every((span) => Number.parseInt(span.traceId.slice(18, 20), 16) >= 0xc0)).toBe(true);
    expect(roots.length).toBeGreaterThan(400);
    expect(roots.length).toBeLessThan(600);
    expect(countOf(receiver, metric.requestDuration)).toBe(4_000);
  });
});

describe('the Prometheus page', () => {
  it('shows the same counts under the documented names', async () => {
    await begin({ endpoint: null });
    await feed.home();
    await feed.home();
    increment('event.published', { 'seam.domain': 'feed', type: 'post.created' });
    const { contentType, body } = await library.metricsPage();
    expect(contentType).toContain('text/plain');
    const labels = 'domain="feed",operation="home",entry="false",outcome="ok"';
    expect(body).toContain('# TYPE domain_request_duration_seconds histogram');
    expect(body).toContain(`domain_request_duration_seconds_count{${labels}} 2`);
    expect(body).toContain(`domain_request_duration_seconds_bucket{le="+Inf",${labels}} 2`);
    expect(body).toContain('event_published_total{domain="feed",type="post.created"} 1');
    expect(body).toMatch(/runtime_cpu_seconds_total\{domain="unattributed"\} \d/);
    expect(body).not.toContain('trace_id');
  });

  it('has exemplars with trace and span id in OpenMetrics', async () => {
    await begin();
    await feed.home();
    const { contentType, body } = await library.metricsPage({ openMetrics: true });
    expect(contentType).toContain('application/openmetrics-text');
    expect(body).toMatch(/_bucket\{[^}]*\} 1 # \{trace_id="[0-9a-f]{32}",span_id="[0-9a-f]{16}"\} \S+ \d+/);
    expect(body.endsWith('# EOF\n')).toBe(true);
    expect(body).not.toContain('_total_total');
  });
});

describe('a collector that is away', () => {
  it('on a closed port costs the spans, which are counted, and never the app', async () => {
    const server = createServer();
    const port = await listen(server);
    await closeServer(server);
    await begin({ endpoint: `http://127.0.0.1:${port}` });
    expect(await feed.home()).toBe(1);
    expect(await feed.home()).toBe(1);
    await library.flush();
    expect(library.dropped().spans).toBe(2);
    expect(library.dropped().exports).toBe(2);
    expect(library.dropped().points).toBeGreaterThan(0);
    const { body } = await library.metricsPage();
    expect(body).toContain('seam_export_dropped_total{signal="spans",reason="unreachable"} 2');
  });

  it('that answers 503 without Retry-After costs the spans, and tells once it is back', async () => {
    await begin();
    receiver.status = 503;
    await feed.home();
    await library.flush();
    expect(library.dropped().spans).toBe(1);
    receiver.status = 200;
    await library.flush();
    expect(pointsOf(receiver, metric.exportDropped, { signal: 'spans', reason: '503' })[0]?.value).toBe(1);
    expect(receiver.spans).toEqual([]);
  });

  it('that asks to come again gets the spans the second time', async () => {
    await begin();
    receiver.status = 429;
    receiver.retryAfter = '0';
    await feed.home();
    const flushed = library.flush();
    while (receiver.requests === 0) await new Promise((resolve) => setImmediate(resolve));
    receiver.status = 200;
    await flushed;
    expect(library.dropped().spans).toBe(0);
    expect(receiver.spans.map((span) => span.name)).toEqual(['feed.home']);
  });

  it('counts the spans that no longer fit into the queue', async () => {
    await begin();
    const burst = instrumentDomain('burst', { tick: () => 1 });
    for (let call = 0; call < 20_000; call += 1) burst.tick();
    await library.flush();
    await library.flush();
    expect(receiver.spans.length + library.dropped().spans).toBe(20_000);
    expect(library.dropped().spans).toBe(20_000 - 16_384 - 512);
    expect(countOf(receiver, metric.requestDuration)).toBe(20_000);
  });

  it('named by an unusable address is a warning, not a crash', async () => {
    const warnings: string[] = [];
    const log = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (_: object, text: string) => warnings.push(text),
    };
    await begin({ endpoint: 'collector:4318', log });
    expect(await feed.home()).toBe(1);
    expect(warnings.join()).toContain('write http://host:port');
  });
});
