/** The values that objectives are written with: durations, shares, counts. */
import { z } from 'zod';
import { parseDurationMs } from '../src/kernel/duration.ts';
import { AppError } from '../src/kernel/errors.ts';
import { shownValue } from '../src/kernel/validate.ts';

/** `200ms`, `30d` → ms. A bare number is refused: it has no unit. */
export const durationMs = z.unknown().transform((value, context): number => {
  const problem = (message: string): number => {
    context.addIssue({ code: 'custom', message, input: value });
    return z.NEVER;
  };
  if (value === undefined) return problem('is missing; add it (a duration such as 200ms)');
  if (typeof value === 'number') return problem(`${value} has no unit; write ${value}ms or ${value}s`);
  if (typeof value !== 'string') return problem(`${shownValue(value)} is not a duration; write one such as 200ms`);
  try {
    return parseDurationMs(value);
  } catch (error) {
    if (error instanceof AppError) return problem(error.message);
    throw error;
  }
});

/** A share above 0 and below 1. 99.9 is refused with the ratio that was meant. */
export const share = z.unknown().transform((value, context): number => {
  const refuse = (message: string): number => {
    context.addIssue({ code: 'custom', message, input: value });
    return z.NEVER;
  };
  if (value === undefined) return refuse('is missing; write a ratio below 1, such as 0.999');
  if (typeof value === 'number' && value > 0 && value < 1) return value;
  if (typeof value === 'number' && value > 1 && value < 100) {
    return refuse(`${value} must be a ratio below 1; write ${Number((value / 100).toPrecision(12))}`);
  }
  return refuse(`${shownValue(value)} must be a ratio above 0 and below 1, such as 0.999`);
});

/** A whole number from 1. */
export const positiveCount = z.number().int().min(1);

/** Label conditions: text, yes/no, number, or a list of texts; kept as text, as series carry them. */
export const where = z
  .record(z.string(), z.union([z.string(), z.boolean(), z.number(), z.array(z.string()).min(1)]))
  .transform((conditions) =>
    Object.fromEntries(
      Object.entries(conditions).map(([name, wanted]) => [name, Array.isArray(wanted) ? wanted : String(wanted)]),
    ),
  );
