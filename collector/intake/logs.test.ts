/** Log records from the HTTP request to the search, beside their trace, over a restart and through retention. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs, secondMs } from '../../src/kernel/duration.ts';
import { startTestCollector, type TestCollector, testStartMs } from './test-collector.ts';

let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector();
});

afterEach(async () => {
  await running.remove();
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const otherTrace = '1bf7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const json = { 'content-type': 'application/json' };

interface SentRecord {
  readonly atMs?: number;
  readonly [field: string]: unknown;
}

function request(
  records: readonly SentRecord[],
  resource: Record<string, string> = { 'service.name': 'campus' },
): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: Object.entries(resource).map(([key, value]) => text(key, value)) },
        scopeLogs: [{ scope: { name: 'pino', version: '10' }, logRecords: records.map(toRecord) }],
      },
    ],
  });
}

function toRecord({ atMs, ...fields }: SentRecord): object {
  return { timeUnixNano: String((testStartMs + (atMs ?? 0)) * 1e6), ...fields };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function say(body: string, more: SentRecord = {}): SentRecord {
  return { body: { stringValue: body }, severityNumber: 9, severityText: 'INFO', ...more };
}

async function post(records: readonly SentRecord[], resource?: Record<string, string>): Promise<string> {
  const answer = await running.post('/v1/logs', request(records, resource), json);
  expect(answer.status).toBe(200);
  return answer.body.toString();
}

const bodies = (query: object): string[] => running.collector.reader.searchLogs(query).logs.map((log) => log.body);

test('a record is found with everything that it said', async () => {
  const attributes = [
    text('seam.domain', 'chat'),
    text('seam.correlation_id', 'req-1'),
    { key: 'n', value: { intValue: '9007199254740993' } },
    { key: 'tags', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
    { key: 'raw', value: { bytesValue: 'AQID' } },
    { key: 'user', value: { kvlistValue: { values: [text('plan', 'free')] } } },
  ];
  expect(
    await post([say('a message was kept back', { atMs: 7, attributes, traceId, spanId, severityNumber: 14 })]),
  ).toBe('{}');
  expect(running.collector.reader.searchLogs({}).logs).toEqual([
    {
      timeUnixNano: `${testStartMs + 7}000000`,
      severity: 'warn',
      severityText: 'INFO',
      body: 'a message was kept back',
      attributes: {
        'seam.domain': 'chat',
        'seam.correlation_id': 'req-1',
        n: '9007199254740993',
        tags: [true, 0.5],
        raw: { bytes: 'AQID' },
        user: { plan: 'free' },
        'resource.service.name': 'campus',
        'otel.scope.name': 'pino',
      },
      traceId,
      spanId,
      correlationId: 'req-1',
      domain: 'chat',
      serviceName: 'campus',
      source: 'otlp',
    },
  ]);
  expect(running.collector.stats().logs).toBe(1);
});

test('a body of any type becomes text, and a record without one says what happened', async () => {
  await post([
    { atMs: 1, body: { kvlistValue: { values: [text('a', 'b'), { key: 'n', value: { intValue: 3 } }] } } },
    { atMs: 2, body: { intValue: '42' } },
    { atMs: 3, body: { boolValue: false } },
    { atMs: 4, body: { bytesValue: 'AQID' } },
    { atMs: 5, body: { arrayValue: { values: [{ stringValue: 'x' }, {}] } } },
    { atMs: 6, attributes: [text('exception.type', 'RangeError'), text('exception.message', 'too far')] },
    { atMs: 7, eventName: 'session.start' },
    { atMs: 8 },
  ]);
  expect(bodies({}).reverse()).toEqual([
    '{"a":"b","n":3}',
    '42',
    'false',
    '{"bytes":"AQID"}',
    '["x",null]',
    'RangeError: too far',
    'session.start',
    '',
  ]);
});

test('the fields of our log lines place a record; the word domain alone does not', async () => {
  const fields = [
    text('trace_id', traceId),
    text('span_id', spanId),
    text('correlation_id', 'req-2'),
    text('domain', 'feed'),
  ];
  await post([
    say('by fields', { atMs: 1, attributes: fields }),
    say('by chance', { attributes: [text('domain', 'example.org')] }),
  ]);
  expect(running.collector.reader.searchLogs({}).logs).toMatchObject([
    { body: 'by fields', traceId, spanId, correlationId: 'req-2', domain: 'feed' },
    { body: 'by chance', traceId: null, correlationId: null, domain: null },
  ]);
});

test('rules of the configuration place records of a service that names no domain', async () => {
  await running.remove();
  running = await startTestCollector({
    mapping: [{ match: { serviceName: 'api', attributes: { area: 's' } }, domain: 'search' }],
  });
  await post([say('mapped', { attributes: [text('area', 's')] }), say('not mapped')], { 'service.name': 'api' });
  expect(bodies({ domain: 'search' })).toEqual(['mapped']);
});

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

test('ids that are none belong to no trace, and severities go by the word where there is no number', async () => {
  await post([
    say('zero', { atMs: 3, traceId: '0'.repeat(32), spanId: '0'.repeat(16) }),
    say('short', { atMs: 2, traceId: 'abcd', severityNumber: 0, severityText: 'Warning' }),
    say('odd', { atMs: 1, traceId: 'xyz', severityNumber: 99, severityText: 'loud' }),
  ]);
  expect(running.collector.reader.searchLogs({}).logs.map((log) => [log.traceId, log.spanId, log.severity])).toEqual([
    [null, null, 'info'],
    [null, null, 'warn'],
    [null, null, 'unset'],
  ]);
});

test('searches by trace, correlation, domain, severity, words and time', async () => {
  await post([
    say('Slow "query" took 900 ms', {
      atMs: 1,
      traceId,
      severityNumber: 13,
      attributes: [text('seam.domain', 'search')],
    }),
    say('sent', {
      atMs: 2,
      traceId: otherTrace,
      attributes: [text('seam.domain', 'chat'), text('seam.correlation_id', 'r')],
    }),
    say('failed', {
      atMs: 3,
      traceId,
      severityNumber: 17,
      attributes: [text('seam.domain', 'chat'), text('exception.message', 'Broken PIPE')],
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
    attributes: [text('seam.domain', 'chat'), text('seam.correlation_id', 'r')],
  };
  const spans = { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] };
  expect((await running.post('/v1/traces', JSON.stringify(spans), json)).status).toBe(200);
  await post([
    say('second', { atMs: -10, traceId, spanId }),
    say('first', { atMs: -90, traceId }),
    say('outside', { atMs: -50, attributes: [text('seam.correlation_id', 'r')] }),
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
  const body = request([say('once')]);
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
  await post([say('to go')]);
  const revision = running.collector.reader.revision();
  running.clock.advance(7 * dayMs + 2 * secondMs);
  await running.collector.write([]);
  await expect.poll(() => bodies({}), { timeout: 10_000 }).toEqual([]);
  expect(running.collector.reader.revision()).toBeGreaterThan(revision);
  expect(running.collector.reader.logStorage()).toEqual({ bytes: 0, records: 0, frames: 0, oldestMs: null });
});

test('a text without end is cut and says so', async () => {
  await post([say('x'.repeat(40_000))]);
  expect(bodies({})[0]).toMatch(/^x{32768} … \(7232 characters more were not kept\)$/);
});
