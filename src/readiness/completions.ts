/** Every completion of the unknown inputs, bounded: which verdicts are still possible, and under which condition. */
import { appliesTo, decideVerdict, type VerdictCase, type VerdictName } from './decide.ts';
import { type Comparison, comparisonsOf, evaluatePredicate, type Input, type Inputs } from './predicate.ts';
import { predicatesOf } from './rule-book.ts';

/** Combinations that are looked at; beyond it the verdict is INSUFFICIENT_EVIDENCE. */
export const completionLimit = 1024;

/** A value an input could take, and the range it stands for, such as "below 10". */
export interface Candidate {
  readonly value: number | boolean;
  readonly text: string;
}

/** One combination: input id → candidate, and the verdict it gives. */
export interface Completion {
  readonly chosen: ReadonlyMap<string, Candidate>;
  readonly verdict: VerdictName;
}

export interface Resolution {
  readonly verdict: VerdictName;
  /** Empty when nothing that matters is unknown. */
  readonly completions: readonly Completion[];
  /** Unknown inputs that change the verdict under some completion. */
  readonly deciding: readonly string[];
}

/** The verdict under every completion: the common one, or INSUFFICIENT_EVIDENCE when they differ. */
export function resolveVerdict(given: VerdictCase, inputs: Inputs): Resolution {
  const decided = decideVerdict(given, inputs);
  if (decided !== null) return { verdict: decided, completions: [], deciding: [] };
  const choices = openChoices(given, inputs);
  if (sizeOf(choices) > completionLimit) {
    return { verdict: 'INSUFFICIENT_EVIDENCE', completions: [], deciding: choices.map(({ id }) => id) };
  }
  const completions = [...combinations(choices)].map((chosen) => ({
    chosen,
    verdict: verdictOf(given, inputs, chosen),
  }));
  const deciding = choices.map(({ id }) => id).filter((id) => changesVerdict(id, completions));
  return { verdict: commonVerdict(completions.map(({ verdict }) => verdict)), completions, deciding };
}

/** The verdict of {@link resolveVerdict} alone: stops at the first two completions that differ. */
export function possibleVerdict(given: VerdictCase, inputs: Inputs): VerdictName {
  const decided = decideVerdict(given, inputs);
  if (decided !== null) return decided;
  const choices = openChoices(given, inputs);
  if (sizeOf(choices) > completionLimit) return 'INSUFFICIENT_EVIDENCE';
  let common: VerdictName | null = null;
  for (const chosen of combinations(choices)) {
    const verdict = verdictOf(given, inputs, chosen);
    if (common !== null && verdict !== common) return 'INSUFFICIENT_EVIDENCE';
    common = verdict;
  }
  return common ?? 'INSUFFICIENT_EVIDENCE';
}

/** Comparisons that can move the verdict of this domain, by input; counter-evidence and considerations can not. */
export function decisiveComparisons(given: VerdictCase): ReadonlyMap<string, readonly Comparison[]> {
  const weighing = new Set(
    given.rules.keepRules
      .filter(({ id, strength }) => (strength === 'veto' || strength === 'exceptionRequired') && !given.exempt.has(id))
      .map(({ id }) => id),
  );
  for (const { id } of [...given.rules.prerequisites, ...(given.rules.criteria?.list ?? [])]) weighing.add(id);
  const found = new Map<string, Comparison[]>([['triggerFired', [{ input: 'triggerFired', is: true }]]]);
  for (const row of predicatesOf(given.rules)) {
    if (!weighing.has(row.id) || !appliesTo(row, given.domain)) continue;
    for (const claim of comparisonsOf(row.when)) found.set(claim.input, [...(found.get(claim.input) ?? []), claim]);
  }
  return found;
}

/** Representative values on both sides of every threshold used, of an unknown within what is still possible; ascending. */
export function candidatesOf(given: VerdictCase, id: string, inputs: Inputs): readonly Candidate[] {
  const claims = decisiveComparisons(given).get(id) ?? [];
  if (claims.some(({ is }) => is !== undefined)) return [true, false].map((value) => ({ value, text: String(value) }));
  const step = given.rules.facts.find((fact) => fact.id === id)?.step ?? 1;
  const input = inputs.get(id);
  const edges = claims.flatMap((claim) => edgesOf(claim, step));
  const values = [...new Set(edges)].sort((left, right) => left - right);
  const sides = values.map((value) => sidesOf(claims, known(id, value)));
  const starts = values.filter((_, index) => sides[index] !== sides[index - 1]);
  return values
    .map((value) => ({
      value,
      text: rangeText(
        starts,
        starts.findLastIndex((start) => start <= value),
        step,
      ),
    }))
    .filter(({ value }) => isPossible(value, input));
}

/** The inputs with some of them given a value. */
export function withValues(inputs: Inputs, chosen: ReadonlyMap<string, Candidate>): Inputs {
  const next = new Map(inputs);
  for (const [id, { value }] of chosen) next.set(id, known(id, value));
  return next;
}

/** An unknown input with one candidate for each range of values that rules tell apart. */
export interface Choice {
  readonly id: string;
  readonly candidates: readonly Candidate[];
}

/** Unknown inputs that can move the verdict, with the values they could take. */
export function openChoices(given: VerdictCase, inputs: Inputs): readonly Choice[] {
  return [...decisiveComparisons(given).keys()]
    .filter((id) => (inputs.get(id)?.value ?? null) === null)
    .map((id) => ({ id, candidates: oneForEachRange(candidatesOf(given, id, inputs)) }))
    .filter(({ candidates }) => candidates.length > 0);
}

function sizeOf(choices: readonly Choice[]): number {
  return choices.reduce((product, { candidates }) => product * candidates.length, 1);
}

function* combinations(choices: readonly Choice[]): Generator<ReadonlyMap<string, Candidate>> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    yield new Map();
    return;
  }
  for (const candidate of first.candidates) {
    for (const chosen of combinations(rest)) yield new Map([[first.id, candidate], ...chosen]);
  }
}

function verdictOf(given: VerdictCase, inputs: Inputs, chosen: ReadonlyMap<string, Candidate>): VerdictName {
  return decideVerdict(given, withValues(inputs, chosen)) ?? 'INSUFFICIENT_EVIDENCE';
}

function commonVerdict(verdicts: readonly VerdictName[]): VerdictName {
  const [only, ...others] = new Set(verdicts);
  return only === undefined || others.length > 0 ? 'INSUFFICIENT_EVIDENCE' : only;
}

function edgesOf(claim: Comparison, step: number): readonly number[] {
  const closed = claim.below ?? claim.atLeast;
  if (closed !== undefined) return [closed - step, closed];
  const open = claim.atMost ?? claim.above;
  return open === undefined ? [] : [open, open + step];
}

function isPossible(value: number, input: Input | undefined): boolean {
  if (input === undefined || input.value !== null) return true;
  return value >= (input.low ?? Number.NEGATIVE_INFINITY) && value <= (input.high ?? Number.POSITIVE_INFINITY);
}

/** The answers of all comparisons, as one text: equal for values that no rule tells apart. */
function sidesOf(claims: readonly Comparison[], input: Input): string {
  const inputs = new Map([[input.id, input]]);
  return claims.map((claim) => evaluatePredicate(claim, '', inputs).kind).join();
}

function rangeText(starts: readonly number[], index: number, step: number): string {
  const start = starts[index] ?? 0;
  const next = starts[index + 1];
  if (next === undefined) return `${start} or more`;
  if (index === 0) return `below ${next}`;
  return next - step <= start ? String(start) : `${start} to ${next - step}`;
}

function oneForEachRange(candidates: readonly Candidate[]): readonly Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.text, candidate])).values()];
}

function known(id: string, value: number | boolean): Input {
  return { id, value, reason: null, low: null, high: null, synthetic: false };
}

/** True when two completions that differ in this input alone give different verdicts. */
function changesVerdict(id: string, completions: readonly Completion[]): boolean {
  const seen = new Map<string, VerdictName>();
  return completions.some(({ chosen, verdict }) => {
    const others = JSON.stringify(
      [...chosen].filter(([other]) => other !== id).map(([other, { text }]) => [other, text]),
    );
    const before = seen.get(others);
    seen.set(others, verdict);
    return before !== undefined && before !== verdict;
  });
}
