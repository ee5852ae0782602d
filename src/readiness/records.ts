/** What people have signed: decisions about a fired trigger, and exceptions from a rule. Both can lapse. */
import { z } from 'zod';
import { parseSection } from './parse-section.ts';

const date = z
  .union([z.string(), z.date().transform((value) => value.toISOString())])
  .refine((text) => Number.isFinite(Date.parse(text)), { message: 'write a date such as 2026-11-01' })
  .transform((text) => Date.parse(text));

const decision = z.strictObject({
  id: z.string().min(1),
  domain: z.string().min(1),
  outcome: z.enum(['extract', 'keep', 'defer']),
  reason: z.string().default(''),
  by: z.string().min(1),
  at: date,
  /** When the question must be asked again; null = until the trigger clears. */
  reviewAt: date.nullable().default(null),
});

const exception = z.strictObject({
  rule: z.string().min(1),
  domain: z.string().nullable().default(null),
  reason: z.string().min(1),
  approver: z.string().min(1),
  expiresAt: date,
});

/** An acknowledged decision; `at` and `reviewAt` are Unix ms. */
export type Decision = Readonly<z.output<typeof decision>>;
/** A signed exception; `domain` null = every domain, `expiresAt` Unix ms, exclusive. */
export type RuleException = Readonly<z.output<typeof exception>>;

/** @throws CONFIG_INVALID */
export function parseDecisions(section: unknown, where: string): readonly Decision[] {
  return parseSection(z.array(decision), section ?? [], where);
}

/** @throws CONFIG_INVALID */
export function parseExceptions(section: unknown, where: string): readonly RuleException[] {
  return parseSection(z.array(exception), section ?? [], where);
}
