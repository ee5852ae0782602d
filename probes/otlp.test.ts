/** A run as OTLP: its numbers and spans, and what the collector makes of them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTestCollector, testStartMs } from '../collector/intake/test-collector.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';
import { runToOtlp } from './otlp.ts';
import { exampleProbe } from './probe-fixture.ts';
import type { ProbeRun } from './run.ts';

const probe = exampleProbe({
  kind: 'journey',
  domain: 'chat',
  steps: [{ id: 'send', request: { url: 'http://127.0.0.1:1/' } }],
});
const step = { title: '', reason: null, isCleanup: false, facts: {} };
const run: ProbeRun = {
  probe: 'example',
  run: 'a1b2c3d4e5f6',
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  correlationId: 'probe-example-a1b2c3d4e5f6',
  startedAtMs: testStartMs,
  endedAtMs: testStartMs + 740,
  durationMs: 740,
  ok: false,
  failedStep: 'see',
  reason: 'not within 700ms',
  steps: [
    {
      ...step,
      id: 'send',
      state: 'ok',
      startMs: 0,
      durationMs: 40.5,
      spanId: '1111111111111111',
      facts: { 'http.response.status_code': 201 },
    },
    {
      ...step,
      id: 'see',
      state: 'failed',
      startMs: 40,
      durationMs: 700,
      spanId: '2222222222222222',
      reason: 'not within 700ms',
    },
    { ...step, id: 'next', state: 'skipped', startMs: null, durationMs: null, spanId: null },
    { ...step, id: 'tidy', state: 'ok', startMs: 740, durationMs: 60, spanId: '3333333333333333', isCleanup: true },
  ],
};

async function stored(confirmed: 'up' | 'down' | 'unknown') {
  const test = await startTestCollector();
  onTestFinished(() => test.remove());
  test.clock.advance(5_000);
  const { metrics, traces } = runToOtlp(run, probe, confirmed);
  await test.collector.receive({ telemetry: 'metrics', source: 'probe', body: metrics });
  await test.collector.receive({ telemetry: 'traces', body: traces });
  return test;
}

describe('runToOtlp', () => {
  it('is stored as series of source probe: one result, the run and each step that ran, cleanup left aside', async () => {
    const { collector } = await stored('down');
    const series = collector.reader
      .series()
      .map(({ signal, source, kind, labels }) => ({ signal, source, kind, labels }));
    const own = { domain: 'chat', probe: 'example' };
    expect(series).toHaveLength(4);
    expect(series).toEqual(
      expect.arrayContaining([
        {
          signal: 'probe.result',
          source: 'probe',
          kind: 'counter',
          labels: { ...own, outcome: 'error', uptime: 'true' },
        },
        { signal: 'probe.duration', source: 'probe', kind: 'histogram', labels: own },
        { signal: 'probe.step.duration', source: 'probe', kind: 'histogram', labels: { ...own, step: 'send' } },
        { signal: 'probe.step.duration', source: 'probe', kind: 'histogram', labels: { ...own, step: 'see' } },
      ]),
    );
  });

  it('counts each duration once, in its bucket, in seconds', () => {
    const { metrics } = runToOtlp(run, probe, 'up');
    const sent = JSON.parse(metrics).resourceMetrics[0].scopeMetrics[0].metrics;
    const [point] = sent[1].histogram.dataPoints;
    expect(point).toMatchObject({
      count: '1',
      sum: 0.74,
      startTimeUnixNano: `${testStartMs}000000`,
      timeUnixNano: `${testStartMs + 740}000000`,
      explicitBounds: durationBoundsSeconds,
    });
    // (0.65, 0.8] is where 0.74 s belongs.
    expect(point.bucketCounts.indexOf('1')).toBe(durationBoundsSeconds.indexOf(0.8));
    expect(point.bucketCounts.filter((count: string) => count !== '0')).toEqual(['1']);
    expect(sent[1].histogram.aggregationTemporality).toBe(1);
  });

  it.each([
    ['up', 'ok'],
    ['down', 'error'],
  ] as const)('counts a failed run of a probe that is %s as %s', (confirmed, outcome) => {
    const { metrics } = runToOtlp(run, probe, confirmed);
    const [result] = JSON.parse(metrics).resourceMetrics[0].scopeMetrics[0].metrics;
    expect(result.name).toBe('probe.result');
    expect(result.sum.dataPoints[0].attributes).toContainEqual({ key: 'outcome', value: { stringValue: outcome } });
  });

  it('counts no result while nothing is confirmed', () => {
    const { metrics } = runToOtlp(run, probe, 'unknown');
    const names = JSON.parse(metrics).resourceMetrics[0].scopeMetrics[0].metrics.map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toEqual(['probe.duration', 'probe.step.duration']);
  });

  it('leaves the domain out where the probe has none', () => {
    const { metrics, traces } = runToOtlp(run, { ...probe, domain: null }, 'up');
    expect(metrics + traces).not.toContain('seam.domain');
  });

  it('is found as one trace by its correlation ID, the steps below the run, failures marked', async () => {
    const { collector } = await stored('down');
    const [trace] = collector.reader.tracesByCorrelation(run.correlationId);
    expect(trace).toMatchObject({ traceId: run.traceId, rootName: 'probe example', spanCount: 4, error: true });
    const spans = trace?.spans.map(({ spanId, parentSpanId, status, durationMs }) => ({
      spanId,
      parentSpanId,
      status,
      durationMs,
    }));
    expect(spans?.find(({ spanId }) => spanId === run.spanId)).toMatchObject({ parentSpanId: null, durationMs: 800 });
    expect(spans?.find(({ spanId }) => spanId === '1111111111111111')).toMatchObject({
      parentSpanId: run.spanId,
      durationMs: 40.5,
    });
    expect(spans?.find(({ spanId }) => spanId === '2222222222222222')?.status).not.toEqual(
      spans?.find(({ spanId }) => spanId === '1111111111111111')?.status,
    );
    const send = trace?.spans.find(({ spanId }) => spanId === '1111111111111111');
    expect(send).toMatchObject({ domain: 'chat', operation: 'example' });
    expect(send?.attributes).toMatchObject({ 'seam.probe': 'example', 'seam.probe_run': run.run });
  });
});
