/** Inputs for tests: the real profile of Campus Connect, one day-by-day history per trigger. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CouplingEdge, ReadinessReport, TriggerAnswer, Verdict } from '../contract/index.ts';
import { addDays } from './calendar.ts';
import type { DayStatistic } from './day-statistic.ts';
import { answerFact, parseFacts } from './declared-facts.ts';
import { parseGates } from './gate-book.ts';
import { judgeTrigger } from './judge-trigger.ts';
import type { AssessedDomain, ReadinessInput } from './readiness-input.ts';
import { parseRules } from './rule-book.ts';
import { parseTriggers, type TriggerDefinition } from './trigger-definition.ts';

const folder = new URL('../../slo/profiles/campus-connect/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));

export const campusTriggers = parseTriggers(read('triggers.yaml'), 'triggers.yaml');
export const campusRules = parseRules(read('rules.yaml'), 'rules.yaml');
export const campusGates = parseGates(read('gates.yaml'), 'gates.yaml');

/** 2026-11-20T12:00:00Z; the last closed day is 2026-11-19. */
export const nowMs = Date.UTC(2026, 10, 20, 12);

/** @throws when the profile has no such trigger */
export function campusTrigger(id: string): TriggerDefinition {
  const found = campusTriggers.find((definition) => definition.id === id);
  if (found === undefined) throw new RangeError(`no trigger ${id}`);
  return found;
}

/**
 * Closed days up to 2026-11-19, one letter each: x exceeds (1.28 × threshold), o does not (0.9 ×), u is well below (0.5 ×),
 * - says nothing, a blank has no entry at all; X and U are the same but simulated.
 */
export function daysOf(pattern: string, threshold = 5): readonly DayStatistic[] {
  const letters = [...pattern];
  return letters.flatMap((letter, index) => {
    if (letter === ' ') return [];
    const kind = letter.toLowerCase();
    const evaluable = kind !== '-';
    const factor = kind === 'x' ? 1.28 : kind === 'o' ? 0.9 : 0.5;
    const value = evaluable ? threshold * factor : null;
    return [
      {
        day: addDays('2026-11-19', index - letters.length + 1),
        value,
        n: evaluable ? 2900 : 12,
        interval: value === null ? null : { low: value * 0.92, high: value * 1.1, level: 0.95 },
        evaluable,
        exceeding: kind === 'x',
        wellBelow: kind === 'u',
        synthetic: letter !== kind,
        reason: evaluable ? null : '12 events, 59 are needed',
      },
    ];
  });
}

/** The trigger after those days. */
export function judged(id: string, pattern: string, facts: ReadinessInput['facts'] = []): TriggerAnswer {
  const definition = campusTrigger(id);
  const answers = campusRules.facts.map((one) =>
    answerFact(
      one,
      facts.find((fact) => fact.id === one.id),
      nowMs,
    ),
  );
  const context = { today: null, live: null, facts: answers, nowMs, exemplars: ['4bf92f3577b34da6a3ce929d0e0e4736'] };
  return judgeTrigger(definition, daysOf(pattern, definition.threshold ?? 1), context);
}

/** Facts declared on 2026-11-01 that expire on 2027-02-01, unless the value carries its own date. */
export function declared(values: Readonly<Record<string, number | boolean>>, expiresAt = '2027-02-01') {
  const rows = Object.entries(values).map(([id, value]) => [
    id,
    { value, source: 'HR system', owner: 'cto', asOf: '2026-08-01', expiresAt },
  ]);
  return parseFacts(Object.fromEntries(rows), 'seamwatch.yaml facts');
}

/** Facts under which nothing but a trigger decides. */
export const goodFacts = declared({ engineers: 14, improvementsDone: true, gpuInference: false });

const titles: Readonly<Record<string, string>> = {
  chat: 'Chat',
  notifications: 'Notifications',
  recommendations: 'Recommendations',
  search: 'Search',
  media: 'Media',
  analytics: 'Analytics',
  posts: 'Posts',
  follows: 'Follows',
};

export const campusDomains: readonly AssessedDomain[] = Object.entries(titles).map(([id, title]) => ({
  id,
  title,
  priority: null,
  linesOfCode: null,
  source: 'S0 §2',
}));

/** An edge; strong unless said otherwise. */
export function edge(from: string, to: string, strong: boolean | null = true, inTransaction = 0): CouplingEdge {
  const reason = strong === null ? 'requests are not counted' : null;
  return {
    from,
    to,
    calls: 100,
    mode: 'sync',
    inTransaction,
    errorRatio: 0,
    knownOutcomes: 100,
    callsPerRequest: strong === null ? null : 0.5,
    strong,
    reason,
  };
}

/** Clear triggers but those given, good facts, one weak edge; override what the test is about. */
export function campusInput(
  patterns: Readonly<Record<string, string>> = {},
  change: Partial<ReadinessInput> = {},
): ReadinessInput {
  const facts = change.facts ?? goodFacts;
  const calm = 'uuuuuuuuuuuuuu';
  return {
    nowMs,
    timezone: 'UTC',
    tool: 'seamwatch 0.1.0',
    profile: ['campus-connect'],
    commit: 'ab12cd3',
    window: { fromMs: nowMs - 14 * 86_400_000, toMs: nowMs },
    domains: campusDomains,
    triggers: campusTriggers.map(({ id }) => judged(id, patterns[id] ?? calm, facts)),
    definitions: campusTriggers,
    objectives: [],
    rules: campusRules,
    gates: campusGates,
    facts,
    coupling: [edge('notifications', 'posts', false)],
    traffic: [],
    coverage: { mapped: 970, unmapped: 30 },
    exceptions: [],
    decisions: [],
    failOn: new Set(['gate', 'unknown', 'decision']),
    ...change,
  };
}

/** 12 of 14 days over the threshold. */
export const twelveOfFourteen = 'xxxxoxxxoxxxxx';

/** @throws when the report has none */
export function verdictOf(report: ReadinessReport, domain: string): Verdict {
  const found = report.verdicts.find((verdict) => verdict.domain === domain);
  if (found === undefined) throw new RangeError(`no verdict for ${domain}`);
  return found;
}
