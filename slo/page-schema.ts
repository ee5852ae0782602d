/** Reads the documented alert: a second threshold on a short window. */
import { z } from 'zod';
import { parseInside } from '../src/kernel/validate.ts';
import type { PageDefinition } from './definition.ts';
import { durationMs, positiveCount, share } from './value-schema.ts';

const guards = { minEvents: positiveCount.default(1), minFailures: positiveCount.default(1) };

const latency = z
  .strictObject({ atMost: durationMs, over: durationMs, ...guards })
  .transform(
    ({ atMost, over, ...rest }): PageDefinition => ({ kind: 'latency', atMostMs: atMost, overMs: over, ...rest }),
  );

const errors = z
  .strictObject({ above: share, over: durationMs, ...guards })
  .transform(({ over, ...rest }): PageDefinition => ({ kind: 'errors', overMs: over, ...rest }));

const down = z
  .strictObject({ downFor: durationMs, minEvents: positiveCount.default(2) })
  .transform(
    ({ downFor, minEvents }): PageDefinition => ({ kind: 'down', overMs: downFor, minEvents, minFailures: 1 }),
  );

/** `{atMost, over}` for latency, `{above, over}` for errors, `{downFor}` for availability. */
export const page = z.unknown().transform((value, context): PageDefinition => {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.includes('atMost')) return parseInside<PageDefinition>(latency, value, context);
  if (keys.includes('above')) return parseInside<PageDefinition>(errors, value, context);
  if (keys.includes('downFor')) return parseInside<PageDefinition>(down, value, context);
  context.addIssue({
    code: 'custom',
    message: 'has no threshold; write atMost (latency), above (errors) or downFor (availability)',
    input: value,
  });
  return z.NEVER;
});
