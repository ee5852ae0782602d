/** Checklists: measured where a check exists, declared where people must say; neither is unknown. */
import type { ChecklistItem, FactAnswer } from '../contract/index.ts';
import type { GateBook } from './gate-book.ts';
import type { CheckResult } from './readiness-input.ts';

/** Every item with its answer; nothing is left out for lack of one. */
export function answerChecklists(
  gates: GateBook,
  facts: readonly FactAnswer[],
  checks: readonly CheckResult[],
): readonly ChecklistItem[] {
  return gates.checklists.map(({ fact, ...item }) => {
    const found = fact === null ? fromCheck(checks, item.id) : fromFact(facts, fact);
    return { ...item, ...found };
  });
}

function fromFact(facts: readonly FactAnswer[], id: string): Pick<ChecklistItem, 'value' | 'reason'> {
  const fact = facts.find((one) => one.id === id);
  if (typeof fact?.value === 'boolean') return { value: fact.value, reason: `declared by ${fact.owner ?? 'nobody'}` };
  return { value: null, reason: fact?.reason ?? `${id} is not declared` };
}

function fromCheck(checks: readonly CheckResult[], id: string): Pick<ChecklistItem, 'value' | 'reason'> {
  const check = checks.find((one) => one.id === id);
  return check === undefined ? { value: null, reason: 'not measured' } : { value: check.value, reason: check.reason };
}
