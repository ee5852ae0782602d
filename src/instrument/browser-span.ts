/** A span of a web page as OTLP/JSON, which is what Faro's `pushTraces` takes. Runs in browsers. */
import { attribute } from '../kernel/conventions.ts';

/** Times are Unix ms. */
export interface BrowserSpan {
  readonly name: string;
  /** OTLP: 1 internal, 3 client. */
  readonly kind: 1 | 3;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly isError: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** What a span belongs to. */
export interface SpanOwner {
  readonly traceId: string;
  readonly correlationId: string;
}

/** An export request of one span. */
export function spanRequest(owner: SpanOwner, span: BrowserSpan): object {
  const scopeSpans = [{ scope: { name: 'seamwatch/instrument/browser' }, spans: [jsonSpan(owner, span)] }];
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] };
}

function jsonSpan(action: SpanOwner, span: BrowserSpan): object {
  const attributes = { ...span.attributes, [attribute.correlationId]: action.correlationId };
  return {
    traceId: action.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    ...{ name: span.name, kind: span.kind },
    startTimeUnixNano: nanosOf(span.startMs),
    endTimeUnixNano: nanosOf(span.endMs),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? { intValue: value } : { stringValue: value },
    })),
    status: { code: span.isError ? 2 : 0 },
  };
}

function nanosOf(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
