/** Exit codes: 2 > 1 > 3 > 4 > 0, every reason listed. */
import { expect, test } from 'vitest';
import { type ExitParts, exitOf } from './exit.ts';
import type { FailOn } from './readiness-input.ts';

const all: ReadonlySet<FailOn> = new Set(['gate', 'unknown', 'decision']);
const calm: ExitParts = { failure: null, gates: [], unknowns: [], decisions: [], rulesEvaluated: 7, hasData: true };
const everything: ExitParts = { ...calm, failure: 'f', gates: ['g'], unknowns: ['u'], decisions: ['d'] };

test('nothing found is 0 without a reason', () => {
  expect(exitOf(calm, all)).toEqual({ code: 0, reasons: [] });
});

test('2 beats 1 beats 3 beats 4, and all four are listed', () => {
  expect(exitOf(everything, all).reasons.map(({ code }) => code)).toEqual([2, 1, 3, 4]);
  expect(exitOf(everything, all).code).toBe(2);
  expect(exitOf({ ...everything, failure: null }, all).code).toBe(1);
  expect(exitOf({ ...everything, failure: null, gates: [] }, all).code).toBe(3);
  expect(exitOf({ ...calm, decisions: ['d'] }, all).code).toBe(4);
});

test('--fail-on lowers what it does not name and keeps its reason', () => {
  const parts = { ...calm, unknowns: ['u'], decisions: ['d'] };
  const exit = exitOf(parts, new Set<FailOn>(['decision']));
  expect(exit.code).toBe(4);
  expect(exit.reasons).toEqual([
    { code: 3, kind: 'unknown', text: 'u', lowered: true },
    { code: 4, kind: 'decision', text: 'd', lowered: false },
  ]);
  expect(exitOf(parts, new Set<FailOn>(['gate'])).code).toBe(0);
});

test('zero rules evaluated and no data are 3 and can not be lowered', () => {
  const none = new Set<FailOn>();
  expect(exitOf({ ...calm, rulesEvaluated: 0 }, none).code).toBe(3);
  expect(exitOf({ ...calm, hasData: false }, none).code).toBe(3);
});
