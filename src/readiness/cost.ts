/** Two cost ratios, never mixed: to the approved budget and to the monolith. Estimates are marked as such. */
import type { FactAnswer, ReadinessReport, Verdict } from '../contract/index.ts';
import type { RuleBook } from './rule-book.ts';
import { formatQuantity } from './wording.ts';

/** Cost of extracting one domain: the documents' estimate of what it adds, on top of the declared monolith cost. */
export function costOf(rules: RuleBook, domain: string, facts: readonly FactAnswer[]): Verdict['cost'] {
  const { costs } = rules;
  const items = costs?.items.filter((item) => item.domain === domain) ?? [];
  if (costs === null || items.length === 0) {
    return { budgetRatio: null, monolithRatio: null, text: 'no document estimates it' };
  }
  const low = items.reduce((sum, item) => sum + item.low, 0);
  const high = items.reduce((sum, item) => sum + item.high, 0);
  const named = items.map(({ name, source }) => `${name}, ${source}`).join('; ');
  const ratios = ratiosOf((low + high) / 2, numberOf(facts, costs.monolithFact), numberOf(facts, costs.budgetFact));
  const declared = facts.filter(({ id }) => id === costs.monolithFact || id === costs.budgetFact);
  const simulated = declared.some(({ synthetic }) => synthetic) ? ' (simulated)' : '';
  const added = low === high ? String(low) : `${low}–${high}`;
  const text = `estimate: +${added} ${costs.unit} (${named})${ratioText(ratios, costs)}${simulated}`;
  return { ...ratios, text };
}

/** The documents' totals, and the ratios of the declared monolith cost to the declared budget. */
export function totalCost(rules: RuleBook, facts: readonly FactAnswer[]): ReadinessReport['cost'] {
  const { costs } = rules;
  if (costs === null) return { budgetRatio: null, monolithRatio: null, items: [] };
  const monolith = numberOf(facts, costs.monolithFact);
  const items = costs.totals.flatMap(({ name, low, high, source }) => [
    { name: `${name}, lower estimate (${costs.unit}, ${source})`, value: low },
    { name: `${name}, upper estimate (${costs.unit}, ${source})`, value: high },
  ]);
  const declared = [
    { name: `monolith today (${costs.unit}, declared)`, value: monolith },
    { name: `approved budget (${costs.unit}, declared)`, value: numberOf(facts, costs.budgetFact) },
  ];
  const { budgetRatio } = ratiosOf(0, monolith, numberOf(facts, costs.budgetFact));
  return { budgetRatio, monolithRatio: monolith === null ? null : 1, items: [...declared, ...items] };
}

function ratiosOf(added: number, monolith: number | null, budget: number | null) {
  const whole = monolith === null ? null : monolith + added;
  return {
    budgetRatio: whole === null || budget === null || budget <= 0 ? null : round(whole / budget),
    monolithRatio: whole === null || monolith === null || monolith <= 0 ? null : round(whole / monolith),
  };
}

function ratioText(
  ratios: { readonly budgetRatio: number | null; readonly monolithRatio: number | null },
  costs: NonNullable<RuleBook['costs']>,
): string {
  const budget =
    ratios.budgetRatio === null
      ? `unknown against the budget (${costs.budgetFact} or ${costs.monolithFact} is not declared)`
      : `${formatQuantity(ratios.budgetRatio, '')}× the approved budget`;
  const monolith = ratios.monolithRatio === null ? '' : `, ${formatQuantity(ratios.monolithRatio, '')}× the monolith`;
  return `; in all ${budget}${monolith}`;
}

function numberOf(facts: readonly FactAnswer[], id: string): number | null {
  const value = facts.find((fact) => fact.id === id)?.value ?? null;
  return typeof value === 'number' ? value : null;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
