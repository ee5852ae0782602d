/** Reads on a thread of their own: the same answers as the reader beside the engine, and what happens when the thread is lost. */
import SqliteDatabase from 'better-sqlite3';
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { encodeSpans } from '../history/otlp-fixture.ts';
import { logRequest, say } from '../intake/log-samples.ts';
import { startTestCollector, type TestCollector, testStartMs } from '../intake/test-collector.ts';
import { createAsyncReader } from './async-reader.ts';
import { ReaderClient } from './reader-client.ts';
import { UnreadableLedger } from './unreadable-ledger.ts';

let running: TestCollector | null = null;
let client: ReaderClient | null = null;

afterEach(async () => {
  await running?.remove();
  await client?.close();
  running = null;
  client = null;
});

function openFailing(bounds: { readonly mostWaiting?: number; readonly answerWithinMs?: number } = {}) {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  const script = new URL('./failing-worker.ts', import.meta.url);
  client = new ReaderClient({ file: '', mapping: [] }, log, { ...bounds, script });
  return { client, warnings };
}

it('answers every question as the reader beside the engine does, with domains by the mapping rules', async () => {
  const mapping = [{ match: { route: '/api/search/*' }, domain: 'search' }];
  running = await startTestCollector({ mapping });
  const span = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    startMs: testStartMs - 1_000,
    durationMs: 20,
    correlationId: 'c-1',
    attributes: { 'http.route': '/api/search/posts' },
  };
  await running.post('/v1/traces', encodeSpans([span]));
  const { traces, reader } = running.collector;
  expect(await traces.trace(span.traceId)).toEqual(reader.trace(span.traceId));
  expect(await traces.trace(span.traceId)).toMatchObject({ domains: ['search'] });
  expect(await traces.trace('f'.repeat(32))).toBeNull();
  expect(await traces.correlation('c-1')).toEqual(reader.tracesByCorrelation('c-1'));
  expect(await traces.search({ domain: 'search' })).toEqual(reader.searchTraces({ domain: 'search' }));
  expect(await traces.logs({})).toEqual({ logs: [], nextCursor: null });
  const window = { fromMs: testStartMs - 60_000, toMs: testStartMs + 60_000 };
  expect(await traces.spanEdges(window)).toEqual(reader.spanEdges(window));
  expect(await traces.spanEdges(window)).toMatchObject({ spans: 1, edges: [] });
});

it('leaves damaged log frames out, says how many records that are at most, and writes it into the log once', async () => {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  running = await startTestCollector({ log });
  const traceId = 'a'.repeat(32);
  const span = { traceId, spanId: 'b'.repeat(16), startMs: testStartMs - 1_000, durationMs: 20 };
  await running.post('/v1/traces', encodeSpans([span]));
  const json = { 'content-type': 'application/json' };
  await running.post('/v1/logs', logRequest([say('one', { traceId }), say('two', { traceId })]), json);
  await running.post('/v1/logs', logRequest([say('three', { traceId, atMs: 1 })]), json);
  const raw = new SqliteDatabase(running.file);
  const middle = 'length(data) / 2';
  raw.exec(`UPDATE log_bodies SET data = CAST(substr(data, 1, ${middle}) || x'ff00ff' || substr(data, ${middle} + 4) AS BLOB)
    WHERE frame = 1`);
  raw.close();
  const { traces } = running.collector;
  const page = await traces.logs({});
  expect(page.logs.map((one) => one.body)).toEqual(['three']);
  expect(page.unreadableRecords).toBe(2);
  const trace = await traces.trace(traceId);
  expect(trace?.logs.map((one) => one.body)).toEqual(['three']);
  expect(trace?.unreadableLogs).toBe(2);
  expect(warnings).toEqual([expect.stringContaining('up to 2 are missing from an answer')]);
});

it('sees what was committed after its first answer', async () => {
  running = await startTestCollector();
  const { traces } = running.collector;
  expect((await traces.search({})).traces).toEqual([]);
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startMs: testStartMs - 1_000, durationMs: 20 };
  await running.post('/v1/traces', encodeSpans([span]));
  expect((await traces.search({})).traces).toHaveLength(1);
});

it('answers from what can be read, and says once, for people and the log, what cannot', async () => {
  running = await startTestCollector();
  const spanOf = (number: number) => ({
    ...{ traceId: String(number).repeat(32), spanId: 'b'.repeat(16), correlationId: 'c-1' },
    ...{ startMs: testStartMs - number * 1_000, durationMs: 20 },
  });
  for (const number of [1, 2, 3]) await running.post('/v1/traces', encodeSpans([spanOf(number)]));
  const db = new SqliteDatabase(running.file);
  db.exec("UPDATE frame_bodies SET data = CAST('damaged' AS BLOB) WHERE frame = 2");
  db.close();
  const errors: string[] = [];
  const log = { ...silentLog, error: (_: object, message: string) => void errors.push(message) };
  const reading = createAsyncReader({ file: running.file, mapping: [] }, log);
  const { traces } = reading;
  expect(traces.unreadable()).toBeNull();
  const found = (await traces.correlation('c-1')).map(({ traceId }) => traceId[0]);
  expect(found).toEqual(['3', '1']);
  expect(await traces.trace(spanOf(2).traceId)).toBeNull();
  expect(await traces.search({})).toMatchObject({ traces: [{}, {}], nextCursor: null, unreadable: 1 });
  const [fromMs, toMs] = [testStartMs - 2_000, testStartMs - 1_980];
  expect(traces.unreadable()).toMatchObject({ frames: 1, spans: 1, fromMs, toMs });
  expect(errors).toEqual([traces.unreadable()?.sentence]);
  expect(errors[0]).toMatch(
    /^1 stored frame cannot be read \(2\): 1 spans between 20\S+Z and 20\S+Z are missing in every search and trace;/,
  );
  await reading.close();
});

it('counts a frame once when two threads met it, and names the first five', () => {
  const ledger = new UnreadableLedger();
  const frame = (id: number) => ({ frame: id, fromMs: testStartMs + id, toMs: testStartMs + 10 + id, spans: 2 });
  expect(ledger.summary()).toBeNull();
  expect(ledger.add([7, 3, 9, 1].map(frame))).toBe(true);
  expect(ledger.add([3, 7].map(frame))).toBe(false);
  expect(ledger.add([3, 11, 12, 13].map(frame))).toBe(true);
  expect(ledger.summary()).toMatchObject({ frames: 7, spans: 14, fromMs: testStartMs + 1, toMs: testStartMs + 23 });
  expect(ledger.summary()?.sentence).toContain('7 stored frames cannot be read (1, 3, 7, 9, 11 and 2 more): 14 spans');
});

it('refuses a foreign cursor with the words of the search', async () => {
  running = await startTestCollector();
  await expect(running.collector.traces.search({ cursor: 'bm90IG91cnM' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: 'cursor "bm90IG91cnM" is not one that a trace search gave; repeat the search without it',
  });
});

it('refuses the question on which the thread died, says so in the log, and answers the next one on a new thread', async () => {
  const { client, warnings } = openFailing();
  const [first, dead, next] = await Promise.allSettled([
    client.ask('trace', 'fine'),
    client.ask('trace', 'dies'),
    client.ask('trace', 'fine'),
  ]);
  expect(first).toMatchObject({ value: 'trace 0' });
  expect(dead).toMatchObject({ reason: { code: 'UNAVAILABLE' } });
  expect(dead).toMatchObject({ reason: { message: expect.stringContaining('the ground opened') } });
  expect(next).toMatchObject({ value: 'trace 0' });
  expect(warnings).toEqual(['the reader of traces has ended (the ground opened); a new one is started']);
});

it('ends a thread that does not answer, and goes on with a new one', async () => {
  const { client } = openFailing({ answerWithinMs: 2_000 });
  const [lost, next] = await Promise.allSettled([client.ask('trace', 'hangs'), client.ask('trace', 'fine')]);
  expect(lost).toMatchObject({
    reason: { code: 'UNAVAILABLE', message: expect.stringContaining('no answer after 2 s') },
  });
  expect(next).toMatchObject({ value: 'trace 0' });
});

it('asks look-ups before searches that wait, and refuses what does not fit into the line', async () => {
  const { client } = openFailing({ mostWaiting: 2 });
  const answers = await Promise.allSettled([
    client.ask('trace', 'at once'),
    client.ask('searchTraces', {}),
    client.ask('trace', 'fine'),
    client.ask('trace', 'too many'),
  ]);
  expect(answers).toMatchObject([
    { value: 'trace 0' },
    { value: 'searchTraces 2' },
    { value: 'trace 1' },
    {
      reason: { code: 'OVERLOADED', message: '2 reads of traces and logs are waiting already; ask again in a second' },
    },
  ]);
});

it('refuses what waits when it is closed, and everything after', async () => {
  const { client } = openFailing();
  const answers = Promise.allSettled([client.ask('trace', 'hangs'), client.ask('trace', 'fine')]);
  await client.close();
  expect(await answers).toMatchObject([{ reason: { code: 'UNAVAILABLE' } }, { reason: { code: 'UNAVAILABLE' } }]);
  await expect(client.ask('trace', 'fine')).rejects.toThrow('the collector is closing; ask again later');
});
