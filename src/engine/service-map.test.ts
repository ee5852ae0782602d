/** The map of the domains from slices written down by hand. */
import { describe, expect, it } from 'vitest';
import type { CouplingEdge } from '../contract/index.ts';
import { metric } from '../kernel/conventions.ts';
import type { SeriesSource } from '../kernel/series.ts';
import type { SeriesSlice } from '../readiness/index.ts';
import { type MapParts, toServiceMap } from './service-map.ts';

const toMs = Date.UTC(2026, 9, 20, 12);
const fromMs = toMs - 10 * 60_000;
/** Seconds. */
const bounds = [0.1, 0.2, 0.4];
let lastSeries = 0;

/** One slice that starts `minute` minutes into the window, with a count a bucket. */
function slice(
  signal: string,
  labels: Readonly<Record<string, string>>,
  counts: readonly number[],
  more: { readonly minute?: number; readonly source?: SeriesSource; readonly synthetic?: boolean } = {},
): SeriesSlice {
  lastSeries += 1;
  const { minute = 0, source = 'metrics', synthetic = false } = more;
  return {
    series: { id: lastSeries, signal, kind: 'histogram', source, labels, synthetic, bounds },
    slice: { seriesId: lastSeries, startMs: fromMs + minute * 60_000, durationMs: 60_000, counts, sum: 0, max: null },
  };
}

function request(domain: string, counts: readonly number[], more: Readonly<Record<string, string>> = {}, at = {}) {
  return slice(metric.requestDuration, { domain, entry: 'true', outcome: 'ok', ...more }, counts, at);
}

function call(
  from: string,
  to: string,
  counts: readonly number[],
  more: Readonly<Record<string, string>> = {},
  at = {},
) {
  return slice(metric.callDuration, { from, to, mode: 'sync', in_tx: 'false', ...more }, counts, at);
}

function mapOf(slices: readonly SeriesSlice[], coupling: MapParts['coupling'] = null) {
  return toServiceMap({ slices, domains: ['feed', 'users', 'posts', 'chat'], coupling, fromMs, toMs });
}

describe('the service map', () => {
  it('gives each domain its rate, its errors and its p95 over the window', () => {
    // 190 of 200 within 100 ms; the 190th is the end of that bucket.
    const map = mapOf([request('feed', [190, 0, 0, 0]), request('feed', [0, 0, 10, 0], { outcome: 'error' })]);
    expect(map).toMatchObject({ from: '2026-10-20T11:50:00.000Z', to: '2026-10-20T12:00:00.000Z', edges: [] });
    expect(map.nodes).toEqual([{ domain: 'feed', requests: 200, requestsPerMinute: 20, errorRatio: 0.05, p95Ms: 100 }]);
  });

  it('joins the calls between two domains by mode, over series and time', () => {
    const map = mapOf([
      call('feed', 'users', [30, 0, 0, 0]),
      call('feed', 'users', [0, 10, 0, 0], { in_tx: 'true' }, { minute: 3 }),
      call('feed', 'users', [5, 0, 0, 0], { mode: 'async' }),
    ]);
    expect(map.edges).toEqual([
      { ...{ from: 'feed', to: 'users', mode: 'async', calls: 5, callsPerMinute: 0.5 }, ...unknownOutcome, p95Ms: 95 },
      { ...{ from: 'feed', to: 'users', mode: 'sync', calls: 40, callsPerMinute: 4 }, ...unknownOutcome, p95Ms: 180 },
    ]);
    expect(map.nodes.map(({ domain, requestsPerMinute }) => [domain, requestsPerMinute])).toEqual([
      ['feed', null],
      ['users', null],
    ]);
  });

  it('counts a domain that nobody outside asks by the calls of the others', () => {
    const inner = request('users', [60, 0, 0, 0], { entry: 'false' });
    expect(mapOf([inner]).nodes).toMatchObject([{ domain: 'users', requestsPerMinute: 6, errorRatio: 0 }]);
    expect(mapOf([inner, request('users', [10, 0, 0, 0])]).nodes).toMatchObject([{ requestsPerMinute: 1 }]);
  });

  it('takes rates over the time since the first event, not over minutes before the app ran', () => {
    const map = mapOf([
      request('feed', [20, 0, 0, 0], {}, { minute: 8 }),
      call('feed', 'users', [8, 0, 0, 0], {}, { minute: 9 }),
    ]);
    expect(map.nodes[0]?.requestsPerMinute).toBe(10);
    expect(map.edges[0]?.callsPerMinute).toBe(4);
  });

  it('tells the errors of an edge only where its series tell how calls ended', () => {
    const map = mapOf([
      call('feed', 'users', [9, 0, 0, 0], { outcome: 'ok' }),
      call('feed', 'users', [0, 0, 1, 0], { outcome: 'error' }),
      call('feed', 'posts', [10, 0, 0, 0]),
    ]);
    expect(map.edges).toMatchObject([
      { to: 'posts', calls: 10, knownOutcomes: 0, errorRatio: null },
      { to: 'users', calls: 10, knownOutcomes: 10, errorRatio: 0.1 },
    ]);
  });

  it('takes the share of failed calls from those that tell, beside an app that does not yet', () => {
    const map = mapOf([
      call('feed', 'users', [15, 0, 0, 0], { outcome: 'ok' }),
      call('feed', 'users', [4, 0, 0, 0], { outcome: 'error' }),
      call('feed', 'users', [1, 0, 0, 0], { outcome: 'rejected' }),
      call('feed', 'users', [80, 0, 0, 0]),
    ]);
    expect(map.edges).toMatchObject([{ calls: 100, knownOutcomes: 20, errorRatio: 0.2 }]);
  });

  it('takes the strength of an edge from the coupling of the same mode, unknown where there is none', () => {
    const edge = { calls: 1, inTransaction: 0, errorRatio: 0, knownOutcomes: 1, callsPerRequest: 1, reason: null };
    const coupling: CouplingEdge[] = [{ ...edge, from: 'feed', to: 'users', mode: 'sync', strong: true }];
    const calls = [call('feed', 'users', [1, 0, 0, 0]), call('feed', 'users', [1, 0, 0, 0], { mode: 'async' })];
    expect(mapOf(calls, coupling).edges.map(({ mode, strong }) => [mode, strong])).toEqual([
      ['async', null],
      ['sync', true],
    ]);
  });

  it('counts a caller once when metrics and spans both tell of its calls', () => {
    const map = mapOf([
      call('feed', 'users', [10, 0, 0, 0], {}, { source: 'spans' }),
      call('feed', 'users', [20, 0, 0, 0]),
      call('chat', 'users', [7, 0, 0, 0], {}, { source: 'spans' }),
    ]);
    expect(map.edges.map(({ from, calls }) => [from, calls])).toEqual([
      ['chat', 7],
      ['feed', 20],
    ]);
  });

  it('draws a caller that is no known domain only when it is asked too', () => {
    const calls = [call('entry', 'feed', [5, 0, 0, 0]), call('billing', 'feed', [5, 0, 0, 0])];
    const map = mapOf([...calls, request('billing', [5, 0, 0, 0])]);
    expect(map.edges.map(({ from }) => from)).toEqual(['billing']);
    expect(map.nodes.map(({ domain }) => domain)).toEqual(['billing', 'feed']);
  });

  it('leaves out what was simulated, calls within a domain, and what did not happen', () => {
    const map = mapOf([
      request('feed', [50, 0, 0, 0], {}, { synthetic: true }),
      call('feed', 'users', [50, 0, 0, 0], {}, { synthetic: true }),
      call('chat', 'chat', [5, 0, 0, 0]),
      request('media', [0, 0, 0, 0]),
    ]);
    expect(map).toMatchObject({ nodes: [], edges: [] });
  });
});

const unknownOutcome = { errorRatio: null, knownOutcomes: 0, strong: null, countedBy: 'metrics' };
