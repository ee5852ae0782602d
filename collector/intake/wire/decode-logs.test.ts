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
