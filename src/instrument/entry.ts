/** One request from outside: received to finished, one SERVER span, one observation with entry=true, or entry=probe for a probe's. */
import type { Span } from '@opentelemetry/api';
import { attribute, entryValue, header, metric, type Outcome } from '../kernel/conventions.ts';
import { isCorrelationId } from '../kernel/ids.ts';
import { endSpan, requestLabels } from './call.ts';
import type { Flow } from './flow.ts';
import { type Callable, newFlow, observeSeconds, type Runtime, runtime, spanKind } from './runtime.ts';
import { type Scope, storage } from './scope.ts';
import { baggageValue, parseTraceparent } from './trace-context.ts';

/** What an entry is opened from; `headerOf` takes a lower-case name. `domain` null = the first domain called. */
export interface EntryRequest {
  readonly method: string;
  readonly path: string;
  readonly domain: string | null;
  readonly headerOf: (name: string) => string | null;
}

/** An open entry; `finish` counts once. `operation` is method and route template. */
export interface Entry {
  readonly correlationId: string;
  readonly run: (work: Callable) => unknown;
  readonly finish: (result: EntryResult) => void;
}

export interface EntryResult {
  readonly operation: string;
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly thrown?: unknown;
}

const unmapped = 'unmapped';
const longestBaggage = 8_192;

/** Works before `start` too: the correlation is carried, nothing is counted. */
export function openEntry(request: EntryRequest): Entry {
  const current = runtime;
  const flow = flowOfRequest(current, request);
  const span = current === null ? null : startServerSpan(current, flow, request);
  const { domain } = request;
  const scope: Scope = { flow, domain, operation: null, isEntry: true, span, base: null, context: null, ended: false };
  const startMs = current?.clock.monotonicMs() ?? 0;
  return {
    correlationId: flow.correlationId,
    run: (work) =>
      span === null || current === null || current.tracing === null
        ? storage.run(scope, work)
        : current.tracing.run(scope, work, undefined, []),
    finish: (result) => {
      if (scope.ended) return;
      scope.ended = true;
      try {
        if (current !== null) record(current, scope, flow, result, startMs);
      } catch (error) {
        current?.log.debug({ error, operation: result.operation }, 'a request is not measured');
      }
    },
  };
}

function record(current: Runtime, scope: Scope, flow: Flow, result: EntryResult, startMs: number): void {
  const nowMs = current.clock.monotonicMs();
  const domain = scope.domain ?? flow.firstDomain ?? unmapped;
  const entry = flow.isProbe ? entryValue.probe : entryValue.request;
  const labels = requestLabels(domain, result.operation, entry, result.outcome);
  const cell = current.registry.histogram(metric.requestDuration, labels);
  observeSeconds(current, cell, (nowMs - startMs) / 1000, scope.span, nowMs);
  if (scope.span !== null) endServerSpan(scope.span, domain, result, flow.isProbe);
}

/** A span that an HTTP instrumentation of the app made active is the parent; else what the headers say. */
function flowOfRequest(current: Runtime | null, request: EntryRequest): Flow {
  const { headerOf } = request;
  const adopted = current?.tracing?.adoptActive() ?? null;
  const baggage = headerOf(header.baggage);
  const remote = parseTraceparent(headerOf(header.traceparent), headerOf(header.tracestate));
  const flow = newFlow({
    correlationId: incomingCorrelationId(headerOf),
    remote: adopted === null ? remote : null,
    traceId: adopted?.traceId ?? null,
    isProbe: adopted?.isProbe === true || remote?.isProbe === true,
    baggage: baggage !== null && baggage.length <= longestBaggage ? baggage : null,
  });
  if (adopted !== null) {
    flow.sampled = adopted.sampled;
    flow.base = adopted.base;
  }
  return flow;
}

/** The first acceptable one of the accepted headers, then the baggage; null = make a new one. */
export function incomingCorrelationId(headerOf: (name: string) => string | null): string | null {
  for (const name of header.acceptedCorrelationIds) {
    const value = headerOf(name);
    if (isCorrelationId(value)) return value;
  }
  const carried = baggageValue(headerOf(header.baggage), attribute.correlationId);
  return isCorrelationId(carried) ? carried : null;
}

function startServerSpan(current: Runtime, flow: Flow, request: EntryRequest): Span | null {
  if (!flow.sampled || current.tracing === null) return null;
  const attributes = {
    [attribute.correlationId]: flow.correlationId,
    'http.request.method': request.method,
    'url.path': request.path,
  };
  try {
    return current.tracing.startSpan(request.method, spanKind.server, attributes, flow, undefined);
  } catch (error) {
    current.log.debug({ error }, 'a request has no span');
    return null;
  }
}

function endServerSpan(span: Span, domain: string, result: EntryResult, isProbe: boolean): void {
  const { operation, outcome, status, thrown } = result;
  span.updateName(operation);
  span.setAttribute(attribute.domain, domain);
  span.setAttribute(attribute.operation, operation);
  span.setAttribute(attribute.entry, isProbe ? entryValue.probe : true);
  span.setAttribute(attribute.httpRoute, operation.slice(operation.indexOf(' ') + 1));
  if (status !== null) span.setAttribute('http.response.status_code', status);
  endSpan(span, outcome, thrown);
}
