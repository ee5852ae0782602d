/** The section `intake` of the configuration: how much the intake takes, from all senders together and from each. */
import { z } from 'zod';
import { parseDurationMs, secondMs } from '../../src/kernel/duration.ts';
import type { IntakeLimits, SenderLimits } from './options.ts';

const mebibyte = 1_048_576;

/** A number in a closed range; the message says value-free what to write. */
function within(low: number, high: number) {
  const remedy = `write a number from ${low} to ${high}`;
  return z
    .number(`is not a number; ${remedy}`)
    .min(low, `is too small; ${remedy}`)
    .max(high, `is too large; ${remedy}`);
}

function wholeWithin(low: number, high: number) {
  return within(low, high).int(`is not a whole number; write one from ${low} to ${high}`);
}

const lag = z.string('is not a duration; write such as 1s').refine((text) => {
  const ms = durationOrNull(text);
  return ms !== null && ms >= 100 && ms <= 30 * secondMs;
}, 'is not a duration from 100ms to 30s; write such as 1s');

/** Of one sender: a rate that a small device keeps to at the one end, more than the machine can take at the other. */
const senderShape = {
  maxRequestsPerSecond: within(0.1, 1_000_000),
  maxMiBPerSecond: within(0.001, 100_000),
  /** Of which the largest body is half. */
  maxInFlightMiB: within(0.125, 65_536),
};

/** Limits of the sender that has one token, each in place of that of `intake.perSender`. */
export const tokenLimits = {
  maxRequestsPerSecond: senderShape.maxRequestsPerSecond.optional(),
  maxMiBPerSecond: senderShape.maxMiBPerSecond.optional(),
  maxInFlightMiB: senderShape.maxInFlightMiB.optional(),
};

/**
 * Defaults: a body of 64 MiB, as large as OTLP clients send (OTLP specification); a quarter GiB under way, of which one sender leaves
 * the others room for a largest body. The rates are above what the fastest sender on the same machine reached. Clients give up after
 * 10 s (OTLP specification): who waits for 1 s is still answered in time.
 */
export const intakeSection = z
  .strictObject({
    maxBodyMiB: within(0.0625, 512).default(64),
    maxInFlightMiB: within(1, 65_536).default(256),
    maxSeries: wholeWithin(100, 1_000_000).default(20_000),
    maxWriterLag: lag.default('1s'),
    minBytesPerSecond: wholeWithin(1, 1_048_576).default(1_024),
    perSender: z
      .strictObject({
        maxRequestsPerSecond: senderShape.maxRequestsPerSecond.default(20_000),
        maxMiBPerSecond: senderShape.maxMiBPerSecond.default(1_024),
        /** Absent: three quarters of what is for all. */
        maxInFlightMiB: senderShape.maxInFlightMiB.optional(),
      })
      .prefault({}),
  })
  .superRefine(({ maxBodyMiB, maxInFlightMiB, perSender }, context) => {
    const refuse = (path: readonly string[], message: string): void =>
      context.addIssue({ code: 'custom', path: [...path], message });
    if (maxBodyMiB > maxInFlightMiB) {
      refuse(['maxInFlightMiB'], `is less than maxBodyMiB ${maxBodyMiB}; raise it, or lower maxBodyMiB`);
    }
    if ((perSender.maxInFlightMiB ?? 0) > maxInFlightMiB) {
      refuse(
        ['perSender', 'maxInFlightMiB'],
        `is more than intake.maxInFlightMiB ${maxInFlightMiB}, which is for all senders together; lower it`,
      );
    }
  });

/** The checked section. */
export type IntakeSection = z.output<typeof intakeSection>;

/** Who sends less than the least rate for so long is cut off. */
const slowSenderMs = 10 * secondMs;
/** Of what is for all, so that no sender alone leaves the others without room. */
const senderShare = 0.75;

/** The section in the units of the intake. */
export function limitsOf(section: IntakeSection): IntakeLimits {
  const { perSender, maxInFlightMiB } = section;
  return {
    maxBodyBytes: bytesOf(section.maxBodyMiB),
    maxInFlightBytes: bytesOf(maxInFlightMiB),
    maxInFlightBytesPerCaller: bytesOf(perSender.maxInFlightMiB ?? maxInFlightMiB * senderShare),
    maxBytesPerSecondPerCaller: bytesOf(perSender.maxMiBPerSecond),
    maxRequestsPerSecondPerCaller: perSender.maxRequestsPerSecond,
    maxWriterLagMs: parseDurationMs(section.maxWriterLag),
    slowSenderMs,
    slowSenderBytesPerSecond: section.minBytesPerSecond,
    maxSeries: section.maxSeries,
  };
}

/** What the intake keeps to when nothing is configured. */
export const defaultLimits: IntakeLimits = limitsOf(intakeSection.parse({}));

/** Limits of one token as the configuration has them, in the units of the intake; what is absent stays absent. */
export function senderLimitsOf(token: {
  readonly maxRequestsPerSecond?: number | undefined;
  readonly maxMiBPerSecond?: number | undefined;
  readonly maxInFlightMiB?: number | undefined;
}): Partial<SenderLimits> {
  const { maxRequestsPerSecond, maxMiBPerSecond, maxInFlightMiB } = token;
  return {
    ...(maxRequestsPerSecond === undefined ? {} : { maxRequestsPerSecondPerCaller: maxRequestsPerSecond }),
    ...(maxMiBPerSecond === undefined ? {} : { maxBytesPerSecondPerCaller: bytesOf(maxMiBPerSecond) }),
    ...(maxInFlightMiB === undefined ? {} : { maxInFlightBytesPerCaller: bytesOf(maxInFlightMiB) }),
  };
}

function bytesOf(mebibytes: number): number {
  return Math.floor(mebibytes * mebibyte);
}

function durationOrNull(text: string): number | null {
  try {
    return parseDurationMs(text);
  } catch {
    return null;
  }
}
