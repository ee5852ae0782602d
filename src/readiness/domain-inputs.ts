/** The inputs of one domain's rules: declared facts, measured coupling and traffic, the state of its triggers. */
import type { CouplingEdge, FactAnswer, ObjectiveAnswer, TriggerAnswer } from '../contract/index.ts';
import { answerFact } from './declared-facts.ts';
import type { Input, Inputs } from './predicate.ts';
import type { AssessedDomain, ReadinessInput } from './readiness-input.ts';

/** States in which the documented threshold counts as crossed: it stays so until it has cleared. */
export function hasFired(trigger: TriggerAnswer): boolean {
  return trigger.state === 'fired' || trigger.state === 'clearing';
}

/** Every fact of the rule book as of now, in the book's order. */
export function answerFacts(input: ReadinessInput): readonly FactAnswer[] {
  const declared = new Map(input.facts.map((fact) => [fact.id, fact]));
  return input.rules.facts.map((definition) => answerFact(definition, declared.get(definition.id), input.nowMs));
}

/** Everything that a predicate may read about this domain, by input id. */
export function inputsOf(input: ReadinessInput, domain: AssessedDomain, facts: readonly FactAnswer[]): Inputs {
  const all: readonly Input[] = [
    ...facts.map(factInput),
    neighbourInput(input, domain.id, 'strongNeighbours', (edge) => edge.strong),
    neighbourInput(input, domain.id, 'sharedTransactions', (edge) => edge.inTransaction > 0),
    ...trafficInputs(input, domain.id),
    measured('linesOfCode', domain.linesOfCode, 'no document states its size', false),
    firedInput(input.triggers.filter((trigger) => trigger.domain === domain.id)),
    objectivesInput(input.objectives.filter((objective) => objective.domain === domain.id)),
  ];
  return new Map(all.map((one) => [one.id, one]));
}

/** Strong neighbours of a domain in either direction, with the direction; sorted. */
export function strongNeighbourTexts(edges: readonly CouplingEdge[], domain: string): readonly string[] {
  const strong = edges.filter((edge) => edge.strong === true && (edge.from === domain || edge.to === domain));
  const texts = strong.map((edge) => `${edge.from} → ${edge.to} (${edge.reason ?? edge.mode})`);
  return [...new Set(texts)].sort();
}

function factInput(fact: FactAnswer): Input {
  const value = typeof fact.value === 'string' ? null : fact.value;
  const reason =
    fact.status === 'known' ? null : `${fact.id} ${fact.status === 'stale' ? '' : 'is unknown: '}${fact.reason ?? ''}`;
  return { id: fact.id, value, reason, low: null, high: null, synthetic: fact.synthetic };
}

function measured(id: string, value: number | boolean | null, missing: string, synthetic: boolean): Input {
  return { id, value, reason: value === null ? `${id} is unknown: ${missing}` : null, low: 0, high: null, synthetic };
}

/** Counts distinct neighbours for which the claim holds; unknown claims leave a range. */
function neighbourInput(
  input: ReadinessInput,
  domain: string,
  id: string,
  claim: (edge: CouplingEdge) => boolean | null,
): Input {
  if (input.coupling === null) return measured(id, null, 'no call between domains was measured', false);
  const near = input.coupling.filter((edge) => (edge.from === domain) !== (edge.to === domain));
  const neighbours = (edges: readonly CouplingEdge[]): number =>
    new Set(edges.map((edge) => (edge.from === domain ? edge.to : edge.from))).size;
  const low = neighbours(near.filter((edge) => claim(edge) === true));
  const high = neighbours(near.filter((edge) => claim(edge) !== false));
  const reason =
    low === high
      ? null
      : `${id} is between ${low} and ${high}: ${near.find((edge) => claim(edge) === null)?.reason ?? ''}`;
  return { id, value: low === high ? low : null, reason, low, high, synthetic: input.couplingSynthetic ?? false };
}

function trafficInputs(input: ReadinessInput, domain: string): readonly Input[] {
  const traffic = input.traffic.find((row) => row.domain === domain);
  const missing = 'no entry request of it was counted';
  const synthetic = traffic?.synthetic ?? false;
  return [
    measured('requestsPerMinute', traffic?.requestsPerMinuteBusyHour ?? null, missing, synthetic),
    measured('requestsPerDay', traffic?.requestsPerDay ?? null, missing, synthetic),
  ];
}

function firedInput(triggers: readonly TriggerAnswer[]): Input {
  const fired = triggers.find(hasFired);
  const open = triggers.find((trigger) => trigger.state === 'unknown');
  const value = fired === undefined ? (open === undefined ? false : null) : true;
  const reason = value === null ? `${open?.id}: ${open?.reason ?? 'its state is unknown'}` : null;
  const standing = value === true ? triggers.filter(hasFired) : triggers;
  const synthetic =
    standing.length > 0 &&
    (value === true ? standing.every((one) => one.synthetic) : standing.some((one) => one.synthetic));
  return { id: 'triggerFired', value, reason, low: null, high: null, synthetic };
}

function objectivesInput(objectives: readonly ObjectiveAnswer[]): Input {
  const judged = objectives.filter(({ state }) => state !== 'notApplicable');
  const breached = judged.some(({ state }) => state === 'breached');
  const open = judged.length === 0 || judged.some(({ state }) => state === 'unknown');
  const value = breached ? false : open ? null : true;
  const missing = judged.length === 0 ? 'it has no objective' : 'an objective of it is unknown';
  return measured(
    'objectivesMet',
    value,
    missing,
    judged.some(({ synthetic }) => synthetic),
  );
}
