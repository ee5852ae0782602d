/** The verdict of one domain: resolved under every completion, with its reasons and what would change it. */
import type { ChecklistItem, FactAnswer, TriggerAnswer, Verdict } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';
import { countTrue, isTrue, truthToJson } from '../kernel/truth.ts';
import { type Resolution, resolveVerdict } from './completions.ts';
import { describeCompletions } from './conditions.ts';
import { costOf } from './cost.ts';
import { criteriaTruth, ruleTruth, type VerdictCase } from './decide.ts';
import { hasFired, inputsOf } from './domain-inputs.ts';
import { exemptRules } from './exceptions.ts';
import { flipsOf } from './flips.ts';
import { evaluatePredicate, type Input, type Inputs } from './predicate.ts';
import type { AssessedDomain, ReadinessInput } from './readiness-input.ts';
import type { Decision } from './records.ts';
import { evidenceAgainst, evidenceFor, missingSteps, type StatementSubject } from './statements.ts';
import { defaultPersistence } from './trigger-definition.ts';
import { factCommand } from './unknowns.ts';
import { conditionText, inputTitle, triggerText } from './wording.ts';

/** A verdict with what the report's other parts need of it. */
export interface DomainAssessment {
  readonly domain: AssessedDomain;
  readonly triggers: readonly TriggerAnswer[];
  readonly inputs: Inputs;
  readonly subject: StatementSubject;
  readonly resolution: Resolution;
  readonly verdict: Verdict;
  /** Without the simulated inputs the verdict could be another one. */
  readonly standsOnSimulation: boolean;
  readonly decision: Decision | null;
}

/** Answers that do not depend on the domain. */
export interface SharedAnswers {
  readonly facts: readonly FactAnswer[];
  readonly checklist: readonly ChecklistItem[];
}

/** Pure; the domain must be one of `input.domains`. */
export function assessDomain(input: ReadinessInput, domain: AssessedDomain, shared: SharedAnswers): DomainAssessment {
  const triggers = input.triggers.filter((trigger) => trigger.domain === domain.id);
  const inputs = inputsOf(input, domain, shared.facts);
  const exempt = exemptRules(input, domain.id);
  const given = { rules: input.rules, domain: domain.id, forecastSoon: isForecastSoon(input, triggers), exempt };
  const resolution = resolveVerdict(given, inputs);
  const subject = {
    rules: input.rules,
    domain: domain.id,
    inputs,
    triggers,
    coupling: input.coupling,
    observations: input.observations ?? [],
    exempt,
  };
  const decision = decisionOf(input, domain.id, triggers);
  const partial = { domain, triggers, inputs, subject, resolution, decision };
  return {
    ...partial,
    verdict: composeVerdict(input, given, partial, shared),
    standsOnSimulation: isSimulated(given, inputs, resolution),
  };
}

function composeVerdict(
  input: ReadinessInput,
  given: VerdictCase,
  found: Omit<DomainAssessment, 'verdict' | 'standsOnSimulation'>,
  shared: SharedAnswers,
): Verdict {
  const { domain, triggers, inputs, subject, resolution, decision } = found;
  const persistenceOf = (id: string) =>
    input.definitions?.find((definition) => definition.id === id)?.persistence ?? defaultPersistence;
  const fired = triggers.some(hasFired);
  return {
    domain: domain.id,
    title: domain.title,
    verdict: resolution.verdict,
    sentence: sentenceOf(given, found),
    ruleIds: decidingRules(given, found),
    for: [...evidenceFor(subject)],
    against: [...evidenceAgainst(subject)],
    missing: [
      ...unknownSteps(input, found),
      ...(fired ? missingSteps(subject, shared.checklist, checklistCommand(input)) : []),
    ],
    alternatives: input.rules.alternatives
      .filter((row) => row.domain === domain.id)
      .map(({ text, source }) => `${text} (${source})`),
    flips: [...flipsOf({ given, inputs, verdict: resolution.verdict, triggers, facts: shared.facts, persistenceOf })],
    cost: costOf(input.rules, domain.id, shared.facts),
    threePlus: threePlusOf(given, inputs),
    decision:
      decision === null
        ? null
        : { id: decision.id, at: isoTime(decision.at), outcome: decision.outcome, by: decision.by },
    completions: describeCompletions(given, inputs, (id, text) => conditionText(triggers, id, text)),
  };
}

function unknownSteps(input: ReadinessInput, found: Pick<DomainAssessment, 'inputs' | 'resolution' | 'triggers'>) {
  return found.resolution.deciding.map((id) => {
    const open = id === 'triggerFired' ? found.triggers.find(({ state }) => state === 'unknown')?.id : id;
    const definition = input.rules.facts.find((fact) => fact.id === open || fact.trigger === open);
    const text = found.inputs.get(id)?.reason ?? `${id} is unknown`;
    return { id: definition?.id ?? open ?? id, text, command: factCommand(definition, input.nowMs) };
  });
}

/** The line that declares the fact behind a checklist item; null for a measured one. */
function checklistCommand(input: ReadinessInput): (itemId: string) => string | null {
  return (itemId) => {
    const factId = input.gates.checklists.find(({ id }) => id === itemId)?.fact;
    return factCommand(
      input.rules.facts.find(({ id }) => id === factId),
      input.nowMs,
    );
  };
}

/** The criteria as an interval: known true, and known true plus unknown. */
function threePlusOf(given: VerdictCase, inputs: Inputs): Verdict['threePlus'] {
  const list = given.rules.criteria?.list ?? [];
  const { min, max } = countTrue(list.map(({ when }) => evaluatePredicate(when, given.domain, inputs)));
  const applicable = given.rules.criteria !== null;
  return {
    min,
    max,
    met: applicable ? truthToJson(criteriaTruth(given.rules, given.domain, inputs)) : null,
    applicable,
  };
}

/** Ids of what produced the verdict: triggers, vetoes that hold, what is not ready, or the rules that are unknown. */
function decidingRules(
  given: VerdictCase,
  found: Pick<DomainAssessment, 'inputs' | 'triggers' | 'resolution'>,
): string[] {
  const { rules, domain } = given;
  const truthOfRule = (id: string) => {
    const rule = rules.keepRules.find((one) => one.id === id);
    return rule === undefined || given.exempt.has(id) ? null : ruleTruth(rule, domain, found.inputs);
  };
  const weighing = rules.keepRules.filter(({ strength }) => strength === 'veto' || strength === 'exceptionRequired');
  const holding = weighing.map(({ id }) => id).filter((id) => truthOfRule(id)?.kind === 'true');
  const open = weighing.map(({ id }) => id).filter((id) => truthOfRule(id)?.kind === 'unknown');
  const unready = rules.prerequisites
    .filter(({ when }) => !isTrue(evaluatePredicate(when, domain, found.inputs)))
    .map(({ id }) => id);
  const fired = found.triggers.filter(hasFired).map(({ id }) => id);
  const unjudged = found.triggers.filter(({ state }) => state === 'unknown').map(({ id }) => id);
  switch (found.resolution.verdict) {
    case 'EXTRACT_CANDIDATE':
      return fired;
    case 'BLOCKED':
      return [...fired, ...holding];
    case 'PREPARE':
      return [...(fired.length > 0 ? fired : found.triggers.map(({ id }) => id)), ...holding, ...unready];
    case 'KEEP':
      return holding;
    case 'INSUFFICIENT_EVIDENCE':
      return [...fired, ...unjudged, ...open];
    default:
      return found.resolution.verdict satisfies never;
  }
}

function sentenceOf(
  given: VerdictCase,
  found: Pick<DomainAssessment, 'domain' | 'triggers' | 'resolution' | 'inputs'>,
): string {
  const { domain, triggers, resolution } = found;
  const fired = triggers.find(hasFired);
  const evidence = fired === undefined ? '' : `${fired.id}: ${triggerText(fired)}`;
  const rules = decidingRules(given, found);
  switch (resolution.verdict) {
    case 'EXTRACT_CANDIDATE':
      return `${domain.title} is ready to become a service. ${evidence}; no keep rule holds.`;
    case 'BLOCKED':
      return `${domain.title} needs extraction, but ${rules.filter((id) => id !== fired?.id).join(', ')} forbids it. ${evidence}.`;
    case 'PREPARE':
      return fired === undefined
        ? `${domain.title} is forecast to cross its threshold within ${given.rules.forecastDays} days: prepare it.`
        : `${domain.title} needs extraction, but ${rules.filter((id) => id !== fired.id).join(', ') || 'its criteria'} is not met. ${evidence}.`;
    case 'KEEP':
      return keepSentence(domain, triggers, rules);
    case 'INSUFFICIENT_EVIDENCE':
      return `${domain.title} can not be judged yet, because ${unknownNames(found)} ${resolution.deciding.length > 1 ? 'are' : 'is'} unknown. ${evidence === '' ? '' : `${evidence}.`}`.trim();
    default:
      return resolution.verdict satisfies never;
  }
}

/** The inputs that decide, the trigger by its id. */
function unknownNames({ resolution, triggers }: Pick<DomainAssessment, 'resolution' | 'triggers'>): string {
  const open = triggers.find(({ state }) => state === 'unknown')?.id ?? 'the trigger';
  const names = resolution.deciding.map((id) => (id === 'triggerFired' ? open : inputTitle(id)));
  return [names.slice(0, -1).join(', '), names.at(-1) ?? 'something'].filter((part) => part !== '').join(' and ');
}

function keepSentence(domain: AssessedDomain, triggers: readonly TriggerAnswer[], rules: readonly string[]): string {
  const held = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  if (triggers.length === 0) return `${domain.title} stays: no document names a trigger for it${held}.`;
  const states = triggers.map((trigger) => `${trigger.id} is ${trigger.state}, ${triggerText(trigger)}`).join('; ');
  return `${domain.title} stays: ${states}${held}.`;
}

function isForecastSoon(input: ReadinessInput, triggers: readonly TriggerAnswer[]): boolean {
  const horizonMs = input.nowMs + input.rules.forecastDays * dayMs;
  return triggers.some(({ forecast }) => forecast !== null && Date.parse(forecast.date) < horizonMs);
}

/** With every simulated input unknown, another verdict is possible. */
function isSimulated(given: VerdictCase, inputs: Inputs, resolution: Resolution): boolean {
  if (![...inputs.values()].some(({ synthetic }) => synthetic)) return false;
  const real = new Map([...inputs].map(([id, input]) => [id, input.synthetic ? withheld(input) : input]));
  const without = resolveVerdict(given, real);
  return without.verdict !== resolution.verdict || without.deciding.some((id) => inputs.get(id)?.synthetic === true);
}

function withheld(input: Input): Input {
  return { ...input, value: null, low: null, high: null, reason: `${input.id} is simulated` };
}

/** The latest decision made since the trigger began to exceed and not yet due for review. */
function decisionOf(input: ReadinessInput, domain: string, triggers: readonly TriggerAnswer[]): Decision | null {
  const since = triggers.filter(hasFired).map((trigger) => (trigger.since === null ? 0 : Date.parse(trigger.since)));
  const from = since.length === 0 ? 0 : Math.max(...since);
  const valid = input.decisions.filter(
    (one) =>
      one.domain === domain && one.at >= from && one.at <= input.nowMs && (one.reviewAt ?? Infinity) > input.nowMs,
  );
  return valid.reduce<Decision | null>((latest, one) => (latest === null || one.at > latest.at ? one : latest), null);
}
