/** The started library: what wrappers look up on each call. Null until `start`, null again after `shutdown`. */
import type { Attributes, Span } from '@opentelemetry/api';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { type HistogramCell, type Labels, observe, observeSampled, type Registry } from './cells.ts';
import { Flow, type FlowOrigin } from './flow.ts';
import { type Scope, storage } from './scope.ts';
import { isInSample } from './trace-context.ts';

/** OpenTelemetry's numbers, so that its API need not be loaded to name them. */
export const spanKind = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;

/** Any method of a wrapped service. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** The bridge to OpenTelemetry; absent where its API is not installed. */
export interface Tracing {
  /** Null when the trace is not sampled. `parent` undefined = the flow's remote parent, else a root. */
  readonly startSpan: (
    name: string,
    kind: number,
    attributes: Attributes,
    flow: Flow,
    parent: Scope | undefined,
  ) => Span | null;
  /** Calls `work` with the scope, and its span for OpenTelemetry, active. */
  readonly run: (scope: Scope, work: Callable, self: unknown, args: readonly unknown[]) => unknown;
  /** The flow of an OpenTelemetry span that the app itself made active; null when there is none. */
  readonly adoptActive: () => Flow | null;
  readonly activeSpan: () => Span | null;
  /** Runs `work` without tracing what it does; for our own exports. */
  readonly suppressed: <T>(work: () => T) => T;
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

/** Everything a wrapper needs. */
export interface Runtime {
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly tracing: Tracing | null;
  /** Who decides whether a new trace is sampled: a ratio here, or the app's own tracer provider. */
  readonly sampling:
    | { readonly kind: 'none' | 'all' | 'foreign' }
    | { readonly kind: 'ratio'; readonly threshold: bigint };
  readonly propagateTo: readonly string[];
}

/** Read it on each call, never keep it. */
export let runtime: Runtime | null = null;

interface Gauge {
  readonly name: string;
  readonly labels: Labels;
  readonly read: () => number;
}

/** Gauges outlive a restart: the app registers them once. */
const gauges = new Set<Gauge>();

/** Only `start` and `shutdown` call this. */
export function setRuntime(next: Runtime | null): void {
  runtime = next;
  for (const { name, labels, read } of gauges) next?.registry.gauge(name, labels, read);
}

/** Registers a gauge now and at every later start; the returned function ends that. */
export function keepGauge(gauge: Gauge): () => void {
  gauges.add(gauge);
  runtime?.registry.gauge(gauge.name, gauge.labels, gauge.read);
  return () => {
    gauges.delete(gauge);
    runtime?.registry.removeGauge(gauge.name, gauge.labels, gauge.read);
  };
}

/** A flow with the sampling decision made. A sampled or unsampled remote parent is followed; a sampled probe's even at ratio 0. */
export function newFlow(origin: Omit<FlowOrigin, 'sampled'> = {}): Flow {
  const current = runtime;
  if (current === null || current.tracing === null) return new Flow({ ...origin, sampled: false });
  if (origin.remote) {
    const { sampled, isProbe } = origin.remote;
    return new Flow({ ...origin, sampled: sampled && (isProbe || current.sampling.kind !== 'none') });
  }
  switch (current.sampling.kind) {
    case 'none':
      return new Flow({ ...origin, sampled: false });
    case 'all':
    case 'foreign':
      return new Flow({ ...origin, sampled: true });
    case 'ratio': {
      const flow = new Flow({ ...origin, sampled: true });
      flow.sampled = isInSample(flow.traceId, current.sampling.threshold);
      return flow;
    }
    default:
      return current.sampling satisfies never;
  }
}

/** The flow that new work joins: the caller's, else that of a span the app itself made active, else a new one. */
export function flowOf(current: Runtime, caller: Scope | undefined): Flow {
  return caller?.flow ?? current.tracing?.adoptActive() ?? newFlow();
}

/** True inside the work of a synthetic probe: nothing is counted there but the entry request, as a probe's. */
export function isProbeWork(): boolean {
  return storage.getStore()?.flow?.isProbe === true;
}

/** Counts one duration in seconds, with an exemplar when `span` is recorded; `atMs` is monotonic now. */
export function observeSeconds(
  current: Runtime,
  cell: HistogramCell,
  seconds: number,
  span: Span | null,
  atMs: number,
): void {
  if (span === null) observe(cell, seconds);
  else observeSampled(cell, seconds, span.spanContext(), current.clock, atMs);
}

/** Looks the histogram up by labels and counts one duration in seconds under the active span; not in the work of a probe. */
export function observeLabelled(name: string, labels: Labels, seconds: number): void {
  const current = runtime;
  const scope = storage.getStore();
  if (current === null || scope?.flow?.isProbe === true) return;
  const cell = current.registry.histogram(name, labels);
  observeSeconds(current, cell, seconds, scope?.span ?? null, current.clock.monotonicMs());
}
