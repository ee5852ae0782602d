/** Both encodings of log records decode to the same; broken ones are refused by one error, whatever is broken. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { decodeLogs, transcodeLogs } from './index.ts';

const word = fc.string({ maxLength: 12 });
const value = fc.letrec<{ any: object; list: object; map: object }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    word.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((whole) => ({ intValue: whole.toString() })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 6 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.constant({}),
    tie('list'),
    tie('map'),
  ),
  list: fc.array(tie('any'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
  map: fc
    .array(fc.record({ key: word, value: tie('any') }), { maxLength: 3 })
    .map((values) => ({ kvlistValue: { values } })),
})).any;
const record = fc.record({
  timeUnixNano: fc.bigInt({ min: 0n, max: 2n ** 63n }).map(String),
  severityNumber: fc.integer({ min: 0, max: 30 }),
  severityText: word,
  body: value,
  attributes: fc.array(fc.record({ key: word, value }), { maxLength: 4 }),
  traceId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  eventName: word,
});
const request = fc.array(record, { maxLength: 4 }).map((logRecords) => ({
  resourceLogs: [{ resource: { attributes: [] }, scopeLogs: [{ scope: { name: 's' }, logRecords }] }],
}));

test('every record of a JSON request comes out with its time, ids, severity and words', () => {
  fc.assert(
    fc.property(request, (sent) => {
      const wanted = sent.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
      const [group] = decodeLogs(transcodeLogs(Buffer.from(JSON.stringify(sent))));
      expect(
        group?.records.map(({ timeNs, traceId, severity, severityText, eventName }) => [
          timeNs.toString(),
          traceId,
          severity,
          severityText,
          eventName,
        ]),
      ).toEqual(
        wanted.map((one) => [one.timeUnixNano, one.traceId, one.severityNumber, one.severityText, one.eventName]),
      );
    }),
    { numRuns: 200, seed: 11 },
  );
});

/** What a value of OTLP/JSON is in plain words. */
function plain(sent: object): unknown {
  const [[kind, value] = ['', null]] = Object.entries(sent);
  switch (kind) {
    case 'intValue':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value;
    case 'bytesValue':
      return { bytes: value };
    case 'arrayValue':
      return value.values.map(plain);
    case 'kvlistValue':
      return byName(value.values);
    default:
      return value;
  }
}

/** The last of several with one name counts. */
function byName(entries: readonly { readonly key: string; readonly value: object }[]): unknown {
  return Object.fromEntries(entries.map((entry) => [entry.key, plain(entry.value)]));
}

test('every value comes out as what was sent, whatever its kind', () => {
  fc.assert(
    fc.property(request, (sent) => {
      const wanted = sent.resourceLogs[0]?.scopeLogs[0]?.logRecords ?? [];
      const [group] = decodeLogs(transcodeLogs(Buffer.from(JSON.stringify(sent))));
      const seen = group?.records.map(({ body, attributes }) => [body, attributes]) ?? [];
      const expected = wanted.map((one) => [plain(one.body), byName(one.attributes)]);
      expect(JSON.parse(JSON.stringify(seen))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { numRuns: 300, seed: 13 },
  );
});

const tagged = (field: number, type: number, bytes: readonly number[]): number[] => [field * 8 + type, ...bytes];
const message = (field: number, bytes: readonly number[]): number[] => tagged(field, 2, [bytes.length, ...bytes]);
const text = (field: number, words: string): number[] => message(field, [...Buffer.from(words)]);
const oneRecord = (bytes: readonly number[]): Buffer => Buffer.from(message(1, message(2, message(2, bytes))));
const at = (field: number, low: number): number[] => tagged(field, 1, [low, 0, 0, 0, 0, 0, 0, 0]);

test('the own time of a record wins over that at which it was observed, in any order', () => {
  const timeOf = (bytes: readonly number[]) => decodeLogs(oneRecord(bytes))[0]?.records[0]?.timeNs;
  expect(timeOf([...at(1, 5), ...at(11, 7)])).toBe(5n);
  expect(timeOf([...at(11, 7), ...at(1, 5)])).toBe(5n);
  expect(timeOf([...at(11, 7), ...at(1, 0)])).toBe(7n);
  expect(timeOf([...at(1, 0), ...at(11, 7)])).toBe(7n);
  expect(timeOf([])).toBe(0n);
});

test('the name that records had of old, and fields of times to come, are passed over', () => {
  const bytes = [...text(4, 'old name'), ...text(5, ''), ...tagged(15, 0, [1]), ...text(3, 'WARN')];
  expect(decodeLogs(oneRecord(bytes))[0]?.records[0]).toMatchObject({ severityText: 'WARN', body: null });
});

test('a field of another wire type than logs have is refused: it is the body of something else', () => {
  for (const bytes of [text(1, 'a name'), tagged(5, 0, [1]), at(3, 1), tagged(9, 0, [1])]) {
    expect(() => decodeLogs(oneRecord(bytes))).toThrow(/field \d+ has the wire type \d at byte \d+$/);
  }
});

test('an attribute may be called as objects call their innards', () => {
  const [group] = decodeLogs(oneRecord(message(6, [...text(1, '__proto__'), ...message(2, text(1, 'x'))])));
  expect(Object.entries(group?.records[0]?.attributes ?? {})).toEqual([['__proto__', 'x']]);
});

test('names that differ in one letter anywhere, in any script, are never taken for one another', () => {
  const names = Array.from({ length: 3_000 }, (_, index) => `näme.${'ab'.repeat(index % 20)}${index}.${index % 7}`);
  for (const name of names) {
    const [group] = decodeLogs(oneRecord(message(6, text(1, name))));
    expect(Object.keys(group?.records[0]?.attributes ?? {})).toEqual([name]);
  }
});

test('a body of nothing but empty records is refused before it fills the memory', () => {
  const records = Buffer.alloc(2_400_000, Buffer.from(message(2, [])));
  const lengthOf = (length: number): number[] => [
    (length & 0x7f) | 0x80,
    ((length >>> 7) & 0x7f) | 0x80,
    ((length >>> 14) & 0x7f) | 0x80,
    length >>> 21,
  ];
  const scope = Buffer.concat([Buffer.from([0x12, ...lengthOf(records.length)]), records]);
  const body = Buffer.concat([Buffer.from([0x0a, ...lengthOf(scope.length)]), scope]);
  expect(() => decodeLogs(body)).toThrow('too many records for one request');
});

test('bytes that are cut short or changed are decoded or refused as malformed, never anything else', () => {
  fc.assert(
    fc.property(request, fc.nat(), fc.nat(255), (sent, place, byte) => {
      const whole = transcodeLogs(Buffer.from(JSON.stringify(sent)));
      const changed = Buffer.from(whole);
      if (changed.length > 0) changed[place % changed.length] = byte;
      for (const bytes of [changed, whole.subarray(0, place % (whole.length + 1))]) {
        try {
          decodeLogs(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).message).toMatch(/^the body is not valid OTLP protobuf: .* at byte \d+$/);
        }
      }
    }),
    { numRuns: 500, seed: 12 },
  );
});
