/** The report: every domain of the catalogue gets a verdict with its reasons. */
import type { FactAnswer, ReadinessReport } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { dayMs } from '../kernel/duration.ts';
import { answerChecklists } from './checklists.ts';
import { totalCost } from './cost.ts';
import { unreadFacts } from './declared-facts.ts';
import { answerFacts } from './domain-inputs.ts';
import { assessDomain, type DomainAssessment } from './domain-verdict.ts';
import { answerExceptions } from './exceptions.ts';
import { exitOf } from './exit.ts';
import { exitParts } from './findings.ts';
import { measuredFacts } from './measured-facts.ts';
import type { ReadinessInput } from './readiness-input.ts';
import { answerCriteria, answerKeepRules } from './statements.ts';
import { rankUnknowns } from './unknowns.ts';
import { verdictOrder } from './wording.ts';

/** Pure: the same input gives the same report. Verdicts in the order of urgency, then as the catalogue has them. */
export function assessReadiness(input: ReadinessInput): ReadinessReport {
  const facts = answerFacts(input);
  const checklist = answerChecklists(input.gates, facts, input.checks ?? []);
  const domains = input.domains.map((domain) => assessDomain(input, domain, { facts, checklist }));
  const sorted = [...domains].sort(
    (left, right) => verdictOrder(left.verdict.verdict) - verdictOrder(right.verdict.verdict),
  );
  const unknowns = rankUnknowns(input.rules, facts, domains.map(unknownsOf), input.nowMs);
  const exit = exitOf(exitParts(input, domains, unknowns), input.failOn);
  return {
    schemaVersion: 1,
    meta: metaOf(input, facts),
    sentence: headline(sorted),
    facts: [...measuredFacts(input)],
    slos: [...input.objectives],
    triggers: [...input.triggers],
    criteria: domains.flatMap(({ subject }) => answerCriteria(subject)),
    threePlus: { applicable: input.rules.criteria !== null, needed: input.rules.criteria?.needed ?? 0 },
    keepRules: domains.flatMap(({ subject }) => answerKeepRules(subject)),
    orgFacts: [...facts, ...unreadFacts(input.rules.facts, input.facts, input.nowMs)],
    checklists: [...checklist],
    migration: [],
    cost: totalCost(input.rules, facts),
    verdicts: sorted.map(({ verdict }) => verdict),
    unknowns: [...unknowns],
    exceptions: answerExceptions(input),
    exit,
  };
}

function metaOf(input: ReadinessInput, facts: readonly FactAnswer[]): ReadinessReport['meta'] {
  const { fromMs, toMs } = input.window;
  const { mapped, unmapped } = input.coverage;
  const total = mapped + unmapped;
  const measured = [...input.triggers, ...input.objectives, ...input.traffic, ...facts];
  return {
    tool: input.tool,
    profile: [...input.profile],
    commit: input.commit,
    generatedAt: isoTime(input.nowMs),
    window: { from: isoTime(fromMs), to: isoTime(toMs), days: Math.round((toMs - fromMs) / dayMs) },
    coverage: { ratio: total > 0 ? mapped / total : null, mapped, unmapped },
    seedConflicts: input.rules.conflicts.map(({ id, text }) => `${id}: ${text}`),
    synthetic: measured.some(({ synthetic }) => synthetic) || (input.couplingSynthetic ?? false),
  };
}

function unknownsOf({ domain, resolution, inputs, triggers }: DomainAssessment) {
  const reasonOf = (id: string): string => inputs.get(id)?.reason ?? 'unknown';
  return { domain: domain.id, deciding: resolution.deciding, reasonOf, triggers };
}

/** One line: how many of each, the domains named unless they stay. */
function headline(sorted: readonly DomainAssessment[]): string {
  if (sorted.length === 0) return 'No domain was assessed: the catalogue is empty.';
  const named = (verdict: string, words: string): string[] => {
    const titles = sorted.filter((one) => one.verdict.verdict === verdict).map(({ domain }) => domain.title);
    return titles.length === 0 ? [] : [`${words}: ${titles.join(', ')}`];
  };
  const kept = sorted.filter(({ verdict }) => verdict.verdict === 'KEEP').length;
  const parts = [
    ...named('EXTRACT_CANDIDATE', 'ready to extract'),
    ...named('BLOCKED', 'wants extraction but is blocked'),
    ...named('PREPARE', 'to be prepared'),
    ...named('INSUFFICIENT_EVIDENCE', 'not decidable yet'),
    `${kept} of ${sorted.length} domains stay in the monolith`,
  ];
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
