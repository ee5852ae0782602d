/** Decides how the library traces: through the app's own tracer provider, through our SDK, or not at all. */
import { messageOf } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Losses } from './losses.ts';
import type { Tracing } from './runtime.ts';
import { createTracing, type OtelApi, type SpanStart, type TracingParts } from './tracing.ts';
import type { Transport } from './transport.ts';

export interface ConnectOptions {
  readonly resource: Readonly<Record<string, string | boolean>>;
  readonly sampleRatio: number;
  readonly transport: Transport | null;
  readonly losses: Losses;
  readonly log: Log;
}

/** Null where @opentelemetry/api or the SDK can not be loaded: the library then correlates and counts without spans. */
export async function connectTracing(
  options: ConnectOptions,
  loadApi: () => Promise<OtelApi> = () => import('@opentelemetry/api'),
): Promise<{ readonly tracing: Tracing; readonly isForeign: boolean } | null> {
  try {
    const api = await loadApi();
    const isForeign = isProviderRegistered(api);
    const parts = isForeign ? foreignParts(api) : await ownParts(api, options);
    return { tracing: createTracing(parts), isForeign };
  } catch (error) {
    options.log.info({ reason: messageOf(error) }, 'OpenTelemetry is not available: no spans, numbers only');
    return null;
  }
}

/** The proxy that the API hands out delegates to one shared no-op provider until somebody registers a real one. */
function isProviderRegistered(api: OtelApi): boolean {
  const provider = api.trace.getTracerProvider();
  const unregistered = new api.ProxyTracerProvider().getDelegate();
  return provider instanceof api.ProxyTracerProvider && provider.getDelegate() !== unregistered;
}

function foreignParts(api: OtelApi): TracingParts {
  return {
    api,
    tracer: api.trace.getTracer('seamwatch'),
    spanStart: null,
    ownsContext: false,
    flush: async () => {},
    shutdown: async () => {},
  };
}

async function ownParts(api: OtelApi, options: ConnectOptions): Promise<TracingParts> {
  const { startSdk } = await import('./sdk.ts');
  const spanStart: SpanStart = { traceId: null, attributes: null };
  return startSdk({ api, spanStart, ...options });
}
