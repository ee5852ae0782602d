/** The section `intake`: what it makes of the limits, and one refusal a rule. */
import { expect, test } from 'vitest';
import { defaultLimits, intakeSection, limitsOf, senderLimitsOf } from './section.ts';

const mebibyte = 1_048_576;

test('without anything it is 64 MiB a body, 256 MiB under way, of which one sender has three quarters', () => {
  expect(defaultLimits).toEqual({
    maxBodyBytes: 64 * mebibyte,
    maxInFlightBytes: 256 * mebibyte,
    maxInFlightBytesPerCaller: 192 * mebibyte,
    maxBytesPerSecondPerCaller: 1_024 * mebibyte,
    maxRequestsPerSecondPerCaller: 20_000,
    maxWriterLagMs: 1_000,
    slowSenderMs: 10_000,
    slowSenderBytesPerSecond: 1_024,
    maxSeries: 20_000,
  });
});

test('a share of one sender that is not written follows what is for all', () => {
  const limits = limitsOf(intakeSection.parse({ maxInFlightMiB: 100, maxBodyMiB: 10, maxWriterLag: '250ms' }));
  expect(limits).toMatchObject({ maxInFlightBytesPerCaller: 75 * mebibyte, maxWriterLagMs: 250 });
});

test('limits of one token are those that it names', () => {
  expect(senderLimitsOf({ maxMiBPerSecond: 0.5 })).toEqual({ maxBytesPerSecondPerCaller: mebibyte / 2 });
});

test.each([
  [{ maxBodyMiB: 0 }, 'is too small; write a number from 0.0625 to 512'],
  [{ maxBodyMiB: 1_000, maxInFlightMiB: 2_000 }, 'is too large; write a number from 0.0625 to 512'],
  [{ maxInFlightMiB: '256MiB' }, 'is not a number; write a number from 1 to 65536'],
  [{ maxSeries: 1_000.5 }, 'is not a whole number; write one from 100 to 1000000'],
  [{ maxSeries: 5 }, 'is too small; write a number from 100 to 1000000'],
  [{ maxWriterLag: '1m' }, 'is not a duration from 100ms to 30s; write such as 1s'],
  [{ maxWriterLag: 1 }, 'is not a duration; write such as 1s'],
  [{ minBytesPerSecond: 0 }, 'is too small; write a number from 1 to 1048576'],
  [{ perSender: { maxRequestsPerSecond: 0 } }, 'is too small; write a number from 0.1 to 1000000'],
  [{ perSender: { maxMiBPerSecond: -1 } }, 'is too small; write a number from 0.001 to 100000'],
  [{ perSender: { maxInFlightMiB: 0.1 } }, 'is too small; write a number from 0.125 to 65536'],
  [{ maxInFlightMiB: 32 }, 'is less than maxBodyMiB 64; raise it, or lower maxBodyMiB'],
  [
    { perSender: { maxInFlightMiB: 300 } },
    'is more than intake.maxInFlightMiB 256, which is for all senders together; lower it',
  ],
])('refuses %j with one message', (section, message) => {
  expect(intakeSection.safeParse(section).error?.issues.map((issue) => issue.message)).toEqual([message]);
});
