/** A profile that counts criteria, asks for prerequisites and allows exceptions. */
import { expect, test } from 'vitest';
import { assessReadiness } from './assess.ts';
import { campusInput, campusRules, declared, twelveOfFourteen as fired, verdictOf } from './campus-fixture.ts';
import { completionLimit } from './completions.ts';
import { parseExceptions } from './records.ts';
import { parseRules } from './rule-book.ts';

const strictRules = parseRules(
  {
    keepRules: [
      {
        id: 'K8',
        title: 'fewer than 20 engineers',
        source: 'S2',
        strength: 'exceptionRequired',
        exceptable: true,
        when: { input: 'engineers', below: 20 },
      },
    ],
    criteria: {
      needed: 3,
      source: 'S4',
      list: [
        {
          id: 'volume',
          title: 'High volume',
          weight: 'Critical',
          when: { input: 'requestsPerDay', atLeast: 1_000_000 },
        },
        { id: 'scaling', title: 'Different scaling needs', weight: 'Critical', when: { input: 'scaling', is: true } },
        { id: 'deploys', title: 'Independent deployment', weight: 'High', when: { input: 'deploys', is: true } },
        { id: 'ownership', title: 'Team ownership', weight: 'Medium', when: { input: 'ownership', is: true } },
      ],
    },
    prerequisites: [
      { id: 'budget', title: 'the budget is approved', source: 'S4', when: { input: 'approved', is: true } },
    ],
    facts: [
      ...campusRules.facts,
      ...['scaling', 'deploys', 'ownership', 'approved'].map((id) => ({
        id,
        title: id,
        question: `${id}?`,
        unit: 'yes/no',
        type: 'boolean',
        example: true,
        source: 'S4',
      })),
    ],
  },
  'fixture rules.yaml',
);

const traffic = [
  { domain: 'notifications', requestsPerMinuteBusyHour: 1200, requestsPerDay: 1_200_000, days: 14, synthetic: false },
];
const strict = (facts: Readonly<Record<string, number | boolean>>, change = {}) =>
  verdictOf(
    assessReadiness(
      campusInput(
        { P1: fired },
        { rules: strictRules, traffic, facts: declared({ engineers: 25, approved: true, ...facts }), ...change },
      ),
    ),
    'notifications',
  );

test('three of the criteria make a candidate in a profile that counts them, two do not', () => {
  expect(strict({ scaling: true, deploys: true, ownership: false })).toMatchObject({
    verdict: 'EXTRACT_CANDIDATE',
    threePlus: { min: 3, max: 3, met: true, applicable: true },
  });
  expect(strict({ scaling: true, deploys: false, ownership: false }).verdict).toBe('PREPARE');
});

test('unknown criteria make an interval, and decide only where the third one hangs on them', () => {
  expect(strict({ scaling: true, deploys: true }).verdict).toBe('EXTRACT_CANDIDATE');
  const open = strict({ scaling: true, ownership: false });
  expect(open).toMatchObject({ verdict: 'INSUFFICIENT_EVIDENCE', threePlus: { min: 2, max: 3, met: null } });
  expect(open.completions.map(({ when }) => when)).toEqual(['deploys true', 'deploys false']);
});

test('a missing prerequisite prepares instead of extracting', () => {
  const verdict = strict({ scaling: true, deploys: true, ownership: false, approved: false });
  expect(verdict.verdict).toBe('PREPARE');
  expect(verdict.ruleIds).toEqual(['P1', 'budget']);
});

test('a signed exception lifts a rule until it expires', () => {
  const until = (expiresAt: string) => ({
    exceptions: parseExceptions(
      [{ rule: 'K8', domain: 'notifications', reason: 'X4', approver: 'cto', expiresAt }],
      'exceptions',
    ),
  });
  const facts = { engineers: 14, scaling: true, deploys: true, ownership: false };
  const without = strict(facts);
  expect(without.verdict).toBe('PREPARE');
  expect(without.flips.map(({ text }) => text)).toContain('a signed exception from K8 → EXTRACT_CANDIDATE');
  expect(strict(facts, until('2026-12-31')).verdict).toBe('EXTRACT_CANDIDATE');
  expect(strict(facts, until('2026-11-20')).verdict).toBe('PREPARE');
});

test('more unknowns than can be enumerated are insufficient evidence, not a guess', () => {
  const names = Array.from({ length: 11 }, (_, index) => `fact${index}`);
  const rules = parseRules(
    {
      keepRules: names.map((id) => ({
        id: `K-${id}`,
        title: id,
        source: 'x',
        strength: 'veto',
        when: { input: id, is: true },
      })),
      facts: names.map((id) => ({
        id,
        title: id,
        question: `${id}?`,
        unit: 'yes/no',
        type: 'boolean',
        example: true,
        source: 'x',
      })),
    },
    'fixture rules.yaml',
  );
  expect(2 ** names.length).toBeGreaterThan(completionLimit);
  const verdict = verdictOf(assessReadiness(campusInput({ P1: fired }, { rules, facts: [] })), 'notifications');
  expect(verdict.verdict).toBe('INSUFFICIENT_EVIDENCE');
  expect(verdict.missing.filter(({ id }) => id.startsWith('fact')).map(({ id }) => id)).toEqual(names);
});

test('a fact shared by two rules is completed once: 20 or more engineers satisfy both', () => {
  const fact = {
    id: 'engineers',
    title: 'x',
    question: 'x?',
    unit: 'people',
    type: 'number',
    example: 14,
    source: 'x',
  };
  const veto = (id: string, below: number) => ({
    id,
    title: id,
    source: 'x',
    strength: 'veto',
    when: { input: 'engineers', below },
  });
  const rules = parseRules({ keepRules: [veto('K2', 10), veto('K8', 20)], facts: [fact] }, 'fixture rules.yaml');
  const verdict = verdictOf(assessReadiness(campusInput({ P1: fired }, { rules, facts: [] })), 'notifications');
  expect(verdict.completions).toEqual([
    { verdict: 'BLOCKED', when: 'engineers below 10' },
    { verdict: 'BLOCKED', when: 'engineers 10 to 19' },
    { verdict: 'EXTRACT_CANDIDATE', when: 'engineers 20 or more' },
  ]);
});

test('five unknowns are told by the shortest conditions, not by every combination', () => {
  const verdict = verdictOf(
    assessReadiness(campusInput({ P1: fired }, { facts: [], coupling: null })),
    'notifications',
  );
  expect(verdict.completions).toEqual([
    { verdict: 'BLOCKED', when: 'strong neighbours 3 or more' },
    { verdict: 'BLOCKED', when: 'engineers below 10' },
    { verdict: 'BLOCKED', when: 'domains in shared transactions 1 or more' },
    { verdict: 'BLOCKED', when: 'improvementsDone false' },
    {
      verdict: 'EXTRACT_CANDIDATE',
      when: 'strong neighbours below 3 and engineers 10 or more and domains in shared transactions below 1 and improvementsDone true',
    },
  ]);
});
