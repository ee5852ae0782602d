/** One call of a wrapped operation: one scope, one observation, and a span when the trace is sampled. The hot path. */
import type { Attributes, Span } from '@opentelemetry/api';
import { attribute, entryValue, label, metric, type Outcome } from '../kernel/conventions.ts';
import type { HistogramCell, Labels } from './cells.ts';
import { outcomeOfThrown } from './outcome.ts';
import { type Callable, flowOf, observeSeconds, type Runtime, runtime, spanKind } from './runtime.ts';
import { type Scope, storage } from './scope.ts';
import { isInTransaction } from './transaction.ts';

/** A method of a domain with the cells it counts into; they belong to one started runtime and are looked up once. */
export interface Operation {
  readonly domain: string;
  readonly name: string;
  readonly spanName: string;
  owner: Runtime | null;
  cells: Partial<Record<Outcome, HistogramCell>>;
  edges: Map<string, (HistogramCell | undefined)[]>;
}

/** A call that has begun and must be finished once. */
export interface Call {
  readonly runtime: Runtime;
  readonly operation: Operation;
  readonly scope: Scope;
  readonly startMs: number;
  /** The domain that called, `entry` for a request, null when this is no domain call. */
  readonly from: string | null;
  readonly inTransaction: boolean;
  caller: Scope | null;
}

/** What stands for the caller's domain when a request calls its first domain. */
export const entryCaller = 'entry';

/** An operation that has not been called yet. */
export function newOperation(domain: string, name: string): Operation {
  return { domain, name, spanName: `${domain}.${name}`, owner: null, cells: {}, edges: new Map() };
}

/** Null when the library is not started, or when it failed: the app's call then goes on without us. */
export function beginCall(operation: Operation): Call | null {
  const current = runtime;
  if (current === null) return null;
  try {
    return begin(current, operation);
  } catch (error) {
    current.log.debug({ error, operation: operation.spanName }, 'a call is not measured');
    return null;
  }
}

/** Runs `work` with the call's scope active; what it returns or throws passes through. */
export function runInCall(call: Call, work: Callable, self: unknown, args: readonly unknown[]): unknown {
  const { tracing } = call.runtime;
  return call.scope.span === null || tracing === null
    ? storage.run(call.scope, Reflect.apply, work, self, args)
    : tracing.run(call.scope, work, self, args);
}

/** Counts the call, unless a probe makes it; the second time it does nothing. Never throws. */
export function finishCall(call: Call, outcome: Outcome, thrown?: unknown): void {
  if (call.scope.ended) return;
  call.scope.ended = true;
  try {
    finish(call, outcome, thrown);
  } catch (error) {
    call.runtime.log.debug({ error, operation: call.operation.spanName }, 'a call is not measured to its end');
  }
}

/** {@link finishCall} with the outcome of an exception. */
export function failCall(call: Call, thrown: unknown): void {
  finishCall(call, outcomeOfThrown(thrown), thrown);
}

/**
 * Ends a span with its outcome, which is left out when it is ok; only an error makes its status one. A span processor of
 * the app that throws here is ignored.
 */
export function endSpan(span: Span, outcome: Outcome, thrown?: unknown): void {
  try {
    if (outcome !== 'ok') span.setAttribute(attribute.outcome, outcome);
    if (outcome === 'error') {
      if (thrown instanceof Error) span.recordException(thrown);
      span.setStatus({ code: 2, message: thrown instanceof Error ? thrown.message : String(thrown ?? '') });
    }
    span.end();
  } catch (error) {
    runtime?.log.debug({ error }, 'a span is not ended');
  }
}

/** The attributes that every span of the library carries. */
export function spanAttributes(domain: string, operation: string, correlationId: string): Attributes {
  return {
    [attribute.domain]: domain,
    [attribute.operation]: operation,
    [attribute.correlationId]: correlationId,
  };
}

function begin(current: Runtime, operation: Operation): Call {
  const caller = storage.getStore();
  const flow = flowOf(current, caller);
  const { domain, name } = operation;
  flow.firstDomain ??= domain;
  const span =
    flow.sampled && current.tracing !== null
      ? current.tracing.startSpan(
          operation.spanName,
          spanKind.internal,
          spanAttributes(domain, name, flow.correlationId),
          flow,
          caller,
        )
      : null;
  const base = caller?.base ?? null;
  const scope: Scope = { flow, domain, operation: name, isEntry: false, span, base, context: null, ended: false };
  const from = callerDomain(caller, domain);
  return {
    runtime: current,
    operation,
    scope,
    from,
    inTransaction: isInTransaction(),
    caller: from === null ? null : (caller ?? null),
    startMs: current.clock.monotonicMs(),
  };
}

function finish(call: Call, outcome: Outcome, thrown: unknown): void {
  const { scope } = call;
  if (scope.flow?.isProbe !== true) count(call, outcome);
  call.caller = null;
  if (scope.span !== null) endSpan(scope.span, outcome, thrown);
}

function count(call: Call, outcome: Outcome): void {
  const { scope, operation, runtime: current } = call;
  const nowMs = current.clock.monotonicMs();
  const seconds = (nowMs - call.startMs) / 1000;
  if (operation.owner !== current) rebind(operation, current);
  const cell = operation.cells[outcome] ?? cellFor(current, operation, outcome);
  observeSeconds(current, cell, seconds, scope.span, nowMs);
  if (call.from === null) return;
  observeSeconds(current, edgeCellFor(current, call, call.from, outcome), seconds, scope.span, nowMs);
}

function callerDomain(caller: Scope | undefined, domain: string): string | null {
  if (caller === undefined) return null;
  if (caller.isEntry) return entryCaller;
  return caller.domain === domain ? null : caller.domain;
}

function rebind(operation: Operation, current: Runtime): void {
  operation.owner = current;
  operation.cells = {};
  operation.edges = new Map();
}

function cellFor(current: Runtime, operation: Operation, outcome: Outcome): HistogramCell {
  const labels = requestLabels(operation.domain, operation.name, entryValue.call, outcome);
  const cell = current.registry.histogram(metric.requestDuration, labels);
  operation.cells[outcome] = cell;
  return cell;
}

/** The labels of the request duration, for domain calls and entries alike. */
export function requestLabels(
  domain: string,
  operation: string,
  entry: (typeof entryValue)[keyof typeof entryValue],
  outcome: Outcome,
): Labels {
  return {
    [attribute.domain]: domain,
    [attribute.operation]: operation,
    [attribute.entry]: entry,
    [attribute.outcome]: outcome,
  };
}

/** Of each outcome, the first of the four cells of an edge: by mode and by whether a transaction was open. */
const edgeSlots: Readonly<Record<Outcome, number>> = { ok: 0, error: 4, rejected: 8 };
const edgeCellCount = 12;

/** A call that outlives its caller's operation was not waited for: mode `async`, else `sync`. */
function edgeCellFor(current: Runtime, call: Call, from: string, outcome: Outcome): HistogramCell {
  const { operation, inTransaction } = call;
  const isAsync = call.caller?.ended === true;
  let cells = operation.edges.get(from);
  if (cells === undefined) {
    cells = new Array<HistogramCell | undefined>(edgeCellCount).fill(undefined);
    operation.edges.set(from, cells);
  }
  const slot = edgeSlots[outcome] + (isAsync ? 2 : 0) + (inTransaction ? 1 : 0);
  const known = cells[slot];
  if (known !== undefined) return known;
  const cell = current.registry.histogram(
    metric.callDuration,
    edgeLabels(from, operation.domain, isAsync ? 'async' : 'sync', inTransaction, outcome),
  );
  cells[slot] = cell;
  return cell;
}

/** The labels of a domain-to-domain call, with what the called domain made of it. */
export function edgeLabels(
  from: string,
  to: string,
  mode: 'sync' | 'async',
  inTransaction: boolean,
  outcome: Outcome,
): Labels {
  return {
    [label.from]: from,
    [label.to]: to,
    [label.mode]: mode,
    [label.inTransaction]: String(inTransaction),
    [label.outcome]: outcome,
  };
}
