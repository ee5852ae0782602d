/** What a slice counts for: thresholds on bounds, failures, rejections, probes, gauges. */
import { describe, expect, it } from 'vitest';
import type { Series, Slice } from '../src/kernel/series.ts';
import { compileExample } from './example-objective.ts';
import { countSlice } from './index.ts';

const bounds = [0.1, 0.2, 0.5];

function series(changes: Partial<Series>): Series {
  return {
    id: 1,
    signal: 'domain.request.duration',
    kind: 'histogram',
    source: 'metrics',
    labels: { outcome: 'ok' },
    synthetic: false,
    bounds,
    ...changes,
  };
}

function slice(changes: Partial<Slice> = {}): Slice {
  return { seriesId: 1, startMs: 0, durationMs: 60_000, counts: [4, 3, 2, 1], sum: 1.5, max: null, ...changes };
}

const latency = compileExample(
  {
    indicator: { kind: 'latency', signal: 'domain.request.duration', share: 0.95, atMost: '200ms' },
    page: { atMost: '500ms', over: '5m' },
  },
  { bounds },
);

describe('countSlice', () => {
  it('counts events at or below the threshold as good, and by the page as good at or below its own', () => {
    expect(countSlice(latency, series({}), slice())).toEqual({ good: 7, total: 10, pageGood: 9 });
  });

  it('never counts an error as fast', () => {
    expect(countSlice(latency, series({ labels: { outcome: 'error' } }), slice())).toEqual({
      good: 0,
      total: 10,
      pageGood: 0,
    });
  });

  it('judges a rejection by its duration, and does not call it an error', () => {
    const rejected = series({ labels: { outcome: 'rejected' } });
    expect(countSlice(latency, rejected, slice())).toMatchObject({ good: 7, total: 10 });
    expect(countSlice(compileExample(), rejected, slice())).toMatchObject({ good: 10, total: 10 });
  });

  it('leaves out a histogram that does not have the threshold among its bounds', () => {
    expect(countSlice(latency, series({ bounds: [0.1, 0.25, 0.5] }), slice())).toEqual({
      good: 0,
      total: 0,
      pageGood: 0,
    });
  });

  it('counts the events of an error histogram and of a counter', () => {
    const errors = compileExample();
    expect(countSlice(errors, series({ labels: { outcome: 'error' } }), slice())).toMatchObject({ good: 0, total: 10 });
    expect(countSlice(errors, series({ kind: 'counter', bounds: null }), slice({ counts: [], sum: 12 }))).toMatchObject(
      { good: 12, total: 12 },
    );
  });

  it('counts confirmed probe results only: ok is up, error is down, anything else is not a measurement', () => {
    const uptime = compileExample({ indicator: { kind: 'availability', signal: 'probe.result', target: 0.999 } });
    const probe = (outcome: string) =>
      countSlice(
        uptime,
        series({ kind: 'counter', source: 'probe', bounds: null, labels: { outcome } }),
        slice({ counts: [], sum: 2 }),
      );
    expect([probe('ok'), probe('error'), probe('unknown')]).toEqual([
      { good: 2, total: 2, pageGood: 2 },
      { good: 0, total: 2, pageGood: 0 },
      { good: 0, total: 0, pageGood: 0 },
    ]);
  });

  it('counts a gauge in slices of 10 s, by its highest value', () => {
    const level = compileExample({ indicator: { kind: 'level', signal: 'ws.connections', target: 0.99, atMost: 100 } });
    const gauge = series({ kind: 'gauge', bounds: null });
    expect(countSlice(level, gauge, slice({ counts: [], sum: 90, max: 100 }))).toMatchObject({ good: 6, total: 6 });
    expect(countSlice(level, gauge, slice({ counts: [], sum: 90, max: 101 }))).toMatchObject({ good: 0, total: 6 });
  });
});
