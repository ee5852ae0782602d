/** Reads `30d`, `{last: 5m, minEvents: 20}`, `{calendar: month}`, or a list of them. */
import { z } from 'zod';
import { parseInside } from '../src/kernel/validate.ts';
import type { WindowDefinition } from './definition.ts';
import { durationMs, positiveCount } from './value-schema.ts';

type Windows = readonly [WindowDefinition, ...WindowDefinition[]];

const guards = { minEvents: positiveCount.default(1), minFailures: positiveCount.default(1) };

const last = z
  .strictObject({ last: durationMs, ...guards })
  .transform(({ last: lengthMs, ...rest }): WindowDefinition => ({ kind: 'rolling', lengthMs, ...rest }));

const calendar = z
  .strictObject({ calendar: z.literal('month'), ...guards })
  .transform(({ calendar: unit, ...rest }): WindowDefinition => ({ kind: 'calendar', unit, ...rest }));

const one = z.unknown().transform((value, context): WindowDefinition => {
  if (typeof value !== 'object' || value === null) {
    return { kind: 'rolling', lengthMs: parseInside(durationMs, value, context), minEvents: 1, minFailures: 1 };
  }
  return parseInside<WindowDefinition>('calendar' in value ? calendar : last, value, context);
});

const several = z.array(one).transform(([first, ...rest], context): Windows => {
  if (first !== undefined) return [first, ...rest];
  context.addIssue({ code: 'custom', message: 'is empty; write at least one window, such as 30d', input: rest });
  return z.NEVER;
});

/** One window or a list; the first is the budget window. */
export const windows = z
  .unknown()
  .transform(
    (value, context): Windows =>
      Array.isArray(value) ? parseInside(several, value, context) : [parseInside(one, value, context)],
  );
