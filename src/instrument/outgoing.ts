/** What leaves with a request, an event or a message so that the other side joins the same correlation and trace. */
import type { SpanContext } from '@opentelemetry/api';
import { attribute, header } from '../kernel/conventions.ts';
import type { Flow } from './flow.ts';
import { runtime } from './runtime.ts';
import { type Scope, storage } from './scope.ts';
import { formatTraceparent, isProbeTraceState, withBaggage, withProbeMark } from './trace-context.ts';

/** Header name → value; null outside of any correlated work. */
export function outgoingHeaders(): Readonly<Record<string, string>> | null {
  const scope = storage.getStore();
  if (scope === undefined || scope.flow === null) return null;
  const { flow } = scope;
  const traceState = traceStateOf(scope);
  return {
    [header.correlationId]: flow.correlationId,
    [header.traceparent]: traceparentOf(scope) ?? '',
    ...(traceState === null ? {} : { [header.tracestate]: traceState }),
    [header.baggage]: withBaggage(flow.baggage, attribute.correlationId, flow.correlationId),
  };
}

/** The traceparent of the innermost span, or of the unsampled flow; null outside of any correlated work. */
export function traceparentOf(scope: Scope | undefined): string | null {
  if (scope === undefined || scope.flow === null) return null;
  const active = activeContext(scope);
  if (active !== null) return formatTraceparent(active.traceId, active.spanId, true);
  const { flow } = scope;
  return formatTraceparent(flow.traceId, flow.standInSpanId, flow.sampled);
}

/** The tracestate beside {@link traceparentOf}: how the trace was sampled, whether a probe makes it; null when there is none. */
export function traceStateOf(scope: Scope | undefined): string | null {
  if (scope === undefined || scope.flow === null) return null;
  return carriedTraceState(scope.flow, activeContext(scope), scope.flow.remote?.traceState ?? null);
}

/** The tracestate of a span, else `otherwise`; a probe's always carries its mark. Null when there is none. */
export function carriedTraceState(flow: Flow, span: SpanContext | null, otherwise: string | null): string | null {
  const text = span?.traceState?.serialize() || otherwise;
  return flow.isProbe && !isProbeTraceState(text) ? withProbeMark(text) : text;
}

function activeContext(scope: Scope): SpanContext | null {
  const context = (runtime?.tracing?.activeSpan() ?? scope.span)?.spanContext();
  return context !== undefined && (context.traceFlags & 1) === 1 ? context : null;
}
