/** Under which conditions which verdict holds: the shortest ones, so that people need not read every combination. */
import type { Verdict } from '../contract/index.ts';
import { type Candidate, type Choice, openChoices, withValues } from './completions.ts';
import { decideVerdict, type VerdictCase } from './decide.ts';
import type { Inputs } from './predicate.ts';

/** Partial assignments that are looked at; the conditions found by then are listed. */
const searchLimit = 3000;
const listLimit = 12;

type Assignment = ReadonlyMap<string, Candidate>;

/**
 * The shortest conditions that decide the verdict whatever the other unknowns are, at most 12; nothing when it is decided.
 * `nameOf` puts one condition into words.
 */
export function describeCompletions(
  given: VerdictCase,
  inputs: Inputs,
  nameOf: (id: string, text: string) => string,
): Verdict['completions'] {
  if (decideVerdict(given, inputs) !== null) return [];
  const found: { assignment: Assignment; row: Verdict['completions'][number] }[] = [];
  let open: readonly Assignment[] = [new Map()];
  let looked = 0;
  while (open.length > 0 && found.length < listLimit && looked < searchLimit) {
    const longer = extendAll(open, openChoices(given, inputs));
    const fresh = longer.filter((one) => !found.some(({ assignment }) => contains(one, assignment)));
    looked += fresh.length;
    const judged = fresh.map((assignment) => ({
      assignment,
      verdict: decideVerdict(given, withValues(inputs, assignment)),
    }));
    for (const { assignment, verdict } of judged) {
      if (verdict === null) continue;
      const when = [...assignment].map(([id, { text }]) => nameOf(id, text)).join(' and ');
      found.push({ assignment, row: { verdict, when } });
    }
    open = judged.filter(({ verdict }) => verdict === null).map(({ assignment }) => assignment);
  }
  return found.slice(0, listLimit).map(({ row }) => row);
}

/** Every assignment with one more input, in the order of the choices so that none comes twice. */
function extendAll(assignments: readonly Assignment[], choices: readonly Choice[]): readonly Assignment[] {
  return assignments.flatMap((assignment) => {
    const last = choices.findLastIndex(({ id }) => assignment.has(id));
    return choices
      .slice(last + 1)
      .flatMap(({ id, candidates }) => candidates.map((candidate) => new Map([...assignment, [id, candidate]])));
  });
}

function contains(whole: Assignment, part: Assignment): boolean {
  return [...part].every(([id, { text }]) => whole.get(id)?.text === text);
}
