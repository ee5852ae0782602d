/** The bridge to OpenTelemetry's API: starts spans, and makes them active for everything else that speaks OpenTelemetry. */
import type * as Api from '@opentelemetry/api';
import { attribute } from '../kernel/conventions.ts';
import { Flow } from './flow.ts';
import type { Callable, Tracing } from './runtime.ts';
import { bareScope, type Scope, storage } from './scope.ts';
import { baggageEntries, isProbeTraceState } from './trace-context.ts';

export type OtelApi = typeof Api;

/**
 * What our SDK's id generator and sampler add to the span that is being started: a root's trace id (null = a new one), and
 * the attributes, which are then checked once instead of twice.
 */
export interface SpanStart {
  traceId: string | null;
  attributes: Api.Attributes | null;
}

/** What `start` found or set up. */
export interface TracingParts {
  readonly api: OtelApi;
  readonly tracer: Api.Tracer;
  /** Null where the app's own provider makes the spans. */
  readonly spanStart: SpanStart | null;
  /** True when the active context lives in our own storage; false when the app registered another context manager. */
  readonly ownsContext: boolean;
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

const suppressName = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

/** Spans through `parts.tracer`. */
export function createTracing(parts: TracingParts): Tracing {
  const { api, tracer, spanStart, ownsContext } = parts;
  const parentContext = (flow: Flow, parent: Scope | undefined): Api.Context => {
    if (ownsContext) return parent === undefined ? rootOf(api, flow) : contextOf(api, parent);
    const active = api.context.active();
    return parent === undefined ? withRemote(api, active, flow) : active;
  };
  return {
    startSpan: (name, kind, attributes, flow, parent) => {
      const under = parentContext(flow, parent);
      const span =
        spanStart === null
          ? tracer.startSpan(name, { kind, attributes }, under)
          : startOwn(tracer, spanStart, name, kind, attributes, parent?.span == null ? flow.traceId : null, under);
      const context = span.spanContext();
      if ((context.traceFlags & 1) === 1) {
        if (parent?.span == null && context.traceId !== flow.traceId) flow.adoptTraceId(context.traceId);
        return span;
      }
      flow.sampled = false;
      if (api.isSpanContextValid(context)) flow.adoptTraceId(context.traceId);
      return null;
    },
    run: (scope, work, self, args) =>
      ownsContext ? storage.run(scope, Reflect.apply, work, self, args) : runForeign(api, scope, work, self, args),
    adoptActive: () => adoptActive(api),
    activeSpan: () => api.trace.getActiveSpan() ?? null,
    suppressed: (work) => {
      const key = api.createContextKey(suppressName);
      return api.context.with(api.ROOT_CONTEXT.setValue(key, true), work);
    },
    flush: parts.flush,
    shutdown: parts.shutdown,
  };
}

function startOwn(
  tracer: Api.Tracer,
  spanStart: SpanStart,
  name: string,
  kind: number,
  attributes: Api.Attributes,
  rootTraceId: string | null,
  under: Api.Context,
): Api.Span {
  spanStart.traceId = rootTraceId;
  spanStart.attributes = attributes;
  const span = tracer.startSpan(name, { kind }, under);
  spanStart.traceId = null;
  spanStart.attributes = null;
  return span;
}

/** What OpenTelemetry sees as the active context inside `scope`. */
export function contextOf(api: OtelApi, scope: Scope): Api.Context {
  if (scope.context !== null) return scope.context;
  const base = scope.base ?? (scope.flow === null ? api.ROOT_CONTEXT : baseOf(api, scope.flow));
  scope.context = scope.span === null ? base : api.trace.setSpan(base, scope.span);
  return scope.context;
}

/** The scope for a context that somebody else made active: everything of ours stays as it is. */
export function scopeWith(context: Api.Context): Scope {
  const current = storage.getStore();
  return current === undefined ? { ...bareScope(null, context), context } : { ...current, base: context, context };
}

/** Where the flow's first span starts: its remote parent, its baggage; an unsampled flow stays unsampled for everybody. */
function baseOf(api: OtelApi, flow: Flow): Api.Context {
  if (flow.base !== null) return flow.base;
  let context = withRemote(api, api.ROOT_CONTEXT, flow);
  if (!flow.sampled) {
    const spanId = flow.remote?.spanId ?? flow.standInSpanId;
    context = api.trace.setSpanContext(context, { traceId: flow.traceId, spanId, traceFlags: 0 });
  }
  const entries = { ...baggageEntries(flow.baggage), [attribute.correlationId]: flow.correlationId };
  const baggage = api.propagation.createBaggage(
    Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, { value }])),
  );
  flow.base = api.propagation.setBaggage(context, baggage);
  return flow.base;
}

/** Where a span without a caller starts; the baggage, which a span does not look at, is left for later. */
function rootOf(api: OtelApi, flow: Flow): Api.Context {
  if (flow.base !== null) return flow.base;
  return flow.remote === null ? api.ROOT_CONTEXT : baseOf(api, flow);
}

function withRemote(api: OtelApi, context: Api.Context, flow: Flow): Api.Context {
  const { remote } = flow;
  if (remote === null) return context;
  return api.trace.setSpanContext(context, {
    traceId: remote.traceId,
    spanId: remote.spanId,
    traceFlags: remote.sampled ? 1 : 0,
    isRemote: true,
    ...(remote.traceState === null ? {} : { traceState: api.createTraceState(remote.traceState) }),
  });
}

function runForeign(api: OtelApi, scope: Scope, work: Callable, self: unknown, args: readonly unknown[]): unknown {
  const active = api.context.active();
  const context = scope.span === null ? active : api.trace.setSpan(active, scope.span);
  return storage.run(scope, () => api.context.with(context, () => Reflect.apply(work, self, args)));
}

function adoptActive(api: OtelApi): Flow | null {
  const active = api.context.active();
  const span = api.trace.getSpanContext(active);
  if (span === undefined || !api.isSpanContextValid(span)) return null;
  const baggage = api.propagation.getBaggage(active)?.getEntry(attribute.correlationId)?.value ?? null;
  const sampled = (span.traceFlags & 1) === 1;
  const isProbe = isProbeTraceState(span.traceState?.serialize());
  const flow = new Flow({ traceId: span.traceId, correlationId: baggage, sampled, isProbe });
  flow.base = active;
  return flow;
}
