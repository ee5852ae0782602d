/** What would change a verdict: each single fact or measurement, with the distance to go. */
import type { FactAnswer, TriggerAnswer, Verdict } from '../contract/index.ts';
import { type Candidate, candidatesOf, decisiveComparisons, possibleVerdict, withValues } from './completions.ts';
import { ruleTruth, type VerdictCase, type VerdictName } from './decide.ts';
import { hasFired } from './domain-inputs.ts';
import type { Input, Inputs } from './predicate.ts';
import type { TriggerPersistence } from './trigger-definition.ts';
import { formatQuantity, inputTitle } from './wording.ts';

export type Flip = Verdict['flips'][number];

/** A domain with its case, inputs and present verdict; `triggers` are those of the domain. */
export interface FlipSubject {
  readonly given: VerdictCase;
  readonly inputs: Inputs;
  readonly verdict: VerdictName;
  readonly triggers: readonly TriggerAnswer[];
  readonly facts: readonly FactAnswer[];
  readonly persistenceOf: (triggerId: string) => TriggerPersistence;
}

/** Single changes that give another verdict; for each input and verdict the nearest one. */
export function flipsOf(subject: FlipSubject): readonly Flip[] {
  const ids = [...decisiveComparisons(subject.given).keys()].filter((id) => id !== 'triggerFired');
  return [
    ...subject.triggers.flatMap((trigger) => triggerFlips(subject, trigger)),
    ...ids.flatMap((id) => inputFlips(subject, id)),
    ...subject.facts.flatMap((fact) => expiryFlips(subject, fact)),
    ...exceptionFlips(subject),
  ];
}

function inputFlips(subject: FlipSubject, id: string): readonly Flip[] {
  const input = subject.inputs.get(id);
  const nearest = new Map<VerdictName, Candidate>();
  for (const candidate of byDistance(candidatesOf(subject.given, id, subject.inputs), input)) {
    const verdict = verdictWith(subject, id, candidate);
    if (verdict !== subject.verdict && !nearest.has(verdict)) nearest.set(verdict, candidate);
  }
  return [...nearest].map(([verdict, candidate]) => {
    const from = input?.value ?? null;
    const now = from === null ? 'unknown' : String(from);
    const away = distance(from, candidate.value);
    const gap = away === null ? '' : `, ${formatQuantity(away, '')} away`;
    const text = `${inputTitle(id)} ${candidate.text} (now ${now}${simulatedMark(input)}${gap}) → ${verdict}`;
    return { fact: id, from: now, to: candidate.text, verdict, text };
  });
}

/** A trigger that has fired could clear; one that has not could fire; an unknown one could do either. */
function triggerFlips(subject: FlipSubject, trigger: TriggerAnswer): readonly Flip[] {
  const rule = subject.persistenceOf(trigger.id);
  const others = subject.triggers.filter((other) => other !== trigger);
  const outcomes = hasFired(trigger) ? [false] : trigger.state === 'unknown' ? [true, false] : [true];
  return outcomes.flatMap((fires) => {
    if (!fires && others.some(hasFired)) return [];
    const verdict = verdictWith(subject, 'triggerFired', { value: fires, text: String(fires) });
    if (verdict === subject.verdict) return [];
    const to = fires ? firingText(trigger, rule) : clearingText(trigger, rule);
    return [{ fact: trigger.id, from: trigger.state, to, verdict, text: `${to} → ${verdict}` }];
  });
}

function firingText(trigger: TriggerAnswer, rule: TriggerPersistence): string {
  if (trigger.threshold === null) return `${trigger.title} declared true`;
  const limit = formatQuantity(trigger.threshold, trigger.unit);
  const { exceeding, of } = trigger.days;
  return `${trigger.title} > ${limit} on ${rule.fired} of ${of} days (now ${exceeding}${simulatedMark(trigger)})`;
}

function clearingText(trigger: TriggerAnswer, rule: TriggerPersistence): string {
  if (trigger.threshold === null) return `${trigger.title} declared false`;
  if (trigger.state === 'unknown') return `${trigger.title} known and not over the threshold`;
  const level = trigger.threshold * rule.clearBelow;
  const gap =
    trigger.value === null ? '' : ` (now ${formatQuantity(trigger.value, trigger.unit)}${simulatedMark(trigger)})`;
  return `${trigger.title} < ${formatQuantity(level, trigger.unit)} for ${rule.clearDays} days${gap}`;
}

/** A known fact on which the verdict stands stops being known on its day. */
function expiryFlips(subject: FlipSubject, fact: FactAnswer): readonly Flip[] {
  if (fact.status !== 'known' || fact.expiresAt === null) return [];
  const reason = `${fact.id} has expired`;
  const gone: Input = { id: fact.id, value: null, reason, low: null, high: null, synthetic: false };
  const verdict = possibleVerdict(subject.given, new Map(subject.inputs).set(fact.id, gone));
  if (verdict === subject.verdict) return [];
  const day = fact.expiresAt.slice(0, 10);
  const text = `${fact.id} not renewed by ${day} → ${verdict}`;
  return [{ fact: fact.id, from: String(fact.value), to: `expired on ${day}`, verdict, text }];
}

/** A rule that a signed exception could lift. */
function exceptionFlips(subject: FlipSubject): readonly Flip[] {
  const { given, inputs } = subject;
  const holding = given.rules.keepRules.filter(
    (rule) => rule.exceptable && !given.exempt.has(rule.id) && ruleTruth(rule, given.domain, inputs).kind === 'true',
  );
  return holding.flatMap((rule) => {
    const exempt = new Set([...given.exempt, rule.id]);
    const verdict = possibleVerdict({ ...given, exempt }, inputs);
    if (verdict === subject.verdict) return [];
    const to = `a signed exception from ${rule.id}`;
    return [{ fact: rule.id, from: 'no exception', to, verdict, text: `${to} → ${verdict}` }];
  });
}

function simulatedMark(found: { readonly synthetic: boolean } | undefined): string {
  return found?.synthetic === true ? ', simulated' : '';
}

function verdictWith(subject: FlipSubject, id: string, candidate: Candidate): VerdictName {
  return possibleVerdict(subject.given, withValues(subject.inputs, new Map([[id, candidate]])));
}

function byDistance(candidates: readonly Candidate[], input: Input | undefined): readonly Candidate[] {
  const from = input?.value ?? null;
  return [...candidates].sort((left, right) => (distance(from, left.value) ?? 0) - (distance(from, right.value) ?? 0));
}

/** How far a number must move; null for truths and unknowns. */
function distance(from: number | boolean | null, to: number | boolean): number | null {
  return typeof from === 'number' && typeof to === 'number' ? Math.abs(to - from) : null;
}
