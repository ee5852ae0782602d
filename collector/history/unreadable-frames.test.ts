/** Frames damaged on disk: every question is answered from the others, and what is left out is counted once. */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/kernel/ids.ts';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureSpan, frameOf } from './otlp-fixture.ts';
import type { TraceQuery, TraceReader } from './reader.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

const t0 = 1_790_000_000_000;
const frameCount = 40;
const tracesPerFrame = 8;
/** Only these are damaged, so that some are hit several times and the rest stays whole. */
const damagedBelow = 25;
const spreadTrace = 'f'.repeat(32);

let db: Database;

function traceIdOf(frame: number, trace: number): string {
  return `${(((frame * 97 + trace) * 2654435761) >>> 0).toString(16).padStart(8, '0')}${(frame * 100 + trace).toString(16).padStart(24, '0')}`;
}

/** Frame `frame` (from 0): traces of one span each, and one span of the trace that is spread over all frames. */
function spansOf(frame: number): FixtureSpan[] {
  const startMs = t0 + frame * 1_000;
  const own = Array.from(
    { length: tracesPerFrame },
    (_, trace): FixtureSpan => ({
      traceId: traceIdOf(frame, trace),
      spanId: (frame * 100 + trace + 1).toString(16).padStart(16, '0'),
      startMs: startMs + trace,
      durationMs: 5 + trace,
      domain: trace % 2 === 0 ? 'feed' : 'chat',
      operation: 'list',
      correlationId: trace === 0 ? 'shared' : `c-${frame}-${trace}`,
      status: trace === 3 ? 'error' : 'ok',
      attributes: { 'http.route': '/api/feed', tenant: trace === 5 ? 'acme' : 'other' },
    }),
  );
  return [
    ...own,
    {
      traceId: spreadTrace,
      spanId: (frame + 1).toString(16).padStart(16, 'a'),
      startMs,
      durationMs: 1,
    },
  ];
}

/** Flips bits at 50 places inside the bodies of the first frames; gives the frames (from 0) that were hit. */
function flipBits(seed: number): Set<number> {
  const random = seededRandom(seed);
  const hit = new Set<number>();
  const read = db.prepare<[number], Buffer>('SELECT data FROM frame_bodies WHERE frame = ?').pluck();
  for (let flip = 0; flip < 50; flip += 1) {
    const frame = Math.floor(random() * damagedBelow);
    const data = read.get(frame + 1) ?? Buffer.alloc(0);
    const at = Math.floor(random() * data.length);
    data[at] = (data[at] ?? 0) ^ (1 + Math.floor(random() * 255));
    replaceBody(frame, data);
    hit.add(frame);
  }
  return hit;
}

function replaceBody(frame: number, data: Buffer): void {
  db.prepare('UPDATE frame_bodies SET data = ? WHERE frame = ?').run(data, frame + 1);
}

/** Trace ids of all pages. */
function all(reader: TraceReader, query: TraceQuery): string[] {
  const found: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = reader.searchTraces({ ...query, limit: 30, cursor });
    found.push(...page.traces.map(({ traceId }) => traceId));
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}

/** Trace ids of the frames that are whole, newest first, of traces for which `wants` is true. */
function expected(damaged: ReadonlySet<number>, wants: (trace: number) => boolean): string[] {
  const found: string[] = [];
  for (let frame = frameCount - 1; frame >= 0; frame -= 1) {
    if (damaged.has(frame)) continue;
    for (let trace = tracesPerFrame - 1; trace >= 0; trace -= 1) if (wants(trace)) found.push(traceIdOf(frame, trace));
  }
  return found;
}

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
  const writer = createSegmentWriter(db);
  for (let frame = 0; frame < frameCount; frame += 1) writer.append(frameOf(spansOf(frame)));
});

describe.each([1, 2, 3])('with bits flipped at 50 places inside frames (seed %i)', (seed) => {
  let damaged: Set<number>;
  let reader: TraceReader;

  beforeEach(() => {
    damaged = flipBits(seed);
    reader = createTraceReader(db);
  });

  it.each<[string, TraceQuery, (trace: number) => boolean]>([
    ['domain', { domain: 'feed' }, (trace) => trace % 2 === 0],
    ['operation', { operation: 'list' }, () => true],
    ['root', { root: 'list' }, () => true],
    ['error', { error: true }, (trace) => trace === 3],
    ['duration', { minDurationMs: 11, domain: 'feed' }, (trace) => trace === 6],
    ['attribute', { attribute: { key: 'tenant', value: 'acme' } }, (trace) => trace === 5],
    ['correlation ID', { correlationId: 'shared' }, (trace) => trace === 0],
  ])('a search by %s gives everything that is in the others', (_, query, wants) => {
    expect(damaged.size).toBeGreaterThan(15);
    expect(all(reader, query)).toEqual(expected(damaged, wants));
  });

  it('a trace and a correlation ID are answered with the spans that are in the others', () => {
    const whole = frameCount - damaged.size;
    expect(reader.trace(spreadTrace)?.spanCount).toBe(whole);
    expect(reader.tracesByCorrelation('shared').map(({ traceId }) => traceId)).toEqual(
      expected(damaged, (trace) => trace === 0).reverse(),
    );
    for (let frame = 0; frame < frameCount; frame += 1) {
      expect(reader.trace(traceIdOf(frame, 1)) === null, `frame ${frame}`).toBe(damaged.has(frame));
    }
  });

  it('each is counted once however often it is met, and per page', () => {
    const query = { minDurationMs: 1e6 };
    expect(reader.searchTraces(query)).toMatchObject({ traces: [], nextCursor: null, unreadable: damaged.size });
    expect(reader.searchTraces(query)).toMatchObject({ unreadable: damaged.size });
    expect(reader.trace(spreadTrace)).not.toBeNull();
    expect(reader.unreadable().map(({ frame }) => frame - 1)).toEqual([...damaged].sort((left, right) => right - left));
    expect(reader.searchTraces({ fromMs: t0 + damagedBelow * 1_000, domain: 'feed' })).toMatchObject({ unreadable: 0 });
  });
});

it('a frame that is cut short, empty, gone, foreign or of another length is left out, with its time and its spans', () => {
  const body = (frame: number): Buffer =>
    db
      .prepare<[number], Buffer>('SELECT data FROM frame_bodies WHERE frame = ?')
      .pluck()
      .get(frame + 1) ?? Buffer.alloc(0);
  replaceBody(0, body(0).subarray(0, 40));
  replaceBody(1, Buffer.alloc(0));
  db.prepare('DELETE FROM frame_bodies WHERE frame = 3').run();
  replaceBody(3, Buffer.from('no frame'.repeat(20)));
  db.prepare('UPDATE frames SET raw_bytes = raw_bytes + 1 WHERE id = 5').run();
  db.prepare('UPDATE frames SET raw_bytes = raw_bytes - 1 WHERE id = 6').run();
  db.prepare('UPDATE frames SET raw_bytes = 0 WHERE id = 7').run();
  db.prepare('UPDATE frames SET raw_bytes = 1e15 WHERE id = 8').run();
  const reader = createTraceReader(db);
  const damaged = new Set([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(all(reader, { operation: 'list' })).toEqual(expected(damaged, () => true));
  expect(reader.unreadable()).toHaveLength(8);
  expect(reader.unreadable().at(-1)).toEqual({ frame: 1, fromMs: t0, toMs: t0 + 19, spans: 9 });
});

it('bits flipped in a frame without a checksum, which may still open, never break an answer off', () => {
  for (let frame = 0; frame < frameCount; frame += 1) {
    const data = db
      .prepare<[number], Buffer>('SELECT data FROM frame_bodies WHERE frame = ?')
      .pluck()
      .get(frame + 1);
    const params = { [constants.ZSTD_c_compressionLevel]: 1 };
    replaceBody(frame, zstdCompressSync(zstdDecompressSync(data ?? Buffer.alloc(0)), { params }));
  }
  const damaged = flipBits(4);
  const reader = createTraceReader(db);
  const found = new Set(all(reader, { operation: 'list' }));
  for (const traceId of expected(damaged, () => true)) expect(found).toContain(traceId);
  for (const query of [{ error: true }, { attribute: { key: 'tenant', value: 'acme' } }, { minDurationMs: 11 }]) {
    expect(all(reader, query).length).toBeGreaterThan(0);
  }
  for (let frame = 0; frame < frameCount; frame += 1) reader.trace(traceIdOf(frame, 1));
  expect(reader.trace(spreadTrace)?.spanCount).toBeGreaterThanOrEqual(frameCount - damaged.size);
  expect(reader.tracesByCorrelation('shared').length).toBeGreaterThanOrEqual(frameCount - damaged.size);
});
