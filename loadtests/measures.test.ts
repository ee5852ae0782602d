/** Counting: what the client's summary and the domains' buckets say per objective, the awkward cases included. */
import { describe, expect, it } from 'vitest';
import { campusObjectives } from './campus-objectives-fixture.ts';
import { domainMeasures } from './domain-measures.ts';
import { type Goal, goalsOf } from './goals.ts';
import { arrivalsOf, clientMeasures, parseSummary } from './k6-summary.ts';
import type { PageSeries } from './metrics-page.ts';
import { scenarios } from './scenarios.ts';

const goals = goalsOf(scenarios.feed, campusObjectives());

/** As k6 v2.2 writes it with our `handleSummary`: 100 arrivals done, 95 requests within 300 ms. */
function summaryOf(dropped: number): string {
  const cut = '{objective:feed-load}';
  const counter = (count: number) => ({ type: 'counter', contains: 'default', values: { count, rate: count / 10 } });
  return JSON.stringify({
    root_group: { name: '', path: '', id: 'x', groups: [], checks: [] },
    state: { testRunDurationMs: 10_000 },
    metrics: {
      seam_arrivals: counter(100),
      dropped_iterations: counter(dropped),
      [`seam_expected${cut}`]: counter(100),
      [`seam_good${cut}`]: { type: 'rate', contains: 'default', values: { rate: 0.96, passes: 95, fails: 4 } },
      [`seam_duration${cut}`]: { type: 'trend', contains: 'time', values: { count: 99, med: 12.3456, 'p(95)': 288.8 } },
    },
    setup_data: { people: [1] },
  });
}

const feedOf = (text: string) =>
  clientMeasures(parseSummary(text, 'summary.json'), goals).find(({ objective }) => objective === 'feed-load');

describe('the client', () => {
  it('counts an event that was expected and never came as bad', () => {
    expect(feedOf(summaryOf(0))).toMatchObject({ good: 95, total: 100, p50Ms: 12.35, p95Ms: 288.8 });
  });

  it('counts dropped arrivals as bad for every objective they would have touched', () => {
    expect(arrivalsOf(parseSummary(summaryOf(50), 'x'))).toEqual({ done: 100, dropped: 50 });
    expect(feedOf(summaryOf(50))).toMatchObject({ good: 95, total: 150, state: 'breached' });
  });

  it('knows nothing of an objective without events, though k6 shows 0 ms for it', () => {
    const api = clientMeasures(parseSummary(summaryOf(0), 'x'), goals).find((one) => one.objective === 'api-latency');
    expect(api).toMatchObject({ total: 0, p95Ms: null, state: 'unknown', reason: 'no events' });
  });

  it('leaves what only the domains can count to them', () => {
    const ids = clientMeasures(parseSummary(summaryOf(0), 'x'), goals).map(({ objective }) => objective);
    expect(ids).toEqual(['api-latency', 'error-rate', 'feed-load', 'error-rate-per-service:feed']);
  });

  it('refuses a summary of another shape', () => {
    expect(() => parseSummary('{"results":{}}', 'out.json')).toThrow('out.json is not a k6 summary');
    expect(() => parseSummary('', 'out.json')).toThrow('out.json is not a k6 summary');
  });
});

function seriesOf(counts: readonly number[], labels: Record<string, string> = {}, bounds = [0.2, 0.3]): PageSeries {
  return {
    name: 'domain_request_duration_seconds',
    labels: { domain: 'feed', operation: 'GET /api/feed', entry: 'true', outcome: 'ok', ...labels },
    bounds,
    counts,
  };
}

function domainsOf(added: readonly PageSeries[], missing: (goal: Goal) => number = () => 0) {
  const measures = domainMeasures(goals, added, missing);
  return (id: string) => measures.find(({ objective }) => objective === id);
}

describe('the domains', () => {
  it('count exactly up to the threshold, and a fast failure is never good', () => {
    const of = domainsOf([seriesOf([90, 6, 4]), seriesOf([10, 0, 0], { outcome: 'error' })]);
    expect(of('feed-load')).toMatchObject({ good: 96, total: 110 });
    expect(of('api-latency')).toMatchObject({ good: 90, total: 110 });
    expect(of('error-rate')).toMatchObject({ good: 100, total: 110, state: 'breached' });
  });

  it('leave out probes, calls between domains and other operations where the objective does', () => {
    const of = domainsOf([
      seriesOf([100, 0, 0]),
      seriesOf([0, 0, 50], { entry: 'probe' }),
      seriesOf([0, 0, 50], { entry: 'false' }),
      seriesOf([0, 0, 7], { operation: 'GET /api/feed/old' }),
    ]);
    expect(of('feed-load')).toMatchObject({ good: 100, total: 100 });
    expect(of('api-latency')).toMatchObject({ good: 100, total: 107 });
  });

  it('count deliveries that nobody saw as bad', () => {
    const of = domainsOf([seriesOf([100, 0, 0])], ({ objective }) => (objective === 'feed-load' ? 40 : 0));
    expect(of('feed-load')).toMatchObject({ good: 100, total: 140, state: 'breached' });
  });

  it('are unknown when the buckets do not end at the threshold, and when they counted nothing', () => {
    expect(domainsOf([seriesOf([100, 0, 0], {}, [0.25, 0.5])])('feed-load')).toMatchObject({
      state: 'unknown',
      reason:
        'threshold not measurable: 0.3 s is no bucket bound of domain_request_duration_seconds on the metrics page',
    });
    expect(domainsOf([])('feed-load')).toMatchObject({ total: 0, state: 'unknown', reason: 'no events' });
    expect(domainsOf([])('database-query')).toBeUndefined();
  });
});
