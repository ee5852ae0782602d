/** triggers.yaml: what is measured against which documented threshold, and for how long it must hold. */
import { z } from 'zod';
import { parseDurationMs } from '../kernel/duration.ts';
import { AppError } from '../kernel/errors.ts';
import { parseSection, requireUniqueIds } from './parse-section.ts';

/** How many signal units one unit of the threshold is, as a multiplier or divisor that keeps documented numbers exact. */
const unitFactor = {
  s: { times: 1, per: 1 },
  ms: { times: 1000, per: 1 },
  bytes: { times: 1, per: 1 },
  GB: { times: 1, per: 1e9 },
  connections: { times: 1, per: 1 },
  declared: { times: 1, per: 1 },
} as const;
export type TriggerUnit = keyof typeof unitFactor;

const where = z.record(z.string(), z.union([z.string(), z.array(z.string()).readonly()])).default({});
const duration = z.string().transform((text, context) => {
  try {
    return parseDurationMs(text);
  } catch (thrown) {
    context.issues.push({
      code: 'custom',
      message: thrown instanceof AppError ? thrown.message : 'bad duration',
      input: text,
    });
    return z.NEVER;
  }
});

const measure = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quantile'),
    signal: z.string(),
    where,
    quantile: z.number().gt(0).lt(1),
    minimumEvents: z.int().positive().default(59),
  }),
  z.strictObject({ kind: z.literal('gauge'), signal: z.string(), where, minimumCovered: duration.default(1) }),
  z.strictObject({ kind: z.literal('declared'), fact: z.string() }),
  z.strictObject({
    kind: z.literal('contrast'),
    aggressor: z.string(),
    victims: z.array(z.string()).min(1),
    signal: z.string(),
    where,
    victimLimit: z.number().positive(),
    minimumMinutes: z.int().positive().default(240),
  }),
]);

const persistence = z
  .strictObject({
    pending: z.int().positive().default(5),
    fired: z.int().positive().default(10),
    of: z.int().positive().default(14),
    clearBelow: z.number().gt(0).lte(1).default(0.8),
    clearDays: z.int().positive().default(7),
    inferred: z.string().nullable().default(null),
  })
  .refine((rule) => rule.pending <= rule.fired && rule.fired <= rule.of, {
    message: 'needs pending <= fired <= of',
  });

const definition = z.strictObject({
  id: z.string().min(1),
  domain: z.string().min(1),
  title: z.string(),
  sentence: z.string(),
  source: z.string(),
  unit: z.enum(['s', 'ms', 'bytes', 'GB', 'connections', 'declared']),
  threshold: z.number().nullable(),
  measure,
  persistence: persistence.prefault({}),
  evidence: z.array(z.strictObject({ signal: z.string(), where, text: z.string() })).default([]),
  notes: z.array(z.string()).default([]),
});

/** One documented trigger. `threshold` is in `unit`; signals keep their own unit (seconds for durations, bytes for sizes). */
export type TriggerDefinition = Readonly<z.output<typeof definition>>;
export type TriggerPersistence = TriggerDefinition['persistence'];

/** @throws CONFIG_INVALID */
export function parseTriggers(section: unknown, where: string): readonly TriggerDefinition[] {
  const triggers = parseSection(z.array(definition), section, where);
  requireUniqueIds(triggers, where);
  for (const { id, measure: measured, threshold } of triggers) {
    if (measured.kind !== 'declared' && threshold === null) {
      throw new AppError(
        'CONFIG_INVALID',
        `${where}: trigger "${id}" measures a signal but has threshold null; give the number`,
      );
    }
  }
  return triggers;
}

/** The persistence of a trigger that names nothing else: pending at 5, fired at 10 of 14, clear after 7 days below 80 %. */
export const defaultPersistence: TriggerPersistence = persistence.parse({});

/** A number of the signal's unit in the trigger's unit: 0.2 s → 200 ms, 5e11 bytes → 500 GB. */
export function toTriggerUnit(unit: TriggerUnit, value: number): number {
  return (value * unitFactor[unit].times) / unitFactor[unit].per;
}

/** The inverse of {@link toTriggerUnit}: 200 ms → 0.2 s. */
export function toSignalUnit(unit: TriggerUnit, value: number): number {
  return (value / unitFactor[unit].times) * unitFactor[unit].per;
}
