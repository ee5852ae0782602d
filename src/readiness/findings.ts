/** What the exit code is made of: violated gates, unknowns that matter, decisions that are due. */
import type { UnknownItem } from '../contract/index.ts';
import type { DomainAssessment } from './domain-verdict.ts';
import { forbiddenExceptions } from './exceptions.ts';
import type { ExitParts } from './exit.ts';
import type { ReadinessInput } from './readiness-input.ts';

/** The findings as sentences, for `exitOf`. */
export function exitParts(
  input: ReadinessInput,
  domains: readonly DomainAssessment[],
  unknowns: readonly UnknownItem[],
): ExitParts {
  const rules = input.rules.keepRules.filter(({ strength }) => strength !== 'prose').length;
  const hasData =
    input.triggers.some(({ state }) => state !== 'unknown') ||
    input.objectives.some(({ total }) => total > 0) ||
    input.traffic.some(({ requestsPerDay }) => requestsPerDay !== null) ||
    (input.coupling?.length ?? 0) > 0 ||
    input.facts.length > 0;
  return {
    failure: null,
    gates: [...gateFindings(input), ...forbiddenExceptions(input), ...bypassedVetoes(domains)],
    unknowns: [...unknownFindings(input, unknowns), ...simulatedFindings(domains), ...homelessTriggers(input)],
    decisions: dueDecisions(domains),
    rulesEvaluated: domains.length * (rules + input.triggers.length),
    hasData,
  };
}

function gateFindings(input: ReadinessInput): readonly string[] {
  const violated = (input.gateResults ?? []).filter(({ value }) => value === false);
  return violated.map(({ id, reason }) => `gate ${id} is violated${reason === null ? '' : `: ${reason}`}`);
}

/** A recorded decision to extract while a veto holds. */
function bypassedVetoes(domains: readonly DomainAssessment[]): readonly string[] {
  return domains
    .filter(({ verdict, decision }) => verdict.verdict === 'BLOCKED' && decision?.outcome === 'extract')
    .map(
      ({ domain, verdict, decision }) =>
        `${domain.id}: decision ${decision?.id} says extract, but ${verdict.ruleIds.join(', ')} holds`,
    );
}

function unknownFindings(input: ReadinessInput, unknowns: readonly UnknownItem[]): readonly string[] {
  const changing = unknowns.filter(({ flipsVerdicts }) => flipsVerdicts.length > 0);
  const gates = (input.gateResults ?? []).filter(({ value }) => value === null);
  return [
    ...changing.map(
      ({ id, reason, flipsVerdicts }) => `${id} is unknown and decides ${flipsVerdicts.join(', ')}: ${reason}`,
    ),
    ...gates.map(({ id, reason }) => `gate ${id} of a running migration is unknown: ${reason ?? 'not measured'}`),
  ];
}

function simulatedFindings(domains: readonly DomainAssessment[]): readonly string[] {
  const names = domains.filter(({ standsOnSimulation }) => standsOnSimulation).map(({ domain }) => domain.id);
  if (names.length === 0) return [];
  return [`simulated data decides ${names.join(', ')}: without it the verdict could be another one`];
}

/** A trigger that has fired wants a recorded decision: extract, keep or defer. */
function dueDecisions(domains: readonly DomainAssessment[]): readonly string[] {
  return domains.flatMap(({ domain, triggers, decision }) => {
    const fired = triggers.filter(({ state }) => state === 'fired').map(({ id }) => id);
    if (fired.length === 0 || decision !== null) return [];
    return [
      `${domain.id}: ${fired.join(', ')} has fired and no decision is recorded; run seamwatch decide ${domain.id} --outcome extract|keep|defer --by WHO`,
    ];
  });
}

/** Triggers of domains that are not in the catalogue: nobody gets a verdict from them. */
function homelessTriggers(input: ReadinessInput): readonly string[] {
  const known = new Set(input.domains.map(({ id }) => id));
  return input.triggers
    .filter(({ domain }) => !known.has(domain))
    .map(({ id, domain }) => `${id} is about ${domain}, which the catalogue does not hold: it was not judged`);
}
