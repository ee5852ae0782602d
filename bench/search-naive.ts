/** The naive way to find a trace: every span a row of a SQLite table, with an index on the trace id. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { type DecodedSpan, decodeSpans } from '../collector/history/index.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { AppError } from '../src/kernel/errors.ts';
import { seededRandom } from '../src/kernel/ids.ts';
import { type Latency, latencyOf, pick } from './search-latency.ts';
import { makeFrame, makeTemplate, type Sample, spansPerTrace, tracesPerFrame } from './trace-data.ts';

/** The same spans as the product's, fewer of them. */
export interface NaiveSearch {
  readonly spans: number;
  readonly writeSeconds: number;
  readonly bytesPerSpan: number;
  readonly byTraceId: Latency;
}

/** About 20 s for a million. */
export function benchNaiveSearch(spans: number, lookups: number): NaiveSearch {
  const folder = mkdtempSync(join(tmpdir(), 'seamwatch-bench-'));
  const file = join(folder, 'rows.db');
  try {
    const started = systemClock.monotonicMs();
    const sample = write(file, spans);
    const writeSeconds = (systemClock.monotonicMs() - started) / 1000;
    return {
      spans,
      writeSeconds,
      bytesPerSpan: statSync(file).size / spans,
      byTraceId: measure(file, sample, lookups),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(file: string, spans: number): Sample[] {
  const db = new SqliteDatabase(file);
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE spans (trace_id TEXT, span_id TEXT, parent_span_id TEXT, name TEXT, kind TEXT, start_ns INTEGER, end_ns INTEGER,
    status TEXT, domain TEXT, operation TEXT, correlation_id TEXT, attributes TEXT);
    CREATE INDEX spans_by_trace ON spans (trace_id)`);
  const insert = db.prepare('INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const templates = Array.from({ length: 16 }, (_, index) => makeTemplate(index));
  const random = seededRandom(1);
  const sample: Sample[] = [];
  const frames = Math.ceil(spans / spansPerTrace / tracesPerFrame);
  for (let frame = 0; frame < frames; frame += 1) {
    const { bodies } = makeFrame(templates, random, frame, sample);
    db.transaction(() => {
      for (const body of bodies) for (const span of decodeSpans(body)) insert.run(...rowOf(span));
    })();
  }
  db.close();
  return sample;
}

function rowOf(span: DecodedSpan): readonly (string | bigint | null)[] {
  const { traceId, spanId, parentSpanId, name, kind, startNs, endNs, status, domain, operation, correlationId } = span;
  const ids = [traceId, spanId, parentSpanId, name, kind, startNs, endNs, status, domain, operation, correlationId];
  return [...ids, JSON.stringify(span.attributes)];
}

function measure(file: string, sample: readonly Sample[], lookups: number): Latency {
  const db = new SqliteDatabase(file, { readonly: true });
  db.pragma('mmap_size = 268435456');
  const find = db.prepare<[string]>('SELECT * FROM spans WHERE trace_id = ?');
  const times = pick(sample, lookups).map(({ traceId }) => {
    const started = systemClock.monotonicMs();
    const rows = find.all(traceId);
    if (rows.length !== spansPerTrace) throw new AppError('INTERNAL', 'a stored trace was not found');
    return systemClock.monotonicMs() - started;
  });
  db.close();
  return latencyOf(times.slice(50));
}
