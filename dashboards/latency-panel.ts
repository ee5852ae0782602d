/** The picture of a documented latency: two quantiles and the documented bounds as dashed lines. */

import { prometheusName } from '../src/kernel/metric-name.ts';
import type { DashboardLatency } from './model.ts';
import { colour } from './palette.ts';
import { quantile } from './promql.ts';
import type { ThresholdSpec, TimeseriesSpec } from './spec.ts';

interface LatencyFrame {
  readonly title: string;
  /** The documented sentence. */
  readonly sentence: string;
  readonly source: string;
  /** The share that the sentence promises, 0.95 for a p95. */
  readonly target: number;
  readonly width: number;
  readonly height: number;
}

/** In seconds, as Prometheus has it. */
export function latencyPanel(latency: DashboardLatency, frame: LatencyFrame): TimeseriesSpec {
  const family = prometheusName(latency.signal, 'histogram');
  const shares = [...new Set([0.5, frame.target])];
  return {
    kind: 'timeseries',
    title: frame.title,
    description: `“${frame.sentence}”. ${linesSaid(latency, frame.source)} A failed request counts as slow in the objective, whatever its time here.`,
    unit: 's',
    queries: shares.map((share) => ({ expr: quantile(share, family, latency.where), legend: percentile(share) })),
    thresholds: latencyLines(latency),
    width: frame.width,
    height: frame.height,
  };
}

/** The documented bound, and the documented alert's own. */
export function latencyLines(latency: DashboardLatency): readonly ThresholdSpec[] {
  const { atMostSeconds, pageAtMostSeconds } = latency;
  return [
    { value: atMostSeconds, colour: colour.pending },
    ...(pageAtMostSeconds === null ? [] : [{ value: pageAtMostSeconds, colour: colour.breached }]),
  ];
}

/** What the dashed lines are, as a sentence; `source` is the document and section. */
export function linesSaid({ atMostSeconds, pageAtMostSeconds }: DashboardLatency, source: string): string {
  const alert = pageAtMostSeconds === null ? '' : `, the documented alert at ${seconds(pageAtMostSeconds)}`;
  return `Dashed: the documented bound at ${seconds(atMostSeconds)}${alert} (${source}).`;
}

/** `p95` for 0.95. */
export function percentile(share: number): string {
  return `p${Number((share * 100).toFixed(3))}`;
}

function seconds(value: number): string {
  return value < 1 ? `${Number((value * 1000).toFixed(3))} ms` : `${value} s`;
}
