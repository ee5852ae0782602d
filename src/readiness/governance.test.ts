/** What people sign: facts to the millisecond, decisions that fall due, gates of running migrations, and bad entries. */
import { expect, test } from 'vitest';
import { assessReadiness } from './assess.ts';
import { campusInput, campusRules, edge, twelveOfFourteen as fired, nowMs, verdictOf } from './campus-fixture.ts';
import { answerFact, parseFacts } from './declared-facts.ts';
import { parseDecisions } from './records.ts';

const engineers = campusRules.facts.find(({ id }) => id === 'engineers') ?? campusRules.facts[0];
const fact = (change: object) =>
  parseFacts(
    { engineers: { value: 14, source: 'HR', owner: 'cto', asOf: '2026-08-22T12:00:00Z', ...change } },
    'facts',
  )[0];

test('a fact is known up to its last millisecond and stale from then on', () => {
  if (engineers === undefined) throw new RangeError('no fact');
  const short = fact({ expiresAt: '2026-11-20T12:00:00Z' });
  expect(answerFact(engineers, short, nowMs - 1)).toMatchObject({ status: 'known', value: 14 });
  expect(answerFact(engineers, short, nowMs)).toMatchObject({ status: 'stale', value: null });
});

test('a fact without a date of expiry lives 90 days', () => {
  expect(fact({})?.expiresAtMs).toBe(nowMs);
});

test('a fact of the wrong type or from the future is not used', () => {
  if (engineers === undefined) throw new RangeError('no fact');
  expect(answerFact(engineers, fact({ value: 'many' }), nowMs - 1)).toMatchObject({
    status: 'unknown',
    value: null,
    reason: 'declared as "many", which is not a number',
  });
  expect(answerFact(engineers, fact({ asOf: '2026-12-01' }), nowMs).status).toBe('stale');
});

test('a fact without owner is refused with its place', () => {
  const section = { engineers: { value: 14, source: 'HR', asOf: '2026-11-01' } };
  expect(() => parseFacts(section, 'seamwatch.yaml facts')).toThrow(
    /^seamwatch\.yaml facts: engineers\.owner: .*found nothing/,
  );
});

test('a decision falls due on its review day', () => {
  const decided = (reviewAt: string) => {
    const decision = { id: 'ADR-7', domain: 'notifications', outcome: 'defer', by: 'cto', at: '2026-11-18', reviewAt };
    return assessReadiness(campusInput({ P1: fired }, { decisions: parseDecisions([decision], 'decisions') })).exit
      .code;
  };
  expect(decided('2026-12-01')).toBe(0);
  expect(decided('2026-11-20')).toBe(4);
});

test('a violated gate of a running migration is 1, an unknown one 3, a passed one nothing', () => {
  const exitWith = (value: boolean | null) =>
    assessReadiness(campusInput({}, { gateResults: [{ id: 'stable-days', value, reason: '12 of 30' }] })).exit;
  expect(exitWith(false)).toMatchObject({ code: 1, reasons: [{ text: 'gate stable-days is violated: 12 of 30' }] });
  expect(exitWith(null).code).toBe(3);
  expect(exitWith(true)).toEqual({ code: 0, reasons: [] });
});

test('two strong neighbours and a third possible one leave K1 open', () => {
  const coupling = [
    edge('notifications', 'users'),
    edge('notifications', 'posts'),
    edge('events', 'notifications', null),
  ];
  const verdict = verdictOf(assessReadiness(campusInput({ P1: fired }, { coupling })), 'notifications');
  expect(verdict.verdict).toBe('INSUFFICIENT_EVIDENCE');
  expect(verdict.completions.map(({ when }) => when)).toEqual([
    'strong neighbours below 3',
    'strong neighbours 3 or more',
  ]);
});

test('simulated coupling on which a verdict stands yields 3', () => {
  const { exit } = assessReadiness(campusInput({ P1: fired }, { couplingSynthetic: true }));
  expect(exit.code).toBe(3);
});

test('measured checks and declared facts tick the checklist, what nobody answers stays unknown', () => {
  const facts = [
    ...campusInput().facts,
    ...parseFacts({ rollbackDrilled: { value: false, source: 'log', owner: 'sre', asOf: '2026-11-01' } }, 'facts'),
  ];
  const checks = [{ id: 'dead-letter-queues', value: true, reason: '3 queues seen' }];
  const { checklists } = assessReadiness(campusInput({}, { facts, checks }));
  const answerOf = (id: string) => checklists.find((item) => item.id === id)?.value;
  expect(['dead-letter-queues', 'rollback-drill', 'own-pipeline', 'health-checks'].map(answerOf)).toEqual([
    true,
    false,
    null,
    null,
  ]);
});
