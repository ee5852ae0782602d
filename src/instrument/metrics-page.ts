/** The Prometheus page: the same cells, rendered by prom-client. */
import { attribute } from '../kernel/conventions.ts';
import { prometheusName } from '../kernel/metric-name.ts';
import type { Exemplar, Family, HistogramCell, Labels, Registry } from './cells.ts';
import { readGauge } from './metrics-encoding.ts';

/** A rendered page. */
export interface MetricsPage {
  readonly contentType: string;
  readonly body: string;
}

interface Sample {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
  readonly exemplar?: { readonly labelSet: Labels; readonly value: number; readonly timestamp: number };
}

/** OpenMetrics has exemplars with `trace_id` and `span_id`; the classic text format has none. */
export async function renderMetricsPage(registry: Registry, isOpenMetrics: boolean): Promise<MetricsPage> {
  const { default: prom } = await import('prom-client');
  const page = new prom.Registry();
  const type = isOpenMetrics ? prom.Registry.OPENMETRICS_CONTENT_TYPE : prom.Registry.PROMETHEUS_CONTENT_TYPE;
  Reflect.apply(page.setContentType, page, [type]);
  for (const family of registry.families.values()) {
    if (family.cells.size === 0) continue;
    const name = prometheusName(family.name, family.kind);
    const rendered = {
      name: isOpenMetrics ? name.replace(/_total$/, '') : name,
      help: `${family.name}, since the process started`,
      type: family.kind,
      values: samplesOf(family, name),
    };
    Reflect.apply(page.registerMetric, page, [{ name, type: family.kind, get: async () => rendered }]);
  }
  return { contentType: type, body: await page.metrics() };
}

function samplesOf(family: Family, name: string): Sample[] {
  switch (family.kind) {
    case 'histogram':
      return [...family.cells.values()].flatMap((cell) => histogramSamples(cell, name));
    case 'counter':
      return [...family.cells.values()].map((cell) => ({
        labels: promLabels(cell.labels),
        value: family.name.endsWith('_ms') ? cell.value / 1_000 : cell.value,
      }));
    case 'gauge':
      return [...family.cells.values()].flatMap((cell) => {
        const value = readGauge(cell.read);
        return value === null ? [] : [{ labels: promLabels(cell.labels), value }];
      });
    default:
      return family satisfies never;
  }
}

function histogramSamples(cell: HistogramCell, name: string): Sample[] {
  const labels = promLabels(cell.labels);
  const samples: Sample[] = [];
  let total = 0;
  cell.counts.forEach((count, bucket) => {
    total += count;
    const bound = cell.bounds[bucket];
    const exemplar = cell.exemplars[bucket];
    samples.push({
      metricName: `${name}_bucket`,
      labels: { le: bound === undefined ? '+Inf' : String(bound), ...labels },
      value: total,
      ...(exemplar === undefined ? {} : { exemplar: promExemplar(exemplar) }),
    });
  });
  samples.push({ metricName: `${name}_sum`, labels, value: cell.sum });
  samples.push({ metricName: `${name}_count`, labels, value: total });
  return samples;
}

function promExemplar(exemplar: Exemplar): NonNullable<Sample['exemplar']> {
  const { traceId, spanId, value, timeMs } = exemplar;
  return { labelSet: { trace_id: traceId, span_id: spanId }, value, timestamp: timeMs / 1000 };
}

/** `seam.domain` → `domain`, `seam.operation` → `operation`; everything else with underscores. */
function promLabels(labels: Labels): Labels {
  const shortName: Readonly<Record<string, string>> = {
    [attribute.domain]: 'domain',
    [attribute.operation]: 'operation',
  };
  return Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [shortName[key] ?? key.replace(/[^A-Za-z0-9_]/g, '_'), value]),
  );
}
