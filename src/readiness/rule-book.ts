/** rules.yaml: keep rules, criteria, prerequisites, the facts that people must give, alternatives and cost estimates. */
import { z } from 'zod';
import { AppError } from '../kernel/errors.ts';
import { parseSection, requireUniqueIds } from './parse-section.ts';
import { comparisonsOf, type Predicate, predicateSchema } from './predicate.ts';

/** Inputs that are measured or derived for each domain; everything else a rule names must be a declared fact. */
export const measuredInputs = [
  'strongNeighbours',
  'sharedTransactions',
  'requestsPerMinute',
  'requestsPerDay',
  'linesOfCode',
  'triggerFired',
  'objectivesMet',
] as const;

const keepRule = z
  .strictObject({
    id: z.string().min(1),
    title: z.string(),
    source: z.string(),
    strength: z.enum(['veto', 'exceptionRequired', 'counterEvidence', 'prose']),
    /** Null for prose: words that frame the verdict, not a claim that can hold or fail. */
    when: predicateSchema.nullable(),
    domains: z.array(z.string()).nullable().default(null),
    exceptable: z.boolean().default(false),
    inferred: z.string().nullable().default(null),
  })
  .refine((rule) => (rule.when === null) === (rule.strength === 'prose'), {
    message: 'a prose rule has when: null, every other strength needs a predicate',
  });

const criteria = z.strictObject({
  needed: z.int().positive(),
  source: z.string(),
  list: z
    .array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        weight: z.enum(['Critical', 'High', 'Medium', 'Low']),
        when: predicateSchema,
      }),
    )
    .min(1),
});

const factDefinition = z.strictObject({
  id: z.string().min(1),
  title: z.string(),
  question: z.string(),
  unit: z.string(),
  type: z.enum(['number', 'boolean']),
  /** Smallest meaningful difference of a number: 1 for a head count. */
  step: z.number().positive().default(1),
  /** The declared trigger that this fact decides. */
  trigger: z.string().nullable().default(null),
  example: z.union([z.number(), z.boolean()]),
  source: z.string(),
});

const book = z.strictObject({
  keepRules: z.array(keepRule),
  criteria: criteria.nullable().default(null),
  prerequisites: z
    .array(z.strictObject({ id: z.string(), title: z.string(), source: z.string(), when: predicateSchema }))
    .default([]),
  facts: z.array(factDefinition),
  considerations: z
    .array(
      z.strictObject({
        id: z.string(),
        side: z.enum(['for', 'against']),
        domains: z.array(z.string()).nullable().default(null),
        text: z.string(),
        source: z.string(),
        when: predicateSchema,
      }),
    )
    .default([]),
  alternatives: z.array(z.strictObject({ domain: z.string(), text: z.string(), source: z.string() })).default([]),
  costs: z
    .strictObject({
      unit: z.string(),
      monolithFact: z.string(),
      budgetFact: z.string(),
      items: z.array(
        z
          .strictObject({ domain: z.string(), name: z.string(), low: z.number(), high: z.number(), source: z.string() })
          .refine((item) => item.low <= item.high, { message: 'low must not be above high' }),
      ),
      totals: z.array(z.strictObject({ name: z.string(), low: z.number(), high: z.number(), source: z.string() })),
    })
    .nullable()
    .default(null),
  conflicts: z.array(z.strictObject({ id: z.string(), text: z.string() })).default([]),
  forecastDays: z.int().positive().default(90),
});

export type RuleBook = Readonly<z.output<typeof book>>;
export type KeepRuleDefinition = RuleBook['keepRules'][number];
export type FactDefinition = RuleBook['facts'][number];
export type Criteria = NonNullable<RuleBook['criteria']>;

/** @throws CONFIG_INVALID also when a rule names an input that is neither measured nor a fact of this book */
export function parseRules(section: unknown, where: string): RuleBook {
  const rules = parseSection(book, section, where);
  for (const rows of [
    rules.keepRules,
    rules.facts,
    rules.considerations,
    rules.prerequisites,
    rules.criteria?.list ?? [],
  ]) {
    requireUniqueIds(rows, where);
  }
  const known = new Set<string>([...measuredInputs, ...rules.facts.map(({ id }) => id)]);
  for (const { id, when } of predicatesOf(rules)) {
    for (const { input } of comparisonsOf(when)) {
      if (!known.has(input)) {
        throw new AppError(
          'CONFIG_INVALID',
          `${where}: "${id}" reads "${input}", which is neither measured (${measuredInputs.join(', ')}) nor in facts; add it to facts`,
        );
      }
    }
  }
  return rules;
}

/** Every predicate of the book with the id of its rule; `domains` null = every domain. */
export function predicatesOf(
  rules: RuleBook,
): readonly { readonly id: string; readonly when: Predicate; readonly domains: readonly string[] | null }[] {
  const everywhere = [...rules.prerequisites, ...(rules.criteria?.list ?? [])];
  return [
    ...rules.keepRules.flatMap(({ id, when, domains }) => (when === null ? [] : [{ id, when, domains }])),
    ...everywhere.map(({ id, when }) => ({ id, when, domains: null })),
    ...rules.considerations.map(({ id, when, domains }) => ({ id, when, domains })),
  ];
}
