/** The profile's data: it parses, and it says what the documents say. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProfile, parseDomains } from '../domains/index.ts';
import { parseGates } from './gate-book.ts';
import { parseRules } from './rule-book.ts';
import { parseTriggers, toSignalUnit } from './trigger-definition.ts';

const folder = new URL('../../slo/profiles/campus-connect/', import.meta.url);
const read = (name: string): unknown => parse(readFileSync(new URL(name, folder), 'utf8'));

test('the six triggers of S0 §3 carry their documented thresholds in the signal unit', () => {
  const triggers = parseTriggers(read('triggers.yaml'), 'triggers.yaml');
  const limits = triggers.map(({ id, domain, unit, threshold }) => [
    id,
    domain,
    threshold === null ? null : toSignalUnit(unit, threshold),
  ]);
  expect(limits).toEqual([
    ['P0', 'chat', 100_000],
    ['P1', 'notifications', 5],
    ['P2', 'recommendations', null],
    ['P3', 'search', 0.2],
    ['P4', 'media', 5e11],
    ['P5', 'analytics', 0],
  ]);
  expect(triggers.find(({ id }) => id === 'P1')?.persistence).toMatchObject({ pending: 5, fired: 10, of: 14 });
});

test('the keep rules of S0 and S1 are vetoes or prose, and the profile has no criteria rule', () => {
  const rules = parseRules(read('rules.yaml'), 'rules.yaml');
  const strengths = rules.keepRules.map(({ id, strength }) => `${id} ${strength}`);
  expect(strengths).toEqual(['K1 veto', 'K2 veto', 'K3 veto', 'K4 veto', 'K5 prose', 'K17 prose', 'K18 veto']);
  expect(rules.criteria).toBeNull();
});

test('the phases of S0 §6 with the shadow read of S1 §8.2 end in 30 stable days', () => {
  const gates = parseGates(read('gates.yaml'), 'gates.yaml');
  expect(gates.phases.map(({ id }) => id)).toEqual([
    'strangle',
    'dual-write',
    'shadow-read',
    'full-reads',
    'cut-over',
    'clean-up',
  ]);
  expect(gates.phases.flatMap((phase) => phase.gates).find(({ id }) => id === 'stable-days')?.required).toBe(30);
});

test('the catalogue of the profile holds every domain that triggers, alternatives and costs name', () => {
  const catalogue = parseDomains(loadProfile('campus-connect').domains, 'domains.yaml').map(({ id }) => id);
  const triggers = parseTriggers(read('triggers.yaml'), 'triggers.yaml');
  const rules = parseRules(read('rules.yaml'), 'rules.yaml');
  const named = [...triggers, ...rules.alternatives, ...(rules.costs?.items ?? [])];
  expect(named.map(({ domain }) => domain).filter((id) => !catalogue.includes(id))).toEqual([]);
});

test('a rule that reads an input nobody gives is refused with its name and the remedy', () => {
  const section = { keepRules: [rule({ input: 'moonPhase', is: true })], facts: [] };
  expect(() => parseRules(section, 'rules.yaml')).toThrow(/rules\.yaml: "K9" reads "moonPhase".*add it to facts/);
});

test('a comparison with two operators is refused', () => {
  const section = { keepRules: [rule({ input: 'requestsPerMinute', below: 1, above: 2 })], facts: [] };
  expect(() => parseRules(section, 'rules.yaml')).toThrow(/rules\.yaml: keepRules\.0\.when/);
});

test('a trigger that measures but names no threshold is refused', () => {
  const section = [
    {
      id: 'P9',
      domain: 'search',
      title: 'p95',
      sentence: 'x',
      source: 'S0 §3',
      unit: 'ms',
      threshold: null,
      measure: { kind: 'quantile', signal: 's', quantile: 0.95 },
    },
  ];
  expect(() => parseTriggers(section, 'triggers.yaml')).toThrow(
    /trigger "P9" measures a signal but has threshold null/,
  );
});

function rule(when: unknown) {
  return { id: 'K9', title: 'x', source: 'S0', strength: 'veto', when };
}
