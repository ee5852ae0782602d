/** Calls between domains counted in stored spans: who called whom, how often, how long, and how far back that holds. */
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { durationBoundsSeconds } from '../../src/kernel/conventions.ts';
import { createSpanMapper } from '../intake/domain-mapping.ts';
import { traceMigrations } from './frame-schema.ts';
import { type FixtureAttributes, type FixtureSpan, frameOf } from './otlp-fixture.ts';
import type { SpanEdge, SpanEdges } from './reader.ts';
import { createSegmentWriter } from './segments.ts';
import { createTraceReader } from './trace-reader.ts';

/** A whole 10 s. */
const t0 = 1_790_000_000_000;
const hour = { fromMs: t0, toMs: t0 + 3_600_000 };
const mapping = [
  { match: { serviceName: 'web' }, domain: 'feed' },
  { match: { route: '/api/users/*' }, domain: 'users' },
  { match: { codeNamespace: 'mailer' }, domain: 'mail' },
];

let db: Database;

beforeEach(() => {
  db = new SqliteDatabase(':memory:');
  for (const { sql } of traceMigrations) db.exec(sql);
});

function store(spans: readonly FixtureSpan[], resource: FixtureAttributes = {}): void {
  const writer = createSegmentWriter(db);
  db.transaction(() => writer.append(frameOf(spans, resource)))();
}

function reader(isOverdue?: () => boolean) {
  const limits = { rows: 1, frames: 1, spans: 1, ...(isOverdue === undefined ? {} : { isOverdue }) };
  return createTraceReader(db, { domainOf: createSpanMapper(mapping), limits });
}

function idOf(trace: number, index: number): string {
  return (trace * 100 + index + 1).toString(16).padStart(16, '0');
}

/** Span `index` of trace `trace`, called by span `parent` of it. */
function span(trace: number, index: number, parent: number | null, more: Partial<FixtureSpan> = {}): FixtureSpan {
  return {
    traceId: (trace + 1).toString(16).padStart(32, '0'),
    spanId: idOf(trace, index),
    ...(parent === null ? {} : { parentSpanId: idOf(trace, parent) }),
    startMs: t0 + 1_000 + trace * 1_000 + index,
    durationMs: 10,
    ...more,
  };
}

const route = (path: string): FixtureAttributes => ({ 'http.route': path });

/** "feed → users sync 3". */
function said({ edges }: SpanEdges): string[] {
  return edges.map(({ from, to, mode, calls }) => `${from} → ${to} ${mode} ${calls}`);
}

/** Bucket upper bounds (s) and what is in them. */
function filled({ counts }: SpanEdge): [number | undefined, number][] {
  return counts.flatMap((count, at): [number | undefined, number][] =>
    count === 0 ? [] : [[durationBoundsSeconds[at], count]],
  );
}

describe('the calls in stored spans', () => {
  it('are those into another domain, by the mapping rules, over frames, with errors and durations', () => {
    // Two services that know nothing of Seamwatch; each sends its own bodies. A request of web asks users twice; once that fails.
    const web = { 'service.name': 'web' };
    store([span(0, 1, 0, { kind: 'client', durationMs: 31 }), span(0, 2, 0, { kind: 'client' })], web);
    store(
      [
        span(0, 3, 1, { kind: 'server', durationMs: 30, attributes: route('/api/users/:id') }),
        span(0, 4, 3, { kind: 'client', name: 'SELECT', durationMs: 25 }),
        span(0, 5, 2, { kind: 'server', durationMs: 2, status: 'error', attributes: route('/api/users/:id') }),
      ],
      { 'service.name': 'accounts' },
    );
    store([span(0, 0, null, { kind: 'server', durationMs: 50 })], web);
    const answer = reader().spanEdges(hour);
    expect(answer.edges).toMatchObject([{ from: 'feed', to: 'users', mode: 'sync', calls: 2, errors: 1 }]);
    expect(answer.edges.map(filled)).toEqual([
      [
        [0.002, 1],
        [0.03, 1],
      ],
    ]);
    expect(answer).toMatchObject({ spans: 6, missingParents: 0, fromMs: t0, toMs: hour.toMs });
  });

  it('go out from the nearest domain above, through spans that have none', () => {
    store([
      span(0, 0, null, { domain: 'feed' }),
      span(0, 1, 0, { name: 'http client' }),
      span(0, 2, 1, { name: 'middleware' }),
      span(0, 3, 2, { domain: 'users' }),
      span(1, 0, null, { name: 'entry of no domain' }),
      span(1, 1, 0, { domain: 'users' }),
    ]);
    expect(said(reader().spanEdges(hour))).toEqual(['feed → users sync 1']);
  });

  it('are asynchronous when work was handed over between the two', () => {
    store([
      span(0, 0, null, { domain: 'feed' }),
      span(0, 1, 0, { kind: 'producer', name: 'queue' }),
      span(0, 2, 1, { kind: 'consumer', name: 'queue' }),
      span(0, 3, 2, { attributes: { 'code.namespace': 'mailer' } }),
      span(0, 4, 0, { domain: 'users' }),
      span(1, 0, null, { domain: 'feed', kind: 'producer' }),
      span(1, 1, 0, { domain: 'users' }),
    ]);
    expect(said(reader().spanEdges(hour))).toEqual([
      'feed → mail async 1',
      'feed → users async 1',
      'feed → users sync 1',
    ]);
  });

  it('stand for those that sampling left out, and not for a probe or a simulation', () => {
    const call = (trace: number, traceState?: string) => [
      span(trace, 0, null, { domain: 'feed' }),
      span(trace, 1, 0, { domain: 'users', status: 'error', ...(traceState === undefined ? {} : { traceState }) }),
    ];
    store([...call(0), ...call(1, 'ot=th:c'), ...call(2, 'ot=th:c,seam=probe')]);
    store(call(3), { 'seam.synthetic': true });
    // 1 + 1 of a quarter.
    const { edges, spans } = reader().spanEdges(hour);
    expect(edges).toMatchObject([{ calls: 5, errors: 5 }]);
    expect(edges.map(filled)).toEqual([[[0.01, 5]]]);
    expect(spans).toBe(8);
  });

  it('count once though a span was reported twice, and come to an end in a ring', () => {
    store([span(0, 0, null, { domain: 'feed' }), span(0, 1, 0, { domain: 'users', durationMs: 1 })]);
    store([span(0, 1, 0, { domain: 'users', durationMs: 20, status: 'error' })]);
    store([span(1, 0, 1, { domain: 'feed' }), span(1, 1, 0, { name: 'in a ring' }), span(2, 0, 0, { domain: 'feed' })]);
    const { edges } = reader().spanEdges(hour);
    expect(edges).toMatchObject([{ from: 'feed', to: 'users', calls: 1, errors: 1 }]);
    expect(edges.map(filled)).toEqual([[[0.02, 1]]]);
  });

  it('are not known of spans whose parent is not there: those are counted', () => {
    store([span(0, 1, 0, { domain: 'users' }), span(0, 2, 1, { domain: 'mail' }), span(1, 3, 2, { domain: 'users' })]);
    const answer = reader().spanEdges(hour);
    expect(said(answer)).toEqual(['users → mail sync 1']);
    expect(answer.missingParents).toBe(2);
  });

  it('are those that ended in the window, by parents that may have ended after it', () => {
    store([
      span(0, 0, null, { domain: 'feed', durationMs: 60_000 }),
      span(0, 1, 0, { domain: 'users', startMs: t0 + 19_990, durationMs: 9 }),
      span(0, 2, 0, { domain: 'users', startMs: t0 + 19_990, durationMs: 10 }),
      span(0, 3, 0, { domain: 'mail', startMs: t0 + 29_990, durationMs: 9 }),
      span(0, 4, 0, { domain: 'mail', startMs: t0 + 29_990, durationMs: 10 }),
    ]);
    const answer = reader().spanEdges({ fromMs: t0 + 20_000, toMs: t0 + 30_000 });
    expect(said(answer)).toEqual(['feed → mail sync 1', 'feed → users sync 1']);
  });
});

describe('how far back it holds', () => {
  /** One call that ends `second` seconds and 11 ms into the hour, in a frame of its own. */
  const storeCall = (second: number): void => {
    const startMs = t0 + second * 1_000;
    store([
      span(second, 0, null, { domain: 'feed', startMs, durationMs: 20 }),
      span(second, 1, 0, { domain: 'users', startMs: startMs + 1 }),
    ]);
  };

  it('begins with the whole 10 s of the first span', () => {
    for (const second of [35, 48]) storeCall(second);
    expect(reader().spanEdges(hour)).toMatchObject({ fromMs: t0 + 30_000, toMs: hour.toMs, spans: 4 });
    expect(reader().spanEdges({ ...hour, fromMs: t0 + 33_000 })).toMatchObject({ fromMs: t0 + 33_000, spans: 4 });
  });

  it('ends where the allowed number of spans was read, with the time that they cover', () => {
    for (const second of [100, 200, 300, 400]) storeCall(second);
    const answer = reader().spanEdges({ ...hour, maxSpans: 5 });
    expect(said(answer)).toEqual(['feed → users sync 2']);
    expect(answer).toMatchObject({ spans: 4, fromMs: t0 + 200_021 });
  });

  it('ends when the time is up, but not before something was read', () => {
    for (const second of [100, 200]) storeCall(second);
    expect(reader(() => true).spanEdges(hour)).toMatchObject({ spans: 2, fromMs: t0 + 100_021, edges: [{ calls: 1 }] });
  });

  it('spends nothing on what began after the end of the window, and is empty when the time is up before it got there', () => {
    for (const second of [100, 200, 300]) storeCall(second);
    const late = Array.from({ length: 5 }, (_, at) => span(900, at, null, { domain: 'mail', startMs: t0 + 500_000 }));
    store([...late, span(901, 0, null, { domain: 'feed', startMs: t0 + 150_000, durationMs: 450_000 })]);
    const until = { fromMs: t0, toMs: t0 + 250_000 };
    const answer = reader().spanEdges({ ...until, maxSpans: 3 });
    expect(answer).toMatchObject({ spans: 3, fromMs: t0 + 100_021, toMs: t0 + 250_000, edges: [{ calls: 1 }] });
    expect(reader(() => true).spanEdges(until)).toMatchObject({ spans: 1, fromMs: t0 + 200_021, edges: [] });
    const before = { fromMs: t0, toMs: t0 + 200_010 };
    expect(reader(() => true).spanEdges(before)).toMatchObject({ spans: 1, fromMs: before.toMs, edges: [] });
  });

  it('ends before what ageing kept, where only traces of interest are left', () => {
    for (const second of [100, 200]) storeCall(second);
    db.exec('UPDATE frames SET kept = 1 WHERE id = 1');
    expect(reader().spanEdges(hour)).toMatchObject({ spans: 2, fromMs: t0 + 100_021, edges: [{ calls: 1 }] });
    db.exec('UPDATE frames SET kept = 1');
    expect(reader().spanEdges(hour)).toMatchObject({ fromMs: t0 + 200_021, spans: 0, edges: [] });
  });

  it('passes over a damaged frame', () => {
    for (const second of [100, 200, 300]) storeCall(second);
    db.exec("UPDATE frame_bodies SET data = CAST('damaged' AS BLOB) WHERE frame = 2");
    const one = reader();
    expect(one.spanEdges(hour)).toMatchObject({ spans: 4, fromMs: t0 + 100_000, edges: [{ calls: 2 }] });
    expect(one.unreadable()).toMatchObject([{ frame: 2 }]);
  });

  it('gives the thousand pairs with the most calls', () => {
    const pairs = Array.from({ length: 1_010 }, (_, at) => [
      span(at, 0, null, { domain: 'feed' }),
      span(at, 1, 0, { domain: `d${at}` }),
      ...(at < 20 ? [] : [span(at, 2, 0, { domain: `d${at}` })]),
    ]);
    store(pairs.flat());
    const { edges } = reader().spanEdges(hour);
    expect(edges).toHaveLength(1_000);
    expect(edges.filter(({ calls }) => calls === 2)).toHaveLength(990);
  });
});
