/** What is read from a log record: its time, severity, ids, domain and text, whatever the sender made of them. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logRequest, type SentRecord, say, spanId, textAttribute, traceId } from './log-samples.ts';
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

test('a record is found with everything that it said', async () => {
  const attributes = [
    textAttribute('seam.domain', 'chat'),
    textAttribute('seam.correlation_id', 'req-1'),
    { key: 'n', value: { intValue: '9007199254740993' } },
    { key: 'tags', value: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } } },
    { key: 'raw', value: { bytesValue: 'AQID' } },
    { key: 'user', value: { kvlistValue: { values: [textAttribute('plan', 'free')] } } },
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
    { atMs: 1, body: { kvlistValue: { values: [textAttribute('a', 'b'), { key: 'n', value: { intValue: 3 } }] } } },
    { atMs: 2, body: { intValue: '42' } },
    { atMs: 3, body: { boolValue: false } },
    { atMs: 4, body: { bytesValue: 'AQID' } },
    { atMs: 5, body: { arrayValue: { values: [{ stringValue: 'x' }, {}] } } },
    {
      atMs: 6,
      attributes: [textAttribute('exception.type', 'RangeError'), textAttribute('exception.message', 'too far')],
    },
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
    textAttribute('trace_id', traceId),
    textAttribute('span_id', spanId),
    textAttribute('correlation_id', 'req-2'),
    textAttribute('domain', 'feed'),
  ];
  await post([
    say('by fields', { atMs: 1, attributes: fields }),
    say('by chance', { attributes: [textAttribute('domain', 'example.org')] }),
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
  await post([say('mapped', { attributes: [textAttribute('area', 's')] }), say('not mapped')], {
    'service.name': 'api',
  });
  expect(bodies({ domain: 'search' })).toEqual(['mapped']);
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

test('a text without end is cut and says so', async () => {
  await post([say('x'.repeat(40_000))]);
  expect(bodies({})[0]).toMatch(/^x{32768} … \(7232 characters more were not kept\)$/);
});

test('long values are cut, and what is too much in all is left out and counted', async () => {
  const many = Array.from({ length: 12 }, (_, at) => textAttribute(`k${at}`, 'v'.repeat(40_000)));
  const list = { key: 'list', value: { arrayValue: { values: [{ stringValue: 'w'.repeat(40_000) }] } } };
  await post([say('much', { attributes: [list, ...many], droppedAttributesCount: 2 })]);
  const [log] = running.collector.reader.searchLogs({}).logs;
  const { 'otel.dropped_attributes_count': dropped, list: first, k0, k6, k7 } = log?.attributes ?? {};
  expect(String(first)).toMatch(/^\["w{32766} … \(7236 characters more were not kept\)$/);
  expect([String(k0).length > 32_768, k6 === undefined, k7, dropped]).toEqual([true, true, undefined, 8]);
});
