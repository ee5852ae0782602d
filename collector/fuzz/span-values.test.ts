/** What spans carry survives to the trace view, and what is wrong with one span costs only it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeClock } from '../../src/kernel/clock.ts';
import { startTestCollector, type TestCollector } from '../intake/test-collector.ts';
import { type Message, toJson, toProtobuf } from './encode.ts';
import { sampleNowMs } from './valid-otlp.ts';

const request = 'ExportTraceServiceRequest';
const traceId = Uint8Array.from({ length: 16 }, () => 0xab);
const spanId = (number: number): Uint8Array => Uint8Array.from([0xcd, 0, 0, 0, 0, 0, 0, number]);
const nanos = (ms: number): bigint => BigInt(ms) * 1_000_000n;
let running: TestCollector;

beforeEach(async () => {
  running = await startTestCollector({}, undefined, fakeClock(sampleNowMs));
});

afterEach(async () => {
  await running.remove();
});

const span = (number: number, more: Message = {}): Message => ({
  traceId,
  spanId: spanId(number),
  name: `span ${number}`,
  startTimeUnixNano: nanos(sampleNowMs - 20),
  endTimeUnixNano: nanos(sampleNowMs - 10),
  ...more,
});

const requestOf = (spans: readonly Message[]): Message => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

async function post(body: Uint8Array | string): Promise<string> {
  const type = typeof body === 'string' ? 'application/json' : 'application/x-protobuf';
  const answer = await running.post('/v1/traces', body, { 'content-type': type });
  expect(answer.status).toBe(200);
  return answer.body.toString();
}

const values: readonly (readonly [string, Message, unknown])[] = [
  ['text', { stringValue: 'žluť 𝄞 \u0000' }, 'žluť 𝄞 \u0000'],
  ['empty text', { stringValue: '' }, ''],
  ['bool', { boolValue: false }, false],
  ['int', { intValue: -42n }, -42],
  ['largest exact int', { intValue: 9_007_199_254_740_991n }, 9_007_199_254_740_991],
  ['int beyond 2^53', { intValue: 9_007_199_254_740_993n }, '9007199254740993'],
  ['least int', { intValue: -(2n ** 63n) }, '-9223372036854775808'],
  ['double', { doubleValue: 0.1 }, 0.1],
  ['whole double', { doubleValue: 2 }, 2],
  ['NaN', { doubleValue: Number.NaN }, 'NaN'],
  ['infinity', { doubleValue: Number.NEGATIVE_INFINITY }, '-Infinity'],
  ['bytes', { bytesValue: Uint8Array.of(0, 255, 16) }, { bytes: 'AP8Q' }],
  ['no bytes', { bytesValue: new Uint8Array(0) }, { bytes: '' }],
  ['nothing', {}, null],
  ['list', { arrayValue: { values: [{ intValue: 1n }, {}, { stringValue: 'a' }] } }, [1, null, 'a']],
  ['empty list', { arrayValue: { values: [] } }, []],
  [
    'map',
    {
      kvlistValue: {
        values: [
          { key: 'deep', value: { kvlistValue: { values: [{ key: 'n', value: { intValue: 2n ** 60n } }] } } },
          { key: 'raw', value: { bytesValue: Uint8Array.of(1) } },
        ],
      },
    },
    { deep: { n: '1152921504606846976' }, raw: { bytes: 'AQ==' } },
  ],
];

test.each(['protobuf', 'json'])('attribute values of every type reach the trace view from %s', async (encoding) => {
  const attributes = values.map(([key, value]) => ({ key, value }));
  const events = [{ timeUnixNano: nanos(sampleNowMs - 15), name: 'event', attributes }];
  const message = requestOf([span(1, { attributes, events })]);
  await post(encoding === 'json' ? toJson(request, message) : toProtobuf(request, message));
  const trace = running.collector.reader.trace('ab'.repeat(16));
  const shown = JSON.parse(JSON.stringify(trace?.spans[0]));
  const expected = Object.fromEntries(values.map(([key, , seen]) => [key, seen]));
  expect(shown.attributes).toEqual(expected);
  expect(shown.events[0].attributes).toEqual(expected);
});

test('each wrong span is left out with its reason, and the right one stays', async () => {
  const day = 86_400_000;
  const wrong: readonly (readonly [string, Message])[] = [
    ['bad_trace_id', { traceId: new Uint8Array(16) }],
    ['bad_trace_id', { traceId: Uint8Array.of(1, 2) }],
    ['bad_span_id', { spanId: new Uint8Array(8) }],
    ['bad_span_id', { spanId: new Uint8Array(0) }],
    ['bad_parent_id', { parentSpanId: Uint8Array.of(1) }],
    ['missing_time', { startTimeUnixNano: 0n }],
    ['end_before_start', { startTimeUnixNano: nanos(sampleNowMs) }],
    ['in_future', { endTimeUnixNano: nanos(sampleNowMs + 301_000) }],
    ['too_old', { startTimeUnixNano: nanos(sampleNowMs - 2 * day), endTimeUnixNano: nanos(sampleNowMs - day) }],
    ['too_long', { startTimeUnixNano: nanos(sampleNowMs - 32 * day) }],
    ['too_large', { name: 'x'.repeat(4_200_000) }],
  ];
  const message = requestOf([...wrong.map(([, more], index) => span(index, more)), span(99)]);
  const answer = await post(toProtobuf(request, message));
  const expected: Record<string, number> = {};
  for (const [reason] of wrong) expected[reason] = (expected[reason] ?? 0) + 1;
  for (const [reason, count] of Object.entries(expected)) expect(answer).toContain(`${count} ${reason}`);
  expect(running.collector.stats()).toMatchObject({ spans: 1, rejected: expected });
  expect(running.collector.reader.trace('ab'.repeat(16))?.spans.map(({ name }) => name)).toEqual(['span 99']);
  await post(toJson(request, message).replaceAll('abab', 'ABAB'));
  expect(running.collector.stats().repeatedBodies).toBe(1);
});

test('ids of JSON that are no hexadecimal cost their span alone', async () => {
  const text = toJson(request, requestOf([span(1), span(2)])).replace('cd00000000000001', 'cd0000000000000g');
  expect(await post(text)).toContain('"rejectedSpans":"1","errorMessage":"rejected 1 bad_span_id"');
  expect(running.collector.stats().spans).toBe(1);
});

test('a span whose attribute is broken inside is shown without it, and its neighbours as they are', async () => {
  const good = { key: 'good', value: { stringValue: 'yes' } };
  const body = toProtobuf(
    request,
    requestOf([span(1, { attributes: [good, { key: 'bad', value: { stringValue: 'zzzz' } }] }), span(2)]),
  );
  const at = body.indexOf('zzzz') - 1;
  body[at] = 0x7f;
  await post(body);
  const trace = running.collector.reader.trace('ab'.repeat(16));
  expect(trace?.spans.map(({ name }) => name).sort()).toEqual(['span 1', 'span 2']);
  expect(trace?.spans.find(({ name }) => name === 'span 1')?.attributes).toEqual({ good: 'yes', bad: null });
});
