/** A verdict under unknowns never contradicts what knowing them would give. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { campusRules } from './campus-fixture.ts';
import { possibleVerdict, resolveVerdict } from './completions.ts';
import { decideVerdict } from './decide.ts';
import type { Input, Inputs } from './predicate.ts';

const ids = [
  'triggerFired',
  'strongNeighbours',
  'engineers',
  'sharedTransactions',
  'manualScaling',
  'improvementsDone',
];
const given = { rules: campusRules, domain: 'notifications', forecastSoon: false, exempt: new Set<string>() };

const values = fc.record({
  triggerFired: fc.boolean(),
  strongNeighbours: fc.nat(5),
  engineers: fc.nat(30),
  sharedTransactions: fc.nat(2),
  manualScaling: fc.boolean(),
  improvementsDone: fc.boolean(),
});

function inputsOf(all: Readonly<Record<string, number | boolean>>, hidden: ReadonlySet<string>): Inputs {
  const row = (id: string): Input => {
    const value = hidden.has(id) ? null : (all[id] ?? null);
    return { id, value, reason: value === null ? `${id} is hidden` : null, low: null, high: null, synthetic: false };
  };
  return new Map(ids.map((id) => [id, row(id)]));
}

test('hiding inputs gives the same verdict or insufficient evidence, never another one', () => {
  fc.assert(
    fc.property(values, fc.subarray(ids), (all, hidden) => {
      const truth = decideVerdict(given, inputsOf(all, new Set()));
      const { verdict, deciding } = resolveVerdict(given, inputsOf(all, new Set(hidden)));
      expect(possibleVerdict(given, inputsOf(all, new Set(hidden)))).toBe(verdict);
      if (verdict === 'INSUFFICIENT_EVIDENCE')
        return deciding.length > 0 && deciding.every((id) => hidden.includes(id));
      return verdict === truth;
    }),
    { seed: 3, numRuns: 1500 },
  );
});

test('insufficient evidence means that two answers really are possible', () => {
  const open = inputsOf(
    { triggerFired: true, strongNeighbours: 0, sharedTransactions: 0, improvementsDone: true },
    new Set(['engineers']),
  );
  const { verdict, completions } = resolveVerdict(given, open);
  expect(verdict).toBe('INSUFFICIENT_EVIDENCE');
  expect(new Set(completions.map((one) => one.verdict))).toEqual(new Set(['BLOCKED', 'EXTRACT_CANDIDATE']));
});
