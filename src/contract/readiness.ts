/** The extraction-readiness report as JSON: `extraction-readiness` schema version 1, additive only. */
import { z } from 'zod';
import { fact, interval, objective, trigger, verdictName } from './shapes.ts';

/** A statement for or against, with the rule it comes from and where to look. */
export const evidence = z.object({
  ruleId: z.string(),
  text: z.string(),
  source: z.string(),
  value: z.union([z.number(), z.string(), z.boolean()]).nullable(),
  exemplars: z.array(z.string()),
});

export const criterion = z.object({
  id: z.string(),
  domain: z.string(),
  title: z.string(),
  weight: z.enum(['Critical', 'High', 'Medium', 'Low']),
  value: z.boolean().nullable(),
  reason: z.string().nullable(),
  evidence: z.array(z.string()),
});

export const keepRule = z.object({
  id: z.string(),
  domain: z.string(),
  title: z.string(),
  source: z.string(),
  strength: z.enum(['veto', 'exceptionRequired', 'counterEvidence', 'prose']),
  value: z.boolean().nullable(),
  reason: z.string().nullable(),
  evidence: z.array(z.string()),
});

export const flip = z.object({
  fact: z.string(),
  from: z.string(),
  to: z.string(),
  verdict: verdictName,
  text: z.string().describe('as a person would say it'),
});

export const verdict = z.object({
  domain: z.string(),
  title: z.string(),
  verdict: verdictName,
  sentence: z.string(),
  ruleIds: z.array(z.string()),
  for: z.array(evidence),
  against: z.array(evidence),
  missing: z.array(z.object({ id: z.string(), text: z.string(), command: z.string().nullable() })),
  alternatives: z.array(z.string()),
  flips: z.array(flip),
  cost: z.object({ budgetRatio: z.number().nullable(), monolithRatio: z.number().nullable(), text: z.string() }),
  threePlus: z.object({ min: z.number(), max: z.number(), met: z.boolean().nullable(), applicable: z.boolean() }),
  decision: z.object({ id: z.string(), at: z.string(), outcome: z.string(), by: z.string() }).nullable(),
  completions: z
    .array(z.object({ verdict: verdictName, when: z.string() }))
    .describe('verdicts under completions of the unknown facts'),
});

export const unknownItem = z.object({
  id: z.string(),
  reason: z.string(),
  flipsVerdicts: z.array(z.string()).describe('domains whose verdict it can change'),
  command: z.string().nullable().describe('what closes it'),
});

export const checklistItem = z.object({
  id: z.string(),
  list: z.string(),
  item: z.string(),
  source: z.string(),
  kind: z.enum(['auto', 'declared']),
  value: z.boolean().nullable(),
  reason: z.string().nullable(),
});

export const exitReason = z.object({
  code: z.number(),
  kind: z.enum(['gate', 'unknown', 'decision', 'empty']),
  text: z.string(),
  lowered: z.boolean(),
});

export const readiness = z.object({
  schemaVersion: z.literal(1),
  meta: z.object({
    tool: z.string(),
    profile: z.array(z.string()),
    commit: z.string().nullable(),
    generatedAt: z.string(),
    window: z.object({ from: z.string(), to: z.string(), days: z.number() }),
    coverage: z.object({ ratio: z.number().nullable(), mapped: z.number(), unmapped: z.number() }),
    seedConflicts: z.array(z.string()),
    synthetic: z.boolean(),
  }),
  sentence: z.string(),
  facts: z.array(fact),
  slos: z.array(objective),
  triggers: z.array(trigger),
  criteria: z.array(criterion),
  threePlus: z.object({ applicable: z.boolean(), needed: z.number() }),
  keepRules: z.array(keepRule),
  orgFacts: z.array(fact),
  checklists: z.array(checklistItem),
  migration: z.array(z.unknown()),
  cost: z.object({
    budgetRatio: z.number().nullable(),
    monolithRatio: z.number().nullable(),
    items: z.array(z.object({ name: z.string(), value: z.number().nullable() })),
  }),
  verdicts: z.array(verdict),
  unknowns: z.array(unknownItem),
  exceptions: z.array(
    z.object({
      rule: z.string(),
      domain: z.string().nullable(),
      reason: z.string(),
      approver: z.string(),
      expiresAt: z.string(),
      expired: z.boolean(),
    }),
  ),
  exit: z.object({ code: z.number(), reasons: z.array(exitReason) }),
});

export { interval };
