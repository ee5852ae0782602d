/** Facts that people give: value, source, owner and the day on which they stop being true. An expired fact is unknown. */
import { z } from 'zod';
import type { FactAnswer } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';
import { parseSection } from './parse-section.ts';
import type { FactDefinition } from './rule-book.ts';

/** Days after `asOf` on which a fact without `expiresAt` expires. */
const defaultLifeDays = 90;

/** YAML dates arrive as text (`2026-11-01`) or as Date objects, whichever schema of YAML the reader used. */
const date = z
  .union([z.string(), z.date().transform((value) => value.toISOString())])
  .refine((text) => Number.isFinite(Date.parse(text)), { message: 'write a date such as 2026-11-01' });

const declared = z.strictObject({
  value: z.union([z.number(), z.boolean(), z.string()]),
  source: z.string().min(1),
  owner: z.string().min(1),
  asOf: date,
  expiresAt: date.nullable().default(null),
  unit: z.string().nullable().default(null),
  synthetic: z.boolean().default(false),
});

/** A fact as written in the config; times are Unix ms, `expiresAtMs` exclusive. */
export interface DeclaredFact {
  readonly id: string;
  readonly value: number | boolean | string;
  readonly source: string;
  readonly owner: string;
  readonly asOfMs: number;
  readonly expiresAtMs: number;
  readonly unit: string | null;
  readonly synthetic: boolean;
}

/** Reads the config's `facts` mapping; a fact without `expiresAt` lives 90 days from `asOf`. @throws CONFIG_INVALID */
export function parseFacts(section: unknown, where: string): readonly DeclaredFact[] {
  const facts = parseSection(z.record(z.string(), declared), section ?? {}, where);
  return Object.entries(facts).map(([id, fact]) => {
    const asOfMs = Date.parse(fact.asOf);
    const expiresAtMs = fact.expiresAt === null ? asOfMs + defaultLifeDays * dayMs : Date.parse(fact.expiresAt);
    return {
      id,
      value: fact.value,
      source: fact.source,
      owner: fact.owner,
      asOfMs,
      expiresAtMs,
      unit: fact.unit,
      synthetic: fact.synthetic,
    };
  });
}

/** The fact as of `nowMs`: known, stale (expired, dated in the future or of the wrong type: value withheld) or unknown (never given). */
export function answerFact(definition: FactDefinition, fact: DeclaredFact | undefined, nowMs: number): FactAnswer {
  const base = { id: definition.id, unit: definition.unit };
  if (fact === undefined) {
    const reason = `not declared (${definition.question})`;
    return {
      ...base,
      value: null,
      source: null,
      owner: null,
      asOf: null,
      expiresAt: null,
      status: 'unknown',
      reason,
      synthetic: false,
    };
  }
  const provenance = {
    source: fact.source,
    owner: fact.owner,
    asOf: isoTime(fact.asOfMs),
    expiresAt: isoTime(fact.expiresAtMs),
    synthetic: fact.synthetic,
  };
  const reason = whyUnusable(definition, fact, nowMs);
  if (reason === null) return { ...base, ...provenance, value: fact.value, status: 'known', reason: null };
  return {
    ...base,
    ...provenance,
    value: null,
    status: typeof fact.value === definition.type ? 'stale' : 'unknown',
    reason,
  };
}

/** Declared facts for which the rule book has no definition, so that they do not vanish. */
export function unreadFacts(
  definitions: readonly FactDefinition[],
  facts: readonly DeclaredFact[],
  nowMs: number,
): readonly FactAnswer[] {
  const read = new Set(definitions.map(({ id }) => id));
  return facts
    .filter(({ id }) => !read.has(id))
    .map(({ id, value, unit, source, owner, asOfMs, expiresAtMs, synthetic }) => {
      const isStale = nowMs >= expiresAtMs;
      const provenance = { source, owner, asOf: isoTime(asOfMs), expiresAt: isoTime(expiresAtMs), synthetic };
      const reason = 'no rule of this profile reads it';
      return { id, value: isStale ? null : value, unit, ...provenance, status: isStale ? 'stale' : 'known', reason };
    });
}

function whyUnusable(definition: FactDefinition, fact: DeclaredFact, nowMs: number): string | null {
  if (typeof fact.value !== definition.type) {
    return `declared as ${JSON.stringify(fact.value)}, which is not a ${definition.type}`;
  }
  if (nowMs >= fact.expiresAtMs) {
    return `expired on ${isoTime(fact.expiresAtMs).slice(0, 10)} (last said ${String(fact.value)} by ${fact.owner})`;
  }
  return nowMs < fact.asOfMs ? `is dated ${isoTime(fact.asOfMs).slice(0, 10)}, which is in the future` : null;
}
