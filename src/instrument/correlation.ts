/** The correlation of the work in progress, for the app, its logs and its own background work. */
import { logField } from '../kernel/conventions.ts';
import { isCorrelationId } from '../kernel/ids.ts';
import { newFlow, runtime } from './runtime.ts';
import { bareScope, type Scope, storage } from './scope.ts';
import { parseTraceparent } from './trace-context.ts';

/** Ids of the current work; `traceId` and `spanId` are lower-case hex. `spanId` is null where no span is recorded. */
export interface Correlation {
  readonly correlationId: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly domain: string | null;
  readonly operation: string | null;
}

/** Fields for a log line; absent ones are left out. */
export interface LogFields {
  trace_id?: string;
  span_id?: string;
  correlation_id?: string;
  domain?: string;
}

/** Headers as they came in, names in lower case; W3C ones that are not readable, and all others, are ignored. */
export interface TraceCarrier {
  readonly [header: string]: unknown;
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

/** Null outside of any correlated work. */
export function correlation(): Correlation | null {
  const scope = storage.getStore();
  if (scope?.flow == null) return null;
  const ids = traceIdsOf(scope);
  const { domain, operation } = scope;
  return { correlationId: scope.flow.correlationId, ...ids, domain, operation };
}

/**
 * Runs `work` under the id; null, or an id that is not acceptable, makes a new UUIDv7. A trace that is active goes on,
 * else the one that `carrier` names, such as the headers of a request that becomes a socket; the domain stays the caller's.
 */
export function runWithCorrelation<T>(correlationId: string | null, work: () => T, carrier: TraceCarrier = {}): T {
  const active = runtime?.tracing?.adoptActive() ?? null;
  const caller = storage.getStore();
  const remote = active === null ? parseTraceparent(carrier.traceparent, carrier.tracestate) : null;
  const flow = newFlow({
    correlationId: isCorrelationId(correlationId) ? correlationId : null,
    remote,
    traceId: active?.traceId ?? null,
    isProbe: active?.isProbe === true || caller?.flow?.isProbe === true || remote?.isProbe === true,
  });
  if (active !== null) {
    flow.sampled = active.sampled;
    flow.base = active.base;
  }
  const scope = caller === undefined ? bareScope(flow) : { ...caller, flow, base: flow.base, context: null };
  return storage.run(scope, work);
}

/** For `pino({ mixin: logFields })`. */
export function logFields(): LogFields {
  const current = correlation();
  if (current === null) return {};
  return {
    ...(current.traceId === null ? {} : { [logField.traceId]: current.traceId }),
    ...(current.spanId === null ? {} : { [logField.spanId]: current.spanId }),
    [logField.correlationId]: current.correlationId,
    ...(current.domain === null ? {} : { [logField.domain]: current.domain }),
  };
}

/** The ids of the innermost active span, which may be the app's own; else those of the flow. */
export function traceIdsOf(scope: Scope): { readonly traceId: string | null; readonly spanId: string | null } {
  const span = (runtime?.tracing?.activeSpan() ?? scope.span)?.spanContext();
  if (span !== undefined && (span.traceFlags & 1) === 1) return { traceId: span.traceId, spanId: span.spanId };
  return { traceId: scope.flow?.traceId ?? null, spanId: null };
}
