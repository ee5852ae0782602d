/** Log records from the HTTP request to the search, beside their trace, over a restart and through retention. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hourMs, minuteMs, secondMs } from '../../src/kernel/duration.ts';
import { logRequest, otherTrace, type SentRecord, say, spanId, textAttribute, traceId } from './log-samples.ts';
import { defaultRetention } from './options.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

const json = { 'content-type': 'application/json' };

async function post(records: readonly SentRecord[], resource?: Record<string, string>): Promise<string> {
  const answer = await running.post('/v1/logs', logRequest(records, resource), json);
  expect(answer.status).toBe(200);
  return answer.body.toString();
}

const bodies = (query: object): string[] => running.collector.reader.searchLogs(query).logs.map((log) => log.body);

test('a record of an impossible time is left out by its reason, the others are kept', async () => {
  const answer = await post([
    say('good', { atMs: -minuteMs }),
    say('old', { atMs: -hourMs - 1 }),
    say('ahead', { atMs: 6 * minuteMs }),
    { body: { stringValue: 'observed' }, timeUnixNano: '0', observedTimeUnixNano: `${testStartMs - 1_000}000000` },
    { body: { stringValue: 'no time' }, timeUnixNano: 0 },
  ]);
  expect(JSON.parse(answer)).toEqual({
    partialSuccess: {
      rejectedLogRecords: '2',
      errorMessage:
        'rejected 1 too_old (older than 1 h; back-fill needs the admin token), 1 in_future (more than 5 min ahead; check the clock)',
    },
  });
  expect(bodies({})).toEqual(['no time', 'observed', 'good']);
  expect(running.collector.stats()).toMatchObject({ logs: 3, rejected: { too_old: 1, in_future: 1 } });
});

test('searches by trace, correlation, domain, severity, words and time', async () => {
  await post([
    say('Slow "query" took 900 ms', {
      atMs: 1,
      traceId,
      severityNumber: 13,
      attributes: [textAttribute('seam.domain', 'search')],
    }),
    say('sent', {
      atMs: 2,
      traceId: otherTrace,
      attributes: [textAttribute('seam.domain', 'chat'), textAttribute('seam.correlation_id', 'r')],
    }),
    say('failed', {
      atMs: 3,
      traceId,
      severityNumber: 17,
      attributes: [textAttribute('seam.domain', 'chat'), textAttribute('exception.message', 'Broken PIPE')],
    }),
    say('idle', { atMs: 4 }),
  ]);
  expect(bodies({ traceId: traceId.toUpperCase() })).toEqual(['failed', 'Slow "query" took 900 ms']);
  expect(bodies({ correlationId: 'r' })).toEqual(['sent']);
  expect(bodies({ domain: 'chat' })).toEqual(['failed', 'sent']);
  expect(bodies({ severity: 'warn' })).toEqual(['failed', 'Slow "query" took 900 ms']);
  expect(bodies({ severity: 'fatal' })).toEqual([]);
  expect(bodies({ text: 'SLOW "Q' })).toEqual(['Slow "query" took 900 ms']);
  expect(bodies({ text: 'broken pipe' })).toEqual(['failed']);
  expect(bodies({ text: 'campus' })).toEqual([]);
  expect(bodies({ fromMs: testStartMs + 2, toMs: testStartMs + 4 })).toEqual(['failed', 'sent']);
  expect(bodies({ domain: 'chat', severity: 'error', traceId })).toEqual(['failed']);
});

test('the trace has its own records beside its spans, oldest first, and none of the correlation that name no trace', async () => {
  const span = {
    traceId,
    spanId,
    name: 'send',
    startTimeUnixNano: `${testStartMs - 100}000000`,
    endTimeUnixNano: `${testStartMs}000000`,
    attributes: [textAttribute('seam.domain', 'chat'), textAttribute('seam.correlation_id', 'r')],
  };
  const spans = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
  expect((await running.post('/v1/traces', JSON.stringify(spans), json)).status).toBe(200);
  await post([
    say('second', { atMs: -10, traceId, spanId }),
    say('first', { atMs: -90, traceId }),
    say('outside', { atMs: -50, attributes: [textAttribute('seam.correlation_id', 'r')] }),
    say('foreign', { atMs: -50, traceId: otherTrace }),
  ]);
  const { reader } = running.collector;
  const found = reader.trace(traceId)?.logs.map((log) => [log.body, log.domain]);
  expect(found).toEqual([
    ['first', null],
    ['second', 'chat'],
  ]);
  expect(reader.tracesByCorrelation('r').map((one) => one.logs.length)).toEqual([2]);
});

test('a repeated body is recognised, also after a restart', async () => {
  const body = logRequest([say('once')]);
  await running.post('/v1/logs', body, json);
  await running.post('/v1/logs', body, json);
  running = await running.reopen();
  await running.post('/v1/logs', body, json);
  expect(bodies({})).toEqual(['once']);
  expect(running.collector.stats()).toMatchObject({ logs: 0, repeatedBodies: 1 });
});

test('a broken body is refused and nothing of it is stored', async () => {
  const half = await running.post('/v1/logs', Buffer.from([0x0a, 0x05, 0x12, 0x09]));
  expect(half.status).toBe(400);
  expect((await running.post('/v1/logs', '{"resourceLogs":[{"scopeLogs":3}]}', json)).body.toString()).toContain(
    'resourceLogs[0].scopeLogs must be a list',
  );
  expect(bodies({})).toEqual([]);
  expect(running.collector.stats().rejected).toEqual({ malformed_body: 2 });
});

test('records end with the retention of spans', async () => {
  await running.remove();
  running = await startTestCollector({ retention: { ...defaultRetention, spansMs: hourMs / 2 } });
  await post([say('to go')]);
  running.clock.advance(hourMs / 2 + 2 * secondMs);
  await expect.poll(() => bodies({}), { timeout: 10_000 }).toEqual([]);
  expect(running.collector.reader.logStorage()).toEqual({ bytes: 0, records: 0, frames: 0, oldestMs: null });
});
