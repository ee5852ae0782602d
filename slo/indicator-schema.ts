/** Reads what is counted and what is good. */
import { z } from 'zod';
import { parseInside, shownValue } from '../src/kernel/validate.ts';
import type { Indicator } from './definition.ts';
import { durationMs, share, where } from './value-schema.ts';

const source = z.enum(['metrics', 'spans', 'probe', 'scrape']);
const counted = { signal: z.string().min(1), where: where.default({}) };

const latency = z
  .strictObject({
    kind: z.literal('latency'),
    ...counted,
    source: source.default('metrics'),
    share,
    atMost: durationMs,
  })
  .transform(({ share: target, atMost, ...rest }): Indicator => ({ ...rest, target, atMostMs: atMost }));

const errors = z.strictObject({
  kind: z.literal('errors'),
  ...counted,
  source: source.default('metrics'),
  target: share,
});

const availability = z.strictObject({
  kind: z.literal('availability'),
  ...counted,
  source: source.default('probe'),
  target: share,
});

const level = z.strictObject({
  kind: z.literal('level'),
  ...counted,
  source: source.default('metrics'),
  target: share,
  atMost: z.number(),
});

const composite = z.strictObject({ kind: z.literal('composite'), of: z.array(z.string()).min(1) });

/** Picks the branch by `kind`, so that a finding speaks of that branch alone. */
export const indicator = z.unknown().transform((value, context): Indicator => {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  switch (kind) {
    case 'latency':
      return parseInside<Indicator>(latency, value, context);
    case 'errors':
      return parseInside<Indicator>(errors, value, context);
    case 'availability':
      return parseInside<Indicator>(availability, value, context);
    case 'level':
      return parseInside<Indicator>(level, value, context);
    case 'composite':
      return parseInside<Indicator>(composite, value, context);
    default:
      context.addIssue({
        code: 'custom',
        path: ['kind'],
        message: `${kind === undefined ? 'is missing' : `${shownValue(kind)} is not known`}; write one of latency, errors, availability, level, composite`,
        input: value,
      });
      return z.NEVER;
  }
});
