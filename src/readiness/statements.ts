/** What speaks for and against the extraction of a domain, and what is missing, each with its rule and source. */
import type {
  ChecklistItem,
  CouplingEdge,
  Criterion,
  Evidence,
  KeepRule,
  TriggerAnswer,
  Verdict,
} from '../contract/index.ts';
import { isTrue, type Truth, truthToJson } from '../kernel/truth.ts';
import { appliesTo, ruleTruth } from './decide.ts';
import { hasFired, strongNeighbourTexts } from './domain-inputs.ts';
import type { Observation } from './observations.ts';
import { comparisonsOf, evaluatePredicate, type Inputs, operatorText, type Predicate } from './predicate.ts';
import type { RuleBook } from './rule-book.ts';
import { inputTitle, triggerText } from './wording.ts';

/** One domain with everything that was found about it. */
export interface StatementSubject {
  readonly rules: RuleBook;
  readonly domain: string;
  readonly inputs: Inputs;
  readonly triggers: readonly TriggerAnswer[];
  readonly coupling: readonly CouplingEdge[] | null;
  readonly observations: readonly Observation[];
  readonly exempt: ReadonlySet<string>;
}

/** Every keep rule as it stands for the domain; prose has no value. */
export function answerKeepRules(subject: StatementSubject): readonly KeepRule[] {
  const { rules, domain, inputs } = subject;
  return rules.keepRules
    .filter((rule) => appliesTo(rule, domain))
    .map((rule) => {
      const base = { id: rule.id, domain, title: rule.title, source: rule.source, strength: rule.strength };
      if (rule.when === null)
        return { ...base, value: null, reason: 'a rule of thumb: it frames the verdict', evidence: [] };
      const truth = ruleTruth(rule, domain, inputs);
      const reason = subject.exempt.has(rule.id) ? 'lifted by a signed exception' : reasonOf(truth);
      return { ...base, value: truthToJson(truth), reason, evidence: readings(rule.when, subject) };
    });
}

/** Every criterion as it stands for the domain; none when the profile has no such rule. */
export function answerCriteria(subject: StatementSubject): readonly Criterion[] {
  const { rules, domain, inputs } = subject;
  return (rules.criteria?.list ?? []).map(({ id, title, weight, when }) => {
    const truth = evaluatePredicate(when, domain, inputs);
    const evidence = readings(when, subject);
    return { id, domain, title, weight, value: truthToJson(truth), reason: reasonOf(truth), evidence };
  });
}

/** Fired triggers, true criteria and considerations that speak for extraction. */
export function evidenceFor(subject: StatementSubject): readonly Evidence[] {
  const fired = subject.triggers.filter(hasFired).map(triggerEvidence);
  const criteria = answerCriteria(subject)
    .filter(({ value }) => value === true)
    .map(({ id, title, weight, evidence }) =>
      statement(id, `${title} (${weight}): ${evidence.join(', ')}`, subject.rules.criteria?.source ?? ''),
    );
  return [...fired, ...observed(subject, 'for'), ...criteria, ...considerations(subject, 'for')];
}

/** Triggers that have not fired, keep rules that hold, weak coupling, and considerations against. */
export function evidenceAgainst(subject: StatementSubject): readonly Evidence[] {
  const calm = subject.triggers.filter((one) => !hasFired(one) && one.state !== 'unknown').map(triggerEvidence);
  const none =
    subject.triggers.length === 0 ? [statement('no-trigger', 'no document names a trigger for it', 'S0 §3')] : [];
  const rules = answerKeepRules(subject)
    .filter(({ value }) => value === true)
    .map(({ id, title, source, evidence }) => statement(id, [title, ...evidence].join(': '), source));
  const noted = [...observed(subject, 'against'), ...considerations(subject, 'against')];
  return [...rules, ...calm, ...none, ...strongCoupling(subject, rules), ...noted];
}

/** Strong neighbours that no rule has named: they cost something even where they forbid nothing. */
function strongCoupling(subject: StatementSubject, rules: readonly Evidence[]): readonly Evidence[] {
  const texts = strongNeighbourTexts(subject.coupling ?? [], subject.domain);
  if (texts.length === 0 || rules.some(({ text }) => text.includes(texts[0] ?? ''))) return [];
  return [statement('coupling', `strongly coupled: ${texts.join('; ')}`, 'telemetry')];
}

/** Unmet or unknown prerequisites and checklist items, for a domain whose trigger has fired. */
export function missingSteps(
  subject: StatementSubject,
  checklist: readonly ChecklistItem[],
  commandOf: (itemId: string) => string | null,
): Verdict['missing'] {
  const { rules, domain, inputs } = subject;
  const prerequisites = rules.prerequisites
    .filter(({ when }) => !isTrue(evaluatePredicate(when, domain, inputs)))
    .map(({ id, title, source }) => ({ id, text: `${title} (${source})`, command: null }));
  const items = checklist
    .filter(({ value }) => value !== true)
    .map(({ id, item, source, value, reason }) => {
      const command = commandOf(id);
      const state = value === false ? 'not done' : command === null ? (reason ?? 'unknown') : 'not declared';
      return { id, text: `${item} (${source}): ${state}`, command };
    });
  return [...prerequisites, ...items];
}

/** What the predicate's inputs are now, in words. */
export function readings(predicate: Predicate, subject: StatementSubject): string[] {
  const texts = comparisonsOf(predicate).flatMap((claim) => {
    if (claim.input === 'triggerFired') return firedReading(subject.triggers);
    const input = subject.inputs.get(claim.input);
    const value = input?.value ?? null;
    const now = value === null ? 'unknown' : String(value);
    const simulated = input?.synthetic === true ? ', simulated' : '';
    const names =
      claim.input === 'strongNeighbours' ? strongNeighbourTexts(subject.coupling ?? [], subject.domain) : [];
    const list = names.length === 0 ? '' : `: ${names.join('; ')}`;
    return [`${inputTitle(claim.input)} = ${now}${simulated} (asked: ${operatorText(claim)})${list}`];
  });
  return [...new Set(texts)];
}

function firedReading(triggers: readonly TriggerAnswer[]): string[] {
  if (triggers.length === 0) return ['no trigger is documented'];
  return triggers.map(({ id, state }) => `${id} is ${state}`);
}

function considerations(subject: StatementSubject, side: 'for' | 'against'): readonly Evidence[] {
  const { rules, domain, inputs } = subject;
  return rules.considerations
    .filter((row) => row.side === side && appliesTo(row, domain))
    .filter((row) => isTrue(evaluatePredicate(row.when, domain, inputs)))
    .map(({ id, text, source }) => statement(id, text, source));
}

function observed(subject: StatementSubject, side: 'for' | 'against'): readonly Evidence[] {
  return subject.observations
    .filter((one) => one.domain === subject.domain && one.side === side)
    .map(({ ruleId, text, source, value }) => ({ ruleId, text, source, value, exemplars: [] }));
}

function triggerEvidence(trigger: TriggerAnswer): Evidence {
  const { id, source, value, exemplars } = trigger;
  const events = trigger.n === null ? '' : `, n = ${trigger.n}`;
  return { ruleId: id, text: `${id} ${trigger.state}: ${triggerText(trigger)}${events}`, source, value, exemplars };
}

function statement(ruleId: string, text: string, source: string): Evidence {
  return { ruleId, text, source, value: null, exemplars: [] };
}

function reasonOf(truth: Truth): string | null {
  return truth.kind === 'unknown' ? truth.reason : null;
}
