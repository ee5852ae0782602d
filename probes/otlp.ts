/** A run as OTLP/JSON for the collector's own intake: its numbers, and its spans that the server's spans hang below. Pure. */
import { attribute, durationBoundsSeconds, label, metric, probeTraceState } from '../src/kernel/conventions.ts';
import { bucketIndexOf } from '../src/kernel/histogram.ts';
import type { ProbeState } from './confirm.ts';
import type { ProbeDefinition } from './definition.ts';
import type { ProbeRun } from './run.ts';
import type { StepRun } from './step-recorder.ts';
import { stepAttribute } from './step-tools.ts';

const serviceName = 'seamwatch-probes';
const delta = 1;
const kind = { internal: 1, client: 3 } as const;
const status = { ok: 1, error: 2 } as const;

/**
 * `confirmed` is the state after this run: it decides the outcome of `probe.result`, so one failed run does not count as
 * downtime; while it is unknown nothing is counted. Points lie at the end of the run and are deltas since its start.
 */
export function runToOtlp(
  run: ProbeRun,
  definition: ProbeDefinition,
  confirmed: ProbeState,
): { readonly metrics: string; readonly traces: string } {
  return {
    metrics: JSON.stringify({
      resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: metricsOf(run, definition, confirmed) }] }],
    }),
    traces: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spansOf(run, definition) }] }] }),
  };
}

type Attributes = readonly { readonly key: string; readonly value: object }[];

const resource = { attributes: attributesOf({ [attribute.serviceName]: serviceName }) };
const scope = { name: 'seamwatch' };

function metricsOf(run: ProbeRun, definition: ProbeDefinition, confirmed: ProbeState): readonly object[] {
  const own = { [label.probe]: run.probe, ...domainOf(definition) };
  const times = { startTimeUnixNano: nanosOf(run.startedAtMs), timeUnixNano: nanosOf(run.endedAtMs) };
  const steps = run.steps.flatMap((step) =>
    step.durationMs === null || step.isCleanup
      ? []
      : [{ ...times, ...bucketed(step.durationMs), attributes: attributesOf({ ...own, [label.step]: step.id }) }],
  );
  const durations = [{ ...times, ...bucketed(run.durationMs), attributes: attributesOf(own) }];
  const outcome = confirmed === 'up' ? 'ok' : 'error';
  const counted = { ...own, [label.outcome]: outcome, [label.uptime]: String(definition.countsForUptime) };
  const result = { ...times, asInt: '1', attributes: attributesOf(counted) };
  return [
    ...(confirmed === 'unknown'
      ? []
      : [
          {
            name: metric.probeResult,
            unit: '1',
            sum: { aggregationTemporality: delta, isMonotonic: true, dataPoints: [result] },
          },
        ]),
    { name: metric.probeDuration, unit: 's', histogram: { aggregationTemporality: delta, dataPoints: durations } },
    { name: metric.probeStepDuration, unit: 's', histogram: { aggregationTemporality: delta, dataPoints: steps } },
  ];
}

function bucketed(durationMs: number): object {
  const seconds = durationMs / 1_000;
  const counts = new Array<string>(durationBoundsSeconds.length + 1).fill('0');
  counts[bucketIndexOf(durationBoundsSeconds, seconds)] = '1';
  return { count: '1', sum: seconds, bucketCounts: counts, explicitBounds: durationBoundsSeconds };
}

function spansOf(run: ProbeRun, definition: ProbeDefinition): readonly object[] {
  const shared = {
    [attribute.probe]: run.probe,
    [attribute.probeRun]: run.run,
    [attribute.correlationId]: run.correlationId,
    [attribute.operation]: run.probe,
    ...domainOf(definition),
  };
  const endMs = Math.max(run.endedAtMs, ...run.steps.map((step) => run.startedAtMs + endOf(step)));
  const root = {
    traceId: run.traceId,
    spanId: run.spanId,
    traceState: probeTraceState,
    name: `probe ${run.probe}`,
    kind: kind.internal,
    startTimeUnixNano: nanosOf(run.startedAtMs),
    endTimeUnixNano: nanosOf(endMs),
    attributes: attributesOf(shared),
    status: statusOf(run.ok ? null : run.reason),
  };
  return [root, ...run.steps.flatMap((step) => spanOf(step, run, shared))];
}

function spanOf(step: StepRun, run: ProbeRun, shared: Readonly<Record<string, string>>): readonly object[] {
  if (step.spanId === null) return [];
  return [
    {
      traceId: run.traceId,
      spanId: step.spanId,
      parentSpanId: run.spanId,
      traceState: probeTraceState,
      name: `probe ${run.probe} ${step.id}`,
      kind: kind.client,
      startTimeUnixNano: nanosOf(run.startedAtMs + (step.startMs ?? 0)),
      endTimeUnixNano: nanosOf(run.startedAtMs + endOf(step)),
      attributes: attributesOf({ ...shared, [stepAttribute.step]: step.id, ...step.facts }),
      status: statusOf(step.state === 'failed' ? (step.reason ?? 'failed') : null),
    },
  ];
}

function endOf({ startMs, durationMs }: StepRun): number {
  return (startMs ?? 0) + (durationMs ?? 0);
}

function statusOf(reason: string | null): object {
  return reason === null ? { code: status.ok } : { code: status.error, message: reason };
}

function domainOf({ domain }: ProbeDefinition): Readonly<Record<string, string>> {
  return domain === null ? {} : { [attribute.domain]: domain };
}

function attributesOf(values: Readonly<Record<string, string | number>>): Attributes {
  return Object.entries(values).map(([key, value]) => ({ key, value: scalarOf(value) }));
}

function scalarOf(value: string | number): object {
  if (typeof value === 'string') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Unix ms, fractions allowed, as the text of whole nanoseconds. */
function nanosOf(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
}
