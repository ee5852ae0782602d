/** OTLP/JSON to the letter: every way to write a value, what is kept of odd ones, and where an error is. */
import { expect, test } from 'vitest';
import { decodeSpans } from '../../history/index.ts';
import { decodeLogs, transcodeLogs, transcodeTraces } from './index.ts';

/** The value that an AnyValue of this JSON comes out with. */
function loggedValue(json: string): unknown {
  const body = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${json}}]}]}]}`;
  return decodeLogs(transcodeLogs(Buffer.from(body)))[0]?.records[0]?.body;
}

const values: readonly (readonly [string, unknown])[] = [
  ['{"stringValue":"plain"}', 'plain'],
  ['{"stringValue":""}', ''],
  ['{"stringValue":"\\u0041\\n\\"\\\\\\/ žluť \\ud834\\udd1e 𝄞"}', 'A\n"\\/ žluť 𝄞 𝄞'],
  ['{"stringValue":"half \\ud834 of a pair"}', 'half \uFFFD of a pair'],
  [`{"stringValue":"${'long '.repeat(100)}"}`, 'long '.repeat(100)],
  ['{"boolValue":true}', true],
  ['{"boolValue":false}', false],
  ['{"intValue":"-42"}', -42],
  ['{"intValue":" 7 "}', 7],
  ['{"intValue":12}', 12],
  ['{"intValue":-12345678901}', -12_345_678_901],
  ['{"intValue":1e3}', 1000],
  ['{"intValue":7.9}', 7],
  ['{"intValue":-0}', 0],
  ['{"intValue":9007199254740993}', '9007199254740993'],
  ['{"intValue":"9223372036854775807"}', '9223372036854775807'],
  ['{"intValue":-9223372036854775807}', '-9223372036854775807'],
  ['{"intValue":-9223372036854775808}', '-9223372036854775808'],
  ['{"intValue":-4294967296}', -4_294_967_296],
  ['{"intValue":"18446744073709551616"}', null],
  ['{"intValue":"12a"}', null],
  ['{"doubleValue":0.1}', 0.1],
  ['{"doubleValue":-2.5e-3}', -0.0025],
  ['{"doubleValue":"NaN"}', 'NaN'],
  ['{"doubleValue":"-Infinity"}', '-Infinity'],
  ['{"doubleValue":1e999}', 'Infinity'],
  ['{"bytesValue":"AP8Q"}', { bytes: 'AP8Q' }],
  ['{"arrayValue":{"values":[{"intValue":1},null,{}]}}', [1, null, null]],
  ['{"arrayValue":{}}', []],
  ['{"kvlistValue":{"values":[{"key":"a","value":{"stringValue":"b"}}]}}', { a: 'b' }],
  ['{"intValue":1,"stringValue":"the first of the schema"}', 'the first of the schema'],
  ['{"arrayValue":{"values":[{"intValue":1}]},"intValue":null,"stringValue":5}', [1]],
  ['{"kvlistValue":{"values":[]},"boolValue":true}', true],
  ['{"stringValue":"first","stringValue":"last"}', 'last'],
  ['{"string\\u0056alue":"a name with an escape"}', 'a name with an escape'],
  [' { "intValue" :\n\t"5" , "unknown": [{"a": "]"}, -1.5e+2, true, null] } ', 5],
  ['{"StringValue":"other case","string_value":"snake"}', null],
  ['null', null],
];

test.each(values)('the value %s', (json, expected) => {
  expect(loggedValue(json)).toEqual(expected);
});

/** One span with these members, as it is shown. */
function spanOf(members: string) {
  return decodeSpans(transcodeTraces(Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[{${members}}]}]}]}`)))[0];
}

test('a span of JSON as a person would write it keeps every field', () => {
  const span = spanOf(`
    "flags": 257, "status": { "code": 2, "message": "no" }, "kind": 2, "name": "load",
    "traceId": "ABABABABABABABABABABABABABABABAB", "spanId": "cdCDcdCDcdCDcdCD", "parentSpanId": "",
    "endTimeUnixNano": 1772445600000000001, "startTimeUnixNano": "1772445600000000000",
    "attributes": [ { "value": { "stringValue": "feed" }, "key": "seam.domain" } ],
    "links": [ { "spanId": "0000000000000001", "traceId": "00000000000000000000000000000002" } ],
    "events": [ { "name": "e", "timeUnixNano": "5" } ]`);
  expect(span).toMatchObject({
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    parentSpanId: null,
    name: 'load',
    kind: 'server',
    status: 'error',
    startNs: 1_772_445_600_000_000_000n,
    endNs: 1_772_445_600_000_000_001n,
    domain: 'feed',
    links: [{ traceId: `${'0'.repeat(31)}2`, spanId: `${'0'.repeat(15)}1` }],
    events: [{ name: 'e', timeNs: 5n }],
  });
});

test('of a member that is said twice the last counts, whatever the first was', () => {
  const id = '"traceId":"00000000000000000000000000000001"';
  expect(spanOf(`${id},"name":"first","attributes":5,"attributes":null,"name":"last"`)?.name).toBe('last');
  const body = '{"resourceSpans":[{"scopeSpans":[{"spans":[{}]}]}],"resourceSpans":[]}';
  expect(decodeSpans(transcodeTraces(Buffer.from(body)))).toEqual([]);
});

test('a byte order mark, white space around, and null for a list or a message are nothing', () => {
  for (const text of ['\uFEFF{}', ' \r\n\t{ } ', 'null', '{"resourceSpans":null}', '{"resourceSpans":[]}'])
    expect(transcodeTraces(Buffer.from(text))).toHaveLength(0);
  const empty = decodeSpans(transcodeTraces(Buffer.from('{"resourceSpans":[{"resource":null,"scopeSpans":[null]}]}')));
  expect(empty).toEqual([]);
});

const nested = (levels: number): string =>
  `${'{"arrayValue":{"values":['.repeat(levels)}{"intValue":1}${']}}'.repeat(levels)}`;
const spans = (inner: string): string => `{"resourceSpans":[{"scopeSpans":[{},{"spans":[{},${inner}]}]}]}`;
const inSpan = 'resourceSpans[0].scopeSpans[1].spans[1]';
const broken: readonly (readonly [string, string])[] = [
  ['[]', 'the body must be an object'],
  ['7', 'the body must be an object'],
  ['{"resourceSpans":{}}', 'resourceSpans must be a list'],
  ['{"resourceSpans":[{},[]]}', 'resourceSpans[1] must be an object'],
  ['{"resourceSpans":[{"resource":[]}]}', 'resourceSpans[0].resource must be an object'],
  [spans('5'), `${inSpan} must be an object`],
  [spans('{"x":[1,{"y":"[,"}],"attributes":"none"}'), `${inSpan}.attributes must be a list`],
  [spans('{"attributes":[{"key":"a"},{"value":1}]}'), `${inSpan}.attributes[1].value must be an object`],
  [spans('{"events":[{"attributes":[1]}]}'), `${inSpan}.events[0].attributes[0] must be an object`],
  [
    spans('{"attributes":[{"value":{"arrayValue":{"values":[{},3]}}}]}'),
    `${inSpan}.attributes[0].value.arrayValue.values[1] must be an object`,
  ],
  [spans('{"status":"ok"}'), `${inSpan}.status must be an object`],
  [spans(`{"\\u0061ttributes":7}`), `${inSpan}.attributes must be a list`],
];

test.each(broken)('the error in %s names its place', (json, message) => {
  expect(() => transcodeTraces(Buffer.from(json))).toThrow(`the body is not valid OTLP JSON: ${message}`);
});

test('attribute values nest 64 deep, what is ignored 512 deep, and no deeper', () => {
  const attribute = (value: string): string => spans(`{"attributes":[{"key":"a","value":${value}}]}`);
  expect(() => transcodeTraces(Buffer.from(attribute(nested(64))))).not.toThrow();
  expect(() => transcodeTraces(Buffer.from(attribute(nested(65))))).toThrow('is nested deeper than 64');
  const ignored = (levels: number): string => spans(`{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`);
  expect(() => transcodeTraces(Buffer.from(ignored(512)))).not.toThrow();
  expect(() => transcodeTraces(Buffer.from(ignored(513)))).toThrow('is nested deeper than 512');
  expect(() => transcodeTraces(Buffer.from(attribute(nested(50_000))))).toThrow(/nested (deeper|too)/);
});

const noJson: readonly string[] = [
  ...[
    '',
    '{',
    '{}x',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    "{'a':1}",
    '{"a":1}}',
    '{a:1}',
  ],
  ...['{"a":01}', '{"a":1.}', '{"a":.5}', '{"a":-}', '{"a":+1}', '{"a":1e}', '{"a":NaN}', '{"a":tru}', '{"a":nul'],
  ...[
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"\t"}',
    '{"a":"b',
    '{"a":"b\\',
    '{"a\u0000":1}',
    '{"a":\u00a01}',
    '{}\u0000',
  ],
  ...[spans('{"name":"\n"}'), spans('{"kind":01}'), spans('{"startTimeUnixNano":1_000}'), spans('{"name":"\\q"}')],
];

test.each(noJson)('%j is refused with the words of the JSON parser', (text) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(() => transcodeTraces(Buffer.from(text))).toThrow(/valid OTLP JSON: the body cannot be parsed \(.+/);
});

test('a syntax error says where it is, also behind an error of structure', () => {
  const text = '{"resourceSpans":[{"scopeSpans":5}],"x":]}';
  expect(() => transcodeTraces(Buffer.from(text))).toThrow(/cannot be parsed \(Unexpected token '\]'/);
});

test('bytes that are no UTF-8 are refused wherever they stand', () => {
  for (const text of ['{"\xff":1}', '{"a":"\xc3("}', '{"resourceSpans":[{"schemaUrl":"\xed\xa0\x80"}]}'])
    expect(() => transcodeTraces(Buffer.from(text, 'latin1'))).toThrow(/the body cannot be parsed \(.*utf-8/);
});
