/** The control plane's own telemetry: the runs of probes, counted once under their own source, spans stored and never counted. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { label, metric, probeTraceState } from '../../src/kernel/conventions.ts';
import { type SampleSpan, sampleTraces, sampleTracesJson } from './otlp-samples.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

/** One run of 200 ms that ends at `endMs` (Unix ms), as delta OTLP/JSON. */
function runBody(
  endMs: number,
  outcome: string,
  probe = 'feed-home',
  more: Readonly<Record<string, string>> = {},
): string {
  const labels = { [label.probe]: probe, ...more };
  const attributes = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([key, value]) => ({ key, value: { stringValue: value } }));
  const times = { startTimeUnixNano: `${endMs - 200}000000`, timeUnixNano: `${endMs}000000` };
  const result = { attributes: attributes({ ...labels, outcome, uptime: 'true' }), ...times, asInt: '1' };
  const step = (name: string) => ({
    attributes: attributes({ ...labels, [label.step]: name }),
    ...times,
    count: '1',
    sum: 0.2,
    bucketCounts: ['0', '1', '0'],
    explicitBounds: [0.1, 1],
  });
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.name': 'seamwatch-probes', 'service.instance.id': 'one' }) },
        scopeMetrics: [
          {
            metrics: [
              { name: metric.probeResult, sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [result] } },
              {
                name: metric.probeStepDuration,
                histogram: { aggregationTemporality: 1, dataPoints: [step('open'), step('send')] },
              },
            ],
          },
        ],
      },
    ],
  });
}

const receiveRun = (endMs: number, outcome = 'ok', probe = 'feed-home', more = {}) =>
  running.collector.receive({ telemetry: 'metrics', source: 'probe', body: runBody(endMs, outcome, probe, more) });

test('runs are counted once each, as source probe, with the labels that the probe gave and no other', async () => {
  await receiveRun(testStartMs - 40_000, 'ok', 'feed-home', { 'seam.domain': 'feed' });
  await receiveRun(testStartMs - 10_000, 'ok', 'feed-home', { 'seam.domain': 'feed' });
  await receiveRun(testStartMs - 9_000, 'error', 'page');
  const results = running.collector.reader.series().filter((one) => one.signal === metric.probeResult);
  expect(results.map(({ source, kind, labels, synthetic }) => ({ source, kind, labels, synthetic }))).toEqual([
    {
      source: 'probe',
      kind: 'counter',
      labels: { probe: 'feed-home', outcome: 'ok', uptime: 'true', domain: 'feed' },
      synthetic: false,
    },
    { source: 'probe', kind: 'counter', labels: { probe: 'page', outcome: 'error', uptime: 'true' }, synthetic: false },
  ]);
  const sums = slicesOf(running.collector, metric.probeResult, { probe: 'feed-home' }).map((slice) => slice.sum);
  expect(sums).toEqual([1, 1]);
  const steps = slicesOf(running.collector, metric.probeStepDuration, { probe: 'feed-home', step: 'send' });
  expect([eventsIn(steps), steps.map((slice) => slice.counts)]).toEqual([
    2,
    [
      [0, 1, 0],
      [0, 1, 0],
    ],
  ]);
  expect(running.notices.flatMap((notice) => notice.newSeries).map((one) => one.source)).toEqual(
    new Array(6).fill('probe'),
  );
});

test('the same body handed over again adds nothing', async () => {
  await receiveRun(testStartMs - 5_000);
  await receiveRun(testStartMs - 5_000);
  expect(slicesOf(running.collector, metric.probeResult, {}).map((slice) => slice.sum)).toEqual([1]);
  expect(running.collector.stats().repeatedBodies).toBe(1);
});

test('runs every 30 s leave no hole, the outcome and a restart notwithstanding; a missed one does', async () => {
  const presence = () => running.collector.reader.presence(metric.probeResult, 'probe', 0, testStartMs + 1);
  await receiveRun(testStartMs - 300_000, 'ok');
  await receiveRun(testStartMs - 270_000, 'error');
  running = await running.reopen();
  await receiveRun(testStartMs - 240_000, 'ok');
  expect(presence()).toEqual([{ startMs: testStartMs - 310_000, durationMs: 80_000 }]);
  await receiveRun(testStartMs - 150_000, 'ok');
  expect(presence().at(-1)).toEqual({ startMs: testStartMs - 160_000, durationMs: 20_000 });
});

test('freshness follows the quickest probe, and the runs that confirm a failure do not upset it', async () => {
  const freshness = () => running.collector.reader.freshness(metric.probeResult, 'probe');
  expect(freshness()).toBeNull();
  await receiveRun(testStartMs - 900_000, 'ok', 'slow');
  await receiveRun(testStartMs - 600_000, 'ok', 'slow');
  expect(freshness()).toEqual({ lastPointMs: testStartMs - 600_000, intervalMs: 300_000 });
  for (const agoMs of [120_000, 90_000, 60_000]) await receiveRun(testStartMs - agoMs, 'ok', 'quick');
  await receiveRun(testStartMs - 58_000, 'error', 'quick');
  expect(freshness()).toEqual({ lastPointMs: testStartMs - 58_000, intervalMs: 23_000 });
});

test('what is malformed or too old is refused in words, and what is not stored is not acknowledged', async () => {
  const receive = (body: string) => running.collector.receive({ telemetry: 'metrics', source: 'probe', body });
  await expect(receive('{"resourceMetrics": 3}')).rejects.toMatchObject({ code: 'OTLP_MALFORMED' });
  expect(await receiveRun(testStartMs - 3_700_000)).toEqual({
    rejected: 3,
    reason: 'rejected 3 too_old (older than 1 h; back-fill needs the admin token)',
  });
  const { collector } = running;
  running = await running.reopen();
  await expect(collector.receive({ telemetry: 'metrics', source: 'probe', body: '{}' })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
});

const requests = 'domain.request.duration';
const span = (spanId: string, tracestate?: string): SampleSpan => ({
  traceId: 'a'.repeat(32),
  spanId: spanId.repeat(16),
  kind: 2,
  startMs: testStartMs - 1_000,
  durationMs: 200,
  attributes: { 'seam.domain': 'chat', 'seam.operation': 'send', 'seam.correlation_id': 'probe-chat-1' },
  ...(tracestate === undefined ? {} : { tracestate }),
});

test("a probe's spans are found by trace and correlation and count in no series, from apps and from ourselves", async () => {
  await running.collector.receive({
    telemetry: 'traces',
    body: sampleTracesJson({ 'service.name': 'seamwatch-probes' }, [span('1', probeTraceState)]),
  });
  await running.post('/v1/traces', sampleTraces({ 'service.name': 'api' }, [span('2', 'ot=th:8, seam=probe')]));
  expect(running.collector.reader.tracesByCorrelation('probe-chat-1')).toMatchObject([{ spanCount: 2 }]);
  expect(running.collector.reader.series()).toEqual([]);
  expect(running.collector.stats()).toMatchObject({ spans: 2, mapped: 0, unmapped: 0 });
  await running.post('/v1/traces', sampleTraces({ 'service.name': 'api' }, [span('3', 'ot=th:8'), span('4')]));
  expect(eventsIn(slicesOf(running.collector, requests, { domain: 'chat', entry: 'true' }))).toBe(3);
});
