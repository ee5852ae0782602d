/** How fast a trace is found among many, and what a stored span costs on disk. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { traceMigrations } from '../collector/history/frame-schema.ts';
import type { TraceReader } from '../collector/history/reader.ts';
import { createSegmentWriter } from '../collector/history/segments.ts';
import { createTraceReader } from '../collector/history/trace-reader.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { AppError } from '../src/kernel/errors.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { openReadOnly, openStore } from '../src/store/index.ts';
import { benchBeside, besideText } from './search-beside.ts';
import { type Latency, latencyOf, latencyText as ms, pick } from './search-latency.ts';
import { benchNaiveSearch, type NaiveSearch } from './search-naive.ts';
import { frameEveryMs, makeFrame, makeTemplate, type Sample, spansPerTrace, t0, tracesPerFrame } from './trace-data.ts';

/** A p99 of fewer is the luck of three. */
const lookups = 2_000;
const warmUp = 50;
const coldLookups = 300;
const naiveSpans = 1_000_000;

/** Warm: one reader, other traces each time. Cold: a new connection with nothing cached for each look-up (the system's file cache is warm). */
export interface SearchBench {
  readonly spans: number;
  readonly writeSeconds: number;
  readonly slowestCommitMs: number;
  /** The whole database file, index included. */
  readonly bytesPerSpan: number;
  readonly indexBytesPerSpan: number;
  readonly byTraceId: { readonly warm: Latency; readonly cold: Latency };
  readonly byCorrelationId: { readonly warm: Latency; readonly cold: Latency };
  readonly newestPage: Latency;
  readonly slowPage: Latency;
  readonly naive: NaiveSearch;
}

/**
 * Stores `spans` spans (8 a trace, 2,048 a commit, `synchronous=FULL`) in a temporary file, then looks traces up. A million takes
 * about 6 s and 45 MB; ten million about a minute and 430 MB.
 */
export async function benchSearch(spans = 1_000_000, print: (line: string) => void = printLine): Promise<SearchBench> {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-bench-'));
  const file = join(folder, 'bench.db');
  try {
    const written = write(file, spans);
    const bytes = statSync(file).size;
    const result: SearchBench = {
      spans,
      writeSeconds: written.seconds,
      slowestCommitMs: written.slowestMs,
      bytesPerSpan: bytes / spans,
      indexBytesPerSpan: indexBytes(file) / spans,
      byTraceId: measure(
        file,
        written.sample,
        (reader, each) => reader.trace(each.traceId)?.spanCount === spansPerTrace,
      ),
      byCorrelationId: measure(
        file,
        written.sample,
        (reader, each) => reader.tracesByCorrelation(each.correlationId)[0]?.spanCount === spansPerTrace,
      ),
      newestPage: measurePages(
        file,
        (reader, round) =>
          reader.searchTraces({ limit: 50, toMs: t0 + (round + 3) * frameEveryMs * 5 }).traces.length > 0,
      ),
      slowPage: measurePages(file, (reader) => reader.searchTraces({ minDurationMs: 1e9 }).traces.length === 0),
      naive: benchNaiveSearch(Math.min(spans, naiveSpans), lookups),
    };
    report(result, print);
    print(besideText(await benchBeside()));
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(
  file: string,
  spans: number,
): { readonly seconds: number; readonly slowestMs: number; readonly sample: Sample[] } {
  const store = openStore(file, traceMigrations);
  try {
    const writer = createSegmentWriter(store.db);
    const templates = Array.from({ length: 16 }, (_, index) => makeTemplate(index));
    const random = seededRandom(1);
    const sample: Sample[] = [];
    let slowestMs = 0;
    let busyMs = 0;
    const frames = Math.ceil(spans / spansPerTrace / tracesPerFrame);
    for (let frame = 0; frame < frames; frame += 1) {
      const input = makeFrame(templates, random, frame, frame % Math.ceil(frames / 2_000) === 0 ? sample : null);
      const started = systemClock.monotonicMs();
      store.db.transaction(() => writer.append(input))();
      const took = systemClock.monotonicMs() - started;
      busyMs += took;
      slowestMs = Math.max(slowestMs, took);
    }
    return { seconds: busyMs / 1000, slowestMs, sample };
  } finally {
    store.close();
  }
}

function measure(file: string, sample: readonly Sample[], find: (reader: TraceReader, each: Sample) => boolean) {
  const db = openReadOnly(file);
  const reader = createTraceReader(db);
  const timed = (work: () => boolean): number => {
    const started = systemClock.monotonicMs();
    if (!work()) throw new AppError('INTERNAL', 'a stored trace was not found');
    return systemClock.monotonicMs() - started;
  };
  const asked = pick(sample, lookups);
  const warm = asked.map((each) => timed(() => find(reader, each))).slice(warmUp);
  db.close();
  const cold = asked.slice(0, coldLookups).map((each) =>
    timed(() => {
      const fresh = openReadOnly(file);
      const found = find(createTraceReader(fresh), each);
      fresh.close();
      return found;
    }),
  );
  return { warm: latencyOf(warm), cold: latencyOf(cold) };
}

function measurePages(file: string, search: (reader: TraceReader, round: number) => boolean): Latency {
  const db = openReadOnly(file);
  const reader = createTraceReader(db);
  const times = Array.from({ length: 20 }, (_, round) => {
    const started = systemClock.monotonicMs();
    if (!search(reader, round + 1)) throw new AppError('INTERNAL', 'the search did not answer as it must');
    return systemClock.monotonicMs() - started;
  });
  db.close();
  return latencyOf(times);
}

function indexBytes(file: string): number {
  const db = openReadOnly(file);
  const sql = `SELECT coalesce((SELECT sum(length(entries)) FROM tag_buckets), 0) + coalesce((SELECT sum(length(tags)) FROM frame_tail), 0)`;
  const bytes = db.prepare<[], number>(sql).pluck().get() ?? 0;
  db.close();
  return bytes;
}

function report(result: SearchBench, print: (line: string) => void): void {
  print(
    `spans ${result.spans}: written in ${result.writeSeconds.toFixed(1)} s, slowest commit ${result.slowestCommitMs.toFixed(1)} ms`,
  );
  print(`disk: ${result.bytesPerSpan.toFixed(1)} bytes a span, of it ${result.indexBytesPerSpan.toFixed(2)} index`);
  print(`by trace id, warm: ${ms(result.byTraceId.warm)}; cold: ${ms(result.byTraceId.cold)}`);
  print(`by correlation ID, warm: ${ms(result.byCorrelationId.warm)}; cold: ${ms(result.byCorrelationId.cold)}`);
  print(
    `a page of 50 newest: ${ms(result.newestPage)}; one call that finds nothing slow enough: ${ms(result.slowPage)}`,
  );
  const { naive } = result;
  print(
    `naive, a row a span and an index on the trace id, ${naive.spans} spans only: ${ms(naive.byTraceId)}; ${naive.bytesPerSpan.toFixed(0)} bytes a span; written in ${naive.writeSeconds.toFixed(1)} s`,
  );
}

function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await benchSearch(Number(process.argv[2] ?? 1_000_000));
}
