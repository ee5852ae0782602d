/** What one wrapped async call costs, beside a naive startActiveSpan + prom-client observe, alternating in the same run. */
import { context, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { Histogram } from 'prom-client';
import { instrumentDomain, runWithCorrelation, start } from '../src/instrument/index.ts';
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';

/** Medians over the rounds; `toNaive` is the ratio to the naive call of the same round. */
export interface WrapperCost {
  readonly name: string;
  readonly nanoseconds: number;
  readonly toNaive: number;
}

const callsPerRound = 40_000;
const rounds = 21;
const warmUpRounds = 2;

const bare = { home: async (user: number): Promise<number> => user + 1 };
const discard = {
  export: (_spans: unknown, done: (result: { code: number }) => void): void => done({ code: 0 }),
  shutdown: async (): Promise<void> => {},
};

/** What people write by hand: one active span and one labelled observation a call. */
function naiveService(tracer: Tracer): typeof bare {
  const histogram = new Histogram({
    name: 'naive_duration_seconds',
    help: 'naive',
    labelNames: ['domain', 'operation', 'entry', 'outcome'],
    buckets: [...durationBoundsSeconds],
    registers: [],
  });
  const attributes = { 'seam.domain': 'feed', 'seam.operation': 'home', 'seam.correlation_id': 'bench' };
  const home = (user: number): Promise<number> =>
    tracer.startActiveSpan('feed.home', { attributes }, async (span) => {
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
    });
  return { home };
}

async function nanosecondsPerCall(service: typeof bare): Promise<number> {
  const startMs = performance.now();
  for (let call = 0; call < callsPerRound; call += 1) await service.home(call);
  return ((performance.now() - startMs) / callsPerRound) * 1e6;
}

async function measureNaive(): Promise<number> {
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter: discard })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  const tracer = provider.getTracer('bench');
  const service = naiveService(tracer);
  const result = await tracer.startActiveSpan('request', (span) =>
    nanosecondsPerCall(service).finally(() => span.end()),
  );
  context.disable();
  await provider.shutdown();
  return result;
}

async function measureWrapped(sampleRatio: number, isInRequest: boolean): Promise<number> {
  const library = await start({ serviceName: 'bench', endpoint: null, sampleRatio });
  const feed = instrumentDomain('feed', bare);
  const page = instrumentDomain('page', { open: () => nanosecondsPerCall(feed) });
  const result = isInRequest ? await runWithCorrelation(null, () => page.open()) : await nanosecondsPerCall(feed);
  await library.shutdown();
  return result;
}

/** Inside a request each wrapped call makes two observations: its own, and the edge from the calling domain. */
export async function measureWrapper(): Promise<readonly WrapperCost[]> {
  trace.disable();
  const variants: readonly (readonly [string, () => Promise<number>])[] = [
    ['naive', measureNaive],
    ['bare', () => nanosecondsPerCall(bare)],
    ['wrapped, not sampled', () => measureWrapped(0, true)],
    ['wrapped, not sampled, no request around it', () => measureWrapped(0, false)],
    ['wrapped, sampled', () => measureWrapped(1, true)],
    ['wrapped, sampled, each call a trace', () => measureWrapped(1, false)],
  ];
  const results = variants.map(() => ({ nanoseconds: [] as number[], ratios: [] as number[] }));
  for (let round = 0; round < rounds + warmUpRounds; round += 1) {
    let naive = Number.NaN;
    for (const [index, [, measure]] of variants.entries()) {
      const nanoseconds = await measure();
      if (index === 0) naive = nanoseconds;
      if (round < warmUpRounds) continue;
      results[index]?.nanoseconds.push(nanoseconds);
      results[index]?.ratios.push(nanoseconds / naive);
    }
  }
  return variants.map(([name], index) => ({
    name,
    nanoseconds: medianOf(results[index]?.nanoseconds ?? []),
    toNaive: medianOf(results[index]?.ratios ?? []),
  }));
}

/** One line a variant, for people. */
export async function wrapperReport(): Promise<string> {
  const rows = (await measureWrapper()).map(
    ({ name, nanoseconds, toNaive }) =>
      `${name.padEnd(44)}${nanoseconds.toFixed(0).padStart(7)} ns${toNaive.toFixed(3).padStart(8)}× naive`,
  );
  return rows.join('\n');
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? Number.NaN;
}

if (import.meta.main) process.stdout.write(`${await wrapperReport()}\n`);
