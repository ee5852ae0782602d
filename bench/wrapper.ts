/** What one wrapped async call costs, beside a naive startActiveSpan + prom-client observe, alternating in the same run. */
import { context, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { Histogram } from 'prom-client';
import { instrumentDomain, runWithCorrelation, start } from '../src/instrument/index.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';

/** ns per call, the median of the rounds. */
interface Row {
  readonly name: string;
  readonly nanoseconds: number;
}

const callsPerRound = 100_000;
const rounds = 9;

const bare = { home: async (user: number): Promise<number> => user + 1 };

function naive(tracer: Tracer): typeof bare {
  const histogram = new Histogram({
    name: 'naive_duration_seconds',
    help: 'naive',
    labelNames: ['domain', 'operation', 'entry', 'outcome'],
    buckets: [...durationBoundsSeconds],
    registers: [],
  });
  return {
    home: (user) =>
      tracer.startActiveSpan(
        'feed.home',
        { attributes: { 'seam.domain': 'feed', 'seam.operation': 'home', 'seam.correlation_id': 'bench' } },
        async (span) => {
          const startMs = performance.now();
          let outcome = 'ok';
          try {
            return await bare.home(user);
          } catch (error) {
            outcome = 'error';
            throw error;
          } finally {
            const seconds = (performance.now() - startMs) / 1000;
            histogram.observe({ domain: 'feed', operation: 'home', entry: 'false', outcome }, seconds);
            span.end();
          }
        },
      ),
  };
}

async function nanosecondsPerCall(service: typeof bare): Promise<number> {
  const startMs = performance.now();
  for (let call = 0; call < callsPerRound; call += 1) await service.home(call);
  return ((performance.now() - startMs) / callsPerRound) * 1e6;
}

async function measureAll(): Promise<readonly Row[]> {
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter: discard })],
  });
  const wrapped = instrumentDomain('feed', bare);
  const inRound: Record<string, () => Promise<number>> = {
    bare: () => nanosecondsPerCall(bare),
    naive: async () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager());
      const tracer = provider.getTracer('bench');
      const result = await tracer.startActiveSpan('request', (span) =>
        nanosecondsPerCall(naive(tracer)).finally(() => span.end()),
      );
      context.disable();
      return result;
    },
    'wrapped, not sampled': () => measureWrapped(wrapped, 0, true),
    'wrapped, not sampled, no request around it': () => measureWrapped(wrapped, 0, false),
    'wrapped, sampled': () => measureWrapped(wrapped, 1, true),
    'wrapped, sampled, each call a trace': () => measureWrapped(wrapped, 1, false),
  };
  const results = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(inRound)) {
      results.set(name, [...(results.get(name) ?? []), await measure()]);
    }
  }
  return [...results].map(([name, values]) => ({ name, nanoseconds: medianOf(values) }));
}

const discard = {
  export: (_spans: unknown, done: (result: { code: number }) => void): void => done({ code: 0 }),
  shutdown: async (): Promise<void> => {},
};

async function measureWrapped(wrapped: typeof bare, sampleRatio: number, isInRequest: boolean): Promise<number> {
  const library = await start({ serviceName: 'bench', endpoint: null, sampleRatio });
  const request = instrumentDomain('request', { serve: () => nanosecondsPerCall(wrapped) });
  const result = isInRequest
    ? await runWithCorrelation(null, () => request.serve())
    : await nanosecondsPerCall(wrapped);
  await library.shutdown();
  return result;
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

trace.disable();
const rows = await measureAll();
const reference = rows.find((row) => row.name === 'naive')?.nanoseconds ?? Number.NaN;
for (const { name, nanoseconds } of rows) {
  const ratio = (nanoseconds / reference).toFixed(3);
  process.stdout.write(`${name.padEnd(44)} ${nanoseconds.toFixed(0).padStart(6)} ns  ${ratio}× naive\n`);
}
