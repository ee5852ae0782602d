/** Sets up OpenTelemetry's own SDK, only where the app has registered no tracer provider. Everything is loaded on demand. */
import type { Context, ContextManager, Counter, TextMapPropagator } from '@opentelemetry/api';
import type { IdGenerator, Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import { attribute } from '../kernel/conventions.ts';
import type { Losses } from './losses.ts';
import { storage } from './scope.ts';
import { exportSpans } from './span-export.ts';
import { isInSample, thresholdOf, thresholdText } from './trace-context.ts';
import { contextOf, type OtelApi, type SpanStart, scopeWith, type TracingParts } from './tracing.ts';
import type { Transport } from './transport.ts';

/** What the SDK is built from; `transport` null = spans are made, and end nowhere. */
export interface SdkOptions {
  readonly api: OtelApi;
  readonly resource: Readonly<Record<string, string | boolean>>;
  readonly sampleRatio: number;
  readonly transport: Transport | null;
  readonly losses: Losses;
  readonly spanStart: SpanStart;
}

/** Spans leave at most this often, unless a batch is full. */
const spanDelayMs = 1_000;
/** At some 300 bytes each; a burst above this is dropped and counted. */
const maxQueuedSpans = 16_384;
const longestAttribute = 4_096;

/** Registers provider, context manager and propagators; `shutdown` takes back what it registered. */
export async function startSdk(options: SdkOptions): Promise<TracingParts> {
  const { api, transport } = options;
  const [sdk, resources, otlp] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/otlp-transformer'),
  ]);
  const exporter = exportSpans(
    (spans) => otlp.ProtobufTraceSerializer.serializeRequest(spans),
    transport,
    options.losses,
  );
  const provider = new sdk.TracerProvider({
    resource: resources.defaultResource().merge(resources.resourceFromAttributes({ ...options.resource })),
    sampler: consistentSampler(options),
    spanLimits: { attributeValueLengthLimit: longestAttribute },
    idGenerator: namingGenerator(new sdk.RandomIdGenerator(), options.spanStart),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter,
        scheduledDelayMillis: spanDelayMs,
        maxQueueSize: maxQueuedSpans,
        selfObsMeterProvider: { getMeter: () => lossMeter(api, options.losses) },
      }),
    ],
  });
  api.trace.setGlobalTracerProvider(provider);
  const { ownsContext, release } = await registerContext(api);
  return {
    api,
    tracer: provider.getTracer('seamwatch'),
    spanStart: options.spanStart,
    ownsContext,
    flush: () => flushAll(provider, exporter),
    shutdown: async () => {
      await provider.shutdown().catch(() => {});
      api.trace.disable();
      release();
    },
  };
}

/** Gives a root span the trace id that its flow has already told to logs and headers. */
function namingGenerator(random: IdGenerator, spanStart: SpanStart): IdGenerator {
  return {
    generateTraceId: () => spanStart.traceId ?? random.generateTraceId(),
    generateSpanId: () => random.generateSpanId(),
  };
}

/** Our context manager, where the app has none; it keeps OpenTelemetry's context in our own storage. */
export async function registerContext(
  api: OtelApi,
): Promise<{ readonly ownsContext: boolean; readonly release: () => void }> {
  const [hooks, core] = await Promise.all([
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
  ]);
  class SeamContextManager extends hooks.AsyncLocalStorageContextManager implements ContextManager {
    override active(): Context {
      const scope = storage.getStore();
      return scope === undefined ? api.ROOT_CONTEXT : contextOf(api, scope);
    }

    override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
      context: Context,
      work: F,
      self?: ThisParameterType<F>,
      ...args: A
    ): ReturnType<F> {
      return storage.run(scopeWith(context), () => Reflect.apply(work, self, args));
    }
  }
  const ownsContext = api.context.setGlobalContextManager(new SeamContextManager());
  const propagator = new core.CompositePropagator({
    propagators: [new core.W3CTraceContextPropagator(), keepingCorrelation(api, new core.W3CBaggagePropagator())],
  });
  const ownsPropagation = api.propagation.setGlobalPropagator(propagator);
  return {
    ownsContext,
    release: () => {
      if (ownsContext) api.context.disable();
      if (ownsPropagation) api.propagation.disable();
    },
  };
}

/** A global propagator does not know the host it writes for, so the correlation ID leaves through our own `fetch` alone. */
function keepingCorrelation(api: OtelApi, baggage: TextMapPropagator): TextMapPropagator {
  return {
    inject: (context, carrier, setter) => {
      const rest = api.propagation.getBaggage(context)?.removeEntry(attribute.correlationId);
      baggage.inject(rest === undefined ? context : api.propagation.setBaggage(context, rest), carrier, setter);
    },
    extract: (context, carrier, getter) => baggage.extract(context, carrier, getter),
    fields: () => baggage.fields(),
  };
}

/**
 * Follows the parent; a root is decided by the 56 random bits of its trace id, as every service with the same ratio does,
 * and says so in tracestate.
 */
function consistentSampler(options: SdkOptions): Sampler {
  const { api, sampleRatio, spanStart } = options;
  const threshold = thresholdOf(sampleRatio);
  const traceState = sampleRatio < 1 ? api.createTraceState(`ot=th:${thresholdText(sampleRatio)}`) : null;
  return {
    shouldSample: (context, traceId) => {
      const attributes = spanStart.attributes ?? {};
      const parent = api.trace.getSpanContext(context);
      if (parent !== undefined && parent.traceId === traceId) {
        return { decision: (parent.traceFlags & 1) === 1 ? 2 : 0, attributes };
      }
      if (sampleRatio <= 0 || (sampleRatio < 1 && !isInSample(traceId, threshold))) return { decision: 0 };
      return traceState === null ? { decision: 2, attributes } : { decision: 2, attributes, traceState };
    },
    toString: () => `SeamRatio{${sampleRatio}}`,
  };
}

/** The batch processor reports a full queue on its own meter; nothing else of that meter is of interest. */
function lossMeter(api: OtelApi, losses: Losses): ReturnType<OtelApi['createNoopMeter']> {
  const counter: Counter = {
    add: (count, attributes) => {
      if (attributes?.['error.type'] === 'queue_full') losses.spans(count, 'queue_full');
    },
  };
  return Object.create(api.createNoopMeter(), { createCounter: { value: () => counter } });
}

async function flushAll(provider: { forceFlush: () => Promise<void> }, exporter: SpanExporter): Promise<void> {
  await provider.forceFlush().catch(() => {});
  await exporter.forceFlush?.();
}
