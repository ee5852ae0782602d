/** The verdict table, first match wins. One completion of the unknowns in, one verdict out. */
import type { Verdict } from '../contract/index.ts';
import { allOf, anyOf, atLeast, no, not, type Truth, yes } from '../kernel/truth.ts';
import { evaluatePredicate, type Inputs } from './predicate.ts';
import type { KeepRuleDefinition, RuleBook } from './rule-book.ts';

export type VerdictName = Verdict['verdict'];

/** What is fixed for a domain while its inputs vary. */
export interface VerdictCase {
  readonly rules: RuleBook;
  readonly domain: string;
  /** A trigger is forecast to fire within the book's `forecastDays`. */
  readonly forecastSoon: boolean;
  /** Rules from which a valid exception exempts the domain. */
  readonly exempt: ReadonlySet<string>;
}

/** The verdict, or null when an unknown input leaves it open. */
export function decideVerdict(given: VerdictCase, inputs: Inputs): VerdictName | null {
  const fired = inputs.get('triggerFired')?.value ?? null;
  if (fired === null) return null;
  if (fired === false) return given.forecastSoon ? 'PREPARE' : 'KEEP';
  const veto = anyOf(rulesOf(given, 'veto').map((rule) => ruleTruth(rule, given.domain, inputs)));
  if (veto.kind === 'true') return 'BLOCKED';
  const ready = readiness(given, inputs);
  if (veto.kind === 'unknown') return null;
  if (ready.kind === 'unknown') return null;
  return ready.kind === 'true' ? 'EXTRACT_CANDIDATE' : 'PREPARE';
}

/** Criteria met or not applicable, prerequisites true, no rule left that needs an exception. */
function readiness(given: VerdictCase, inputs: Inputs): Truth {
  const { rules, domain } = given;
  const prerequisites = rules.prerequisites.map(({ when }) => evaluatePredicate(when, domain, inputs));
  const exceptions = rulesOf(given, 'exceptionRequired').map((rule) => not(ruleTruth(rule, domain, inputs)));
  return allOf([criteriaTruth(rules, domain, inputs), ...prerequisites, ...exceptions]);
}

/** "At least `needed` of the criteria"; true when the profile has no such rule. */
export function criteriaTruth(rules: RuleBook, domain: string, inputs: Inputs): Truth {
  if (rules.criteria === null) return yes;
  return atLeast(
    rules.criteria.needed,
    rules.criteria.list.map(({ when }) => evaluatePredicate(when, domain, inputs)),
  );
}

/** Whether the rule holds for the domain; false where it does not apply. Prose is never true. */
export function ruleTruth(rule: KeepRuleDefinition, domain: string, inputs: Inputs): Truth {
  if (rule.when === null || !appliesTo(rule, domain)) return no;
  return evaluatePredicate(rule.when, domain, inputs);
}

/** A row without `domains` speaks about every domain. */
export function appliesTo(row: { readonly domains: readonly string[] | null }, domain: string): boolean {
  return row.domains === null || row.domains.includes(domain);
}

function rulesOf(given: VerdictCase, strength: KeepRuleDefinition['strength']): readonly KeepRuleDefinition[] {
  return given.rules.keepRules.filter((rule) => rule.strength === strength && !given.exempt.has(rule.id));
}
