/** The unknowns, ranked by how many verdicts they can change, each with the command that closes it. */
import type { FactAnswer, TriggerAnswer, UnknownItem } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';
import type { FactDefinition, RuleBook } from './rule-book.ts';

/** Shows what arrives and what does not: where to look when a measurement is missing. */
const lookCommand = 'seamwatch status';

/** Unknown inputs that change the verdict of one domain. */
export interface DomainUnknowns {
  readonly domain: string;
  readonly deciding: readonly string[];
  readonly reasonOf: (inputId: string) => string;
  readonly triggers: readonly TriggerAnswer[];
}

/** Every unknown fact, and every unknown measurement that changes a verdict; most verdicts first, then by id. */
export function rankUnknowns(
  rules: RuleBook,
  facts: readonly FactAnswer[],
  domains: readonly DomainUnknowns[],
  nowMs: number,
): readonly UnknownItem[] {
  const found = new Map<string, UnknownItem>();
  const add = (id: string, reason: string, domain: string | null, command: string | null): void => {
    const seen = found.get(id) ?? { id, reason, flipsVerdicts: [], command };
    const flips = domain === null || seen.flipsVerdicts.includes(domain) ? [] : [domain];
    found.set(id, { ...seen, flipsVerdicts: [...seen.flipsVerdicts, ...flips] });
  };
  const commandOf = (id: string): string | null =>
    factCommand(
      rules.facts.find((fact) => fact.id === id),
      nowMs,
    );
  for (const fact of facts) {
    if (fact.status !== 'known') add(fact.id, fact.reason ?? 'unknown', null, commandOf(fact.id));
  }
  for (const { domain, deciding, reasonOf, triggers } of domains) {
    for (const input of deciding) {
      for (const id of closersOf(rules, input, domain, triggers)) {
        add(id, withoutPrefix(reasonOf(input), id), domain, commandOf(id) ?? lookCommand);
      }
    }
  }
  return [...found.values()].sort(
    (left, right) => right.flipsVerdicts.length - left.flipsVerdicts.length || (left.id < right.id ? -1 : 1),
  );
}

/** What must become known: the fact behind a declared trigger, the trigger itself, or the measurement of that domain. */
function closersOf(
  rules: RuleBook,
  input: string,
  domain: string,
  triggers: readonly TriggerAnswer[],
): readonly string[] {
  if (input === 'triggerFired') {
    const open = triggers.filter(({ state }) => state === 'unknown');
    return open.map(({ id }) => rules.facts.find((fact) => fact.trigger === id)?.id ?? id);
  }
  if (input === 'strongNeighbours' || input === 'sharedTransactions') return ['coupling'];
  return rules.facts.some(({ id }) => id === input) ? [input] : [`${input}:${domain}`];
}

/** The line that declares the fact, with an example value and a date 90 days ahead. */
export function factCommand(definition: FactDefinition | undefined, nowMs: number): string | null {
  if (definition === undefined) return null;
  const expires = isoTime(nowMs + 90 * dayMs).slice(0, 10);
  const { id, example } = definition;
  return `seamwatch facts set ${id} ${String(example)} --source TEXT --owner WHO --expires ${expires}`;
}

/** The reason without the name that stands beside it anyway. */
function withoutPrefix(reason: string, id: string): string {
  return reason.startsWith(`${id}: `) ? reason.slice(id.length + 2) : reason;
}
