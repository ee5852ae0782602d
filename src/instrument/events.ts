/** Domain events in both documented envelopes, carrying correlation and trace from publisher to consumer. */
import { systemClock } from '../kernel/clock.ts';
import { attribute, label, metric, type Outcome } from '../kernel/conventions.ts';
import { isCorrelationId, uuidv7 } from '../kernel/ids.ts';
import { edgeLabels, endSpan, spanAttributes } from './call.ts';
import type { Flow } from './flow.ts';
import { outcomeOfThrown } from './outcome.ts';
import { carriedTraceState } from './outgoing.ts';
import { flowOf, newFlow, observeSeconds, type Runtime, runtime, spanKind } from './runtime.ts';
import { bareScope, type Scope, storage } from './scope.ts';
import { formatTraceparent, parseTraceparent } from './trace-context.ts';

/** S0 §5.3 has `userId` and `metadata.version`; S1 §4.3 has `version` and `metadata.userId`, `metadata.traceId`. `timestamp` is Unix ms. */
export interface DomainEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly userId?: string;
  readonly version?: number;
  readonly metadata: {
    readonly correlationId: string;
    readonly causationId?: string;
    readonly version?: number;
    readonly userId?: string;
    readonly traceId?: string;
    /** Additive: W3C traceparent of the publishing span. */
    readonly traceparent?: string;
    /** Additive: W3C tracestate, present when the trace was sampled at a ratio or is a probe's. */
    readonly tracestate?: string;
  };
}

/** `version` is the schema version, default 1. */
export interface PublishOptions {
  readonly source: string;
  readonly userId: string;
  readonly envelope?: 'extraction-plan' | 'scaling-plan';
  readonly causedBy?: DomainEvent;
  readonly version?: number;
}

/** Makes the event, counts it and leaves a PRODUCER span; the app's own bus transports it. */
export function publishEvent(type: string, data: object, options: PublishOptions): DomainEvent {
  const caller = storage.getStore();
  const flow = caller?.flow ?? flowOfEvent(options.causedBy);
  const trace = announce(flow, caller, type, options);
  const version = options.version ?? 1;
  const now = runtime?.clock.nowMs() ?? systemClock.nowMs();
  const { source, userId, causedBy } = options;
  const head = { id: uuidv7(now), type, source, timestamp: now, data: { ...data } };
  const cause = causedBy === undefined ? {} : { causationId: causedBy.id };
  const traced = { correlationId: flow.correlationId, ...cause, ...trace.carried };
  return options.envelope === 'scaling-plan'
    ? { ...head, version, metadata: { userId, traceId: trace.traceId, ...traced } }
    : { ...head, userId, metadata: { ...traced, version } };
}

/**
 * Runs `handle` inside the event's correlation, as `consumer`'s work, with a CONSUMER span in the publisher's trace; returns
 * or throws what it does. Counts `event.consumed`, `event.lag`, and an asynchronous call from the event's source, unless the event
 * comes from the work of a probe.
 */
export function consumeEvent<T>(event: DomainEvent, consumer: string, handle: (event: DomainEvent) => T): T {
  const current = runtime;
  const flow = flowOfEvent(event);
  if (current === null) return storage.run({ ...bareScope(flow), domain: consumer }, handle, event);
  flow.firstDomain = consumer;
  const scope = openConsumer(current, flow, event, consumer);
  const startMs = current.clock.monotonicMs();
  const finish = (outcome: Outcome, thrown?: unknown): void => {
    if (scope.ended) return;
    scope.ended = true;
    const nowMs = current.clock.monotonicMs();
    if (event.source !== consumer && !flow.isProbe) {
      const labels = edgeLabels(event.source, consumer, 'async', false, outcome);
      const cell = current.registry.histogram(metric.callDuration, labels);
      observeSeconds(current, cell, (nowMs - startMs) / 1000, scope.span, nowMs);
    }
    if (scope.span !== null) endSpan(scope.span, outcome, thrown);
  };
  return follow(() => runIn(current, scope, () => handle(event)), finish);
}

function announce(
  flow: Flow,
  caller: Scope | undefined,
  type: string,
  options: PublishOptions,
): { readonly traceId: string; readonly carried: { readonly traceparent: string; readonly tracestate?: string } } {
  const current = runtime;
  const domain = caller?.domain ?? options.source;
  if (current !== null && !flow.isProbe) {
    current.registry.counter(metric.eventPublished, { [attribute.domain]: domain, [label.type]: type }).value += 1;
  }
  const span = current === null ? null : startSpan(current, flow, caller, `publish ${type}`, spanKind.producer, domain);
  if (span !== null) endSpan(span, 'ok');
  const context = span?.spanContext() ?? null;
  const { traceId, spanId } = context ?? { traceId: flow.traceId, spanId: flow.standInSpanId };
  const traceparent = formatTraceparent(traceId, spanId, span !== null);
  const tracestate = carriedTraceState(flow, context, null);
  return { traceId, carried: tracestate === null ? { traceparent } : { traceparent, tracestate } };
}

function openConsumer(current: Runtime, flow: Flow, event: DomainEvent, consumer: string): Scope {
  const { registry, clock } = current;
  const labels = { [attribute.domain]: consumer, [label.type]: event.type };
  const span = startSpan(current, flow, undefined, `consume ${event.type}`, spanKind.consumer, consumer);
  if (!flow.isProbe) {
    registry.counter(metric.eventConsumed, labels).value += 1;
    const lagSeconds = Math.max(0, clock.nowMs() - event.timestamp) / 1000;
    observeSeconds(current, registry.histogram(metric.eventLag, labels), lagSeconds, span, clock.monotonicMs());
  }
  return { ...bareScope(flow), domain: consumer, operation: `consume ${event.type}`, span };
}

function startSpan(
  current: Runtime,
  flow: Flow,
  caller: Scope | undefined,
  name: string,
  kind: number,
  domain: string,
): Scope['span'] {
  if (!flow.sampled || current.tracing === null) return null;
  try {
    const attributes = spanAttributes(domain, name, flow.correlationId);
    return current.tracing.startSpan(name, kind, attributes, flow, caller);
  } catch (error) {
    current.log.debug({ error, name }, 'an event has no span');
    return null;
  }
}

/** The correlation and trace that an event carries; without one, new ones, or those of the work in progress. */
function flowOfEvent(event: DomainEvent | undefined): Flow {
  const correlationId = event?.metadata?.correlationId;
  const remote = parseTraceparent(event?.metadata?.traceparent, event?.metadata?.tracestate);
  if (event === undefined && runtime !== null) return flowOf(runtime, undefined);
  return newFlow({ correlationId: isCorrelationId(correlationId) ? correlationId : null, remote });
}

function runIn<T>(current: Runtime, scope: Scope, work: () => T): T {
  if (scope.span === null || current.tracing === null) return storage.run(scope, work);
  return asResultOf<T>(current.tracing.run(scope, work, undefined, []));
}

/** The bridge runs any function and so returns unknown; this is what the function given to it returned. */
function asResultOf<T>(result: unknown): T {
  return result as T;
}

function follow<T>(work: () => T, finish: (outcome: Outcome, thrown?: unknown) => void): T {
  const failed = (thrown: unknown): never => {
    finish(outcomeOfThrown(thrown), thrown);
    throw thrown;
  };
  let result: T;
  try {
    result = work();
  } catch (thrown) {
    return failed(thrown);
  }
  if (result instanceof Promise) {
    const settled = result.then((value: unknown) => {
      finish('ok');
      return value;
    }, failed);
    return asResultOf<T>(settled);
  }
  finish('ok');
  return result;
}
