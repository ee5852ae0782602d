/** Spans through a real server: exact counts, replies to the letter, repeats. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durationBoundsSeconds } from '../../src/kernel/conventions.ts';
import { type SampleSpan, sampleTraces, sampleTracesJson } from './otlp-samples.ts';
import { eventsIn, slicesOf, startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

const resource = { 'service.name': 'api', 'service.instance.id': 'a1' };
let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

function span(number: number, more: Partial<SampleSpan> = {}): SampleSpan {
  const id = number.toString(16);
  return {
    traceId: id.padStart(32, '0'),
    spanId: id.padStart(16, '0'),
    startMs: testStartMs - 1_000,
    durationMs: 200,
    attributes: { 'seam.domain': 'feed', 'seam.operation': 'load', 'seam.correlation_id': `c-${number}` },
    ...more,
  };
}

const feed = { domain: 'feed', operation: 'load' };
const requests = 'domain.request.duration';

test('answers 200 with zero bytes once 3 spans are readable, counted at their exact bound', async () => {
  const answer = await running.post(
    '/v1/traces',
    sampleTraces(resource, [span(1), span(2), span(3, { durationMs: 200.000001 })]),
  );
  expect([answer.status, answer.body.length, answer.headers['content-type']]).toEqual([
    200,
    0,
    'application/x-protobuf',
  ]);
  const [slice] = slicesOf(running.collector, requests, { ...feed, entry: 'false', outcome: 'ok' });
  const at200 = durationBoundsSeconds.indexOf(0.2);
  expect(slice?.startMs).toBe(testStartMs - 10_000);
  expect(slice?.counts[at200]).toBe(2);
  expect(slice?.counts[at200 + 1]).toBe(1);
  expect(running.collector.reader.trace(span(2).traceId)?.spanCount).toBe(1);
  expect(running.collector.reader.tracesByCorrelation('c-3')).toHaveLength(1);
});

test('a JSON body with upper-case ids stores the same spans and answers {}', async () => {
  const json = sampleTracesJson(resource, [span(0xabc), span(0xdef, { kind: 2, status: 2 })]);
  const answer = await running.post(
    '/v1/traces',
    json.replaceAll(span(0xabc).traceId, span(0xabc).traceId.toUpperCase()),
    {
      'content-type': 'application/json; charset=utf-8',
    },
  );
  expect([answer.status, answer.body.toString(), answer.headers['content-type']]).toEqual([
    200,
    '{}',
    'application/json',
  ]);
  expect(running.collector.reader.trace(span(0xabc).traceId)?.correlationId).toBe('c-2748');
  expect(eventsIn(slicesOf(running.collector, requests, { ...feed, entry: 'true', outcome: 'error' }))).toBe(1);
});

test('the same spans plain, gzipped and as JSON are one body: counted once', async () => {
  const body = sampleTraces(resource, [span(1), span(2)]);
  await running.post('/v1/traces', body);
  await running.post('/v1/traces', gzipSync(body), { 'content-encoding': 'gzip' });
  await running.post('/v1/traces', sampleTracesJson(resource, [span(1), span(2)]), {
    'content-type': 'application/json',
  });
  expect(eventsIn(slicesOf(running.collector, requests, feed))).toBe(2);
  expect(running.collector.stats()).toMatchObject({ bodies: 3, spans: 2, repeatedBodies: 2 });
});

test('rejects single spans by reason, stores the others, and says so in both encodings', async () => {
  const bad = [
    span(2, { traceId: '0'.repeat(32) }),
    span(3, { spanId: 'abcd' }),
    span(4, { durationMs: -1 }),
    span(5, { startMs: testStartMs + 301_000 }),
    span(6, { startMs: testStartMs - 3_700_000 }),
  ];
  const answer = await running.post('/v1/traces', sampleTraces(resource, [span(1), ...bad]));
  expect(answer.status).toBe(200);
  expect(answer.body.toString('latin1')).toContain('1 too_old (older than 1 h; back-fill needs the admin token)');
  expect([answer.body[0], answer.body[3], answer.body[4]]).toEqual([0x0a, 0x08, 5]);
  expect(running.collector.reader.storage().spans).toBe(1);
  expect(running.collector.reader.trace(span(6).traceId)).toBeNull();
  const json = await running.post('/v1/traces', sampleTracesJson(resource, [span(7), span(8, { spanId: 'xyz' })]), {
    'content-type': 'application/json',
  });
  expect(JSON.parse(json.body.toString())).toEqual({
    partialSuccess: { rejectedSpans: '1', errorMessage: 'rejected 1 bad_span_id' },
  });
  expect(running.collector.stats().rejected).toEqual({
    bad_trace_id: 1,
    bad_span_id: 2,
    end_before_start: 1,
    in_future: 1,
    too_old: 1,
  });
});

test('who may back-fill stores old spans, even a body that was refused before', async () => {
  const old = sampleTraces(resource, [span(1, { startMs: testStartMs - 100 * 3_600_000 })]);
  await running.post('/v1/traces', old);
  expect(running.collector.reader.storage().spans).toBe(0);
  await running.post('/v1/traces', old, { 'x-backfill': '1' });
  const [slice] = slicesOf(running.collector, requests, feed);
  expect(slice).toMatchObject({ startMs: testStartMs - 100 * 3_600_000, durationMs: 900_000 });
  expect(running.collector.stats().latePoints).toBe(0);
});

test('weighs a span sampled at one half (ot=th:8) as two', async () => {
  await running.post('/v1/traces', sampleTraces(resource, [span(1, { tracestate: 'vendor=x,ot=rv:1;th:8' }), span(2)]));
  expect(eventsIn(slicesOf(running.collector, requests, feed))).toBe(3);
});

test('keeps synthetic spans of a mixed body as series and frames of their own', async () => {
  const real = sampleTraces(resource, [span(1)]);
  const simulated = sampleTraces({ ...resource, 'seam.synthetic': true }, [span(2)]);
  await running.post('/v1/traces', Buffer.concat([real, simulated]));
  const series = running.collector.reader.series();
  expect(series.map((each) => each.synthetic).sort()).toEqual([false, true]);
  expect(running.collector.reader.trace(span(1).traceId)?.synthetic).toBe(false);
  expect(running.collector.reader.trace(span(2).traceId)?.synthetic).toBe(true);
  expect(running.collector.reader.storage()).toMatchObject({ spans: 2, frames: 2 });
});

test('counts a point behind the watermark as late and corrects its slice', async () => {
  await running.post('/v1/traces', sampleTraces(resource, [span(1), span(2, { startMs: testStartMs - 60_000 })]));
  expect(running.collector.stats().latePoints).toBe(1);
  expect(eventsIn(slicesOf(running.collector, requests, feed))).toBe(2);
});
