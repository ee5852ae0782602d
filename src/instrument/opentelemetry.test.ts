/** Beside the app's own OpenTelemetry, without any, and beside Sentry. */
import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { context, defaultTextMapGetter, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as Sentry from '@sentry/node';
import { afterEach, describe, expect, it } from 'vitest';
import { Registry } from './cells.ts';
import { connectTracing } from './connect-tracing.ts';
import {
  correlation,
  type Instrumentation,
  instrumentDomain,
  metric,
  runWithCorrelation,
  start,
  wrapHandler,
} from './index.ts';
import { createLosses } from './losses.ts';
import { correlateSentry, sentryOptions } from './sentry.ts';
import { closeServer, countOf, listen, openReceiver } from './testing/receiver.ts';

let library: Instrumentation | null = null;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await library?.shutdown();
  library = null;
  for (const close of closing.splice(0)) await close();
});

const feed = instrumentDomain('feed', { home: async () => trace.getActiveSpan()?.spanContext().spanId });

describe('the app’s own spans', () => {
  it('are children of the domain span and parents of what they call, with our SDK', async () => {
    const receiver = await openReceiver();
    closing.push(receiver.close);
    library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
    const tracer = trace.getTracer('app');
    const page = instrumentDomain('page', {
      open: () =>
        tracer.startActiveSpan('render', async (span) => {
          await feed.home();
          const { spanId } = correlation() ?? {};
          span.end();
          return spanId === span.spanContext().spanId;
        }),
    });
    expect(await page.open()).toBe(true);
    await library.flush();
    const one = (name: string) => receiver.spans.find((span) => span.name === name);
    expect(one('render')?.parentSpanId).toBe(one('page.open')?.spanId);
    expect(one('feed.home')?.parentSpanId).toBe(one('render')?.spanId);
    expect(countOf(receiver, metric.callDuration, { from: 'page', to: 'feed' })).toBe(1);
  });

  it('stay the parent across runWithCorrelation', async () => {
    const receiver = await openReceiver();
    closing.push(receiver.close);
    library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
    await trace.getTracer('app').startActiveSpan('job', async (span) => {
      await runWithCorrelation('job-7', () => feed.home());
      span.end();
    });
    await library.flush();
    const one = (name: string) => receiver.spans.find((span) => span.name === name);
    expect(one('feed.home')?.parentSpanId).toBe(one('job')?.spanId);
    expect(one('feed.home')?.attributes['seam.correlation_id']).toBe('job-7');
  });

  it('join an unsampled trace and are not recorded either', async () => {
    library = await start({ serviceName: 'shop', endpoint: null, sampleRatio: 0 });
    const page = instrumentDomain('page', {
      open: () => trace.getTracer('app').startActiveSpan('render', (span) => span.isRecording()),
    });
    expect(page.open()).toBe(false);
  });
});

describe('a tracer provider that the app registered', () => {
  it('gets our spans, no SDK of ours is set up, and it stays registered after shutdown', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    closing.push(async () => {
      trace.disable();
      context.disable();
    });
    library = await start({ serviceName: 'shop', endpoint: null });
    const page = instrumentDomain('page', { open: () => feed.home() });
    const inner = await trace.getTracer('app').startActiveSpan('request', async (span) => {
      const id = await page.open();
      span.end();
      return id;
    });
    const spans = exporter.getFinishedSpans();
    const one = (name: string) => spans.find((span) => span.name === name);
    expect(spans.map((span) => span.name)).toEqual(['feed.home', 'page.open', 'request']);
    expect(one('feed.home')?.spanContext().spanId).toBe(inner);
    expect(one('feed.home')?.parentSpanContext?.spanId).toBe(one('page.open')?.spanContext().spanId);
    expect(one('page.open')?.parentSpanContext?.spanId).toBe(one('request')?.spanContext().spanId);
    await library.shutdown();
    trace.getTracer('app').startSpan('later').end();
    expect(exporter.getFinishedSpans()).toHaveLength(4);
  });

  it('keeps the mark of a probe, on a request of its own instrumentation and on one of ours', async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    closing.push(async () => {
      trace.disable();
      context.disable();
    });
    library = await start({ serviceName: 'shop', endpoint: null });
    const headers = { traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`, tracestate: 'seam=probe' };
    const handle = wrapHandler(async () => new Response((await feed.home()) ?? ''), { route: '/home', domain: 'feed' });
    const ask = () => handle(new Request('http://localhost/home', { headers }));
    await ask();
    const incoming = new W3CTraceContextPropagator().extract(context.active(), headers, defaultTextMapGetter);
    await context.with(incoming, () =>
      trace.getTracer('app').startActiveSpan('request', async (span) => {
        await ask();
        span.end();
      }),
    );
    const spans = exporter.getFinishedSpans();
    expect(spans.map((span) => span.name)).toEqual(['feed.home', 'GET /home', 'feed.home', 'GET /home', 'request']);
    expect(spans.map((span) => span.spanContext().traceState?.serialize())).toEqual(spans.map(() => 'seam=probe'));
    const { body } = await library.metricsPage();
    expect(body).toMatch(/domain_request_duration_seconds_count\{[^}]*entry="probe"[^}]*\} 2/);
    expect(body).not.toMatch(/entry="(?:true|false)"/);
  });
});

describe('a span processor of the app that throws', () => {
  it('does not reach the caller, and the call is counted', async () => {
    const receiver = await openReceiver();
    const refuse = (): void => {
      throw new Error('processor');
    };
    const processor = { onStart: () => {}, onEnd: refuse, forceFlush: async () => {}, shutdown: async () => {} };
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [processor] }));
    closing.push(receiver.close, async () => trace.disable());
    library = await start({ serviceName: 'shop', endpoint: receiver.endpoint });
    const math = instrumentDomain('math', { add: (a: number, b: number) => a + b, later: async () => 5 });
    expect(math.add(1, 2)).toBe(3);
    expect(await math.later()).toBe(5);
    await library.flush();
    expect(countOf(receiver, metric.requestDuration, { outcome: 'ok' })).toBe(2);
  });
});

describe('without @opentelemetry/api', () => {
  it('there is no tracing, and the reason is told', async () => {
    const told: unknown[] = [];
    const log = { debug: () => {}, warn: () => {}, error: () => {}, info: (fields: object) => told.push(fields) };
    const losses = createLosses(new Registry([1]));
    const missing = () => Promise.reject(new Error("Cannot find package '@opentelemetry/api'"));
    const tracing = await connectTracing({ resource: {}, sampleRatio: 1, transport: null, losses, log }, missing);
    expect(tracing).toBeNull();
    expect(told).toEqual([{ reason: "Cannot find package '@opentelemetry/api'" }]);
  });
});

describe('importing the library', () => {
  it('loads nothing of the control plane, Sentry, express, ws, or OpenTelemetry', () => {
    const index = new URL('./index.ts', import.meta.url).href;
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      await import(${JSON.stringify(index)});
      process.stdout.write(loaded.join('\\n'));`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const loaded = child.stdout
      .split('\n')
      .filter((url) => url.startsWith('file:'))
      .map((url) => fileURLToPath(url));
    expect(loaded.length).toBeGreaterThan(10);
    expect(loaded.filter((path) => !/\/src\/(?:instrument|kernel)\//.test(path))).toEqual([]);
    expect(loaded.filter((path) => path.endsWith('/sentry.ts') || path.endsWith('/log.ts'))).toEqual([]);
  });
});

describe('Sentry 11', () => {
  it.each([
    ['at its start', (dsn: string) => void Sentry.init({ dsn, ...sentryOptions() })],
    [
      'when it runs already',
      (dsn: string) => {
        Sentry.init({ dsn });
        correlateSentry(Sentry);
      },
    ],
  ])('reports an error with the trace, the correlation ID and the domain, tied %s', async (_when, init) => {
    const envelopes: string[] = [];
    const arrived = Promise.withResolvers<void>();
    const sink: Server = createServer((request, response) => {
      request.setEncoding('utf8');
      let text = '';
      request.on('data', (part: string) => {
        text += part;
      });
      request.on('end', () => {
        envelopes.push(text);
        response.end('{}');
        if (text.includes('"type":"event"')) arrived.resolve();
      });
    });
    const port = await listen(sink);
    closing.push(() => closeServer(sink));
    library = await start({ serviceName: 'shop', endpoint: null });
    init(`http://key@127.0.0.1:${port}/1`);
    closing.push(() => Sentry.close(1_000));
    const posts = instrumentDomain('posts', {
      create: async () => {
        Sentry.captureException(new Error('disk full'));
        return correlation();
      },
    });
    const seen = await runWithCorrelation('s-1', () => posts.create());
    await arrived.promise;
    const lines = envelopes.flatMap((envelope) => envelope.split('\n')).filter((line) => line.includes('disk full'));
    const event = JSON.parse(lines[0] ?? '{}');
    expect(event.contexts.trace).toMatchObject({ trace_id: seen?.traceId, span_id: seen?.spanId });
    expect(event.tags).toMatchObject({ correlation_id: 's-1', domain: 'posts' });
  });
});
