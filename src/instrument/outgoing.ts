/** What leaves with a request, an event or a message so that the other side joins the same correlation and trace. */
import { attribute, header } from '../kernel/conventions.ts';
import { runtime } from './runtime.ts';
import { type Scope, storage } from './scope.ts';
import { formatTraceparent, withBaggage } from './trace-context.ts';

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

/** The tracestate beside {@link traceparentOf}: it says how the trace was sampled; null when there is none. */
export function traceStateOf(scope: Scope | undefined): string | null {
  if (scope === undefined || scope.flow === null) return null;
  const text = activeContext(scope)?.traceState?.serialize() ?? scope.flow.remote?.traceState ?? '';
  return text === '' ? null : text;
}

function activeContext(scope: Scope): ReturnType<NonNullable<Scope['span']>['spanContext']> | null {
  const context = (runtime?.tracing?.activeSpan() ?? scope.span)?.spanContext();
  return context !== undefined && (context.traceFlags & 1) === 1 ? context : null;
}
