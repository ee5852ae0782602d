/** Worked scenarios of Campus Connect, from trigger days to verdict. */
import { expect, test } from 'vitest';
import { readinessShapes } from '../contract/index.ts';
import { isoTime } from '../kernel/clock.ts';
import { assessReadiness } from './assess.ts';
import { campusInput, declared, edge, twelveOfFourteen as fired, judged, nowMs, verdictOf } from './campus-fixture.ts';
import { parseDecisions, parseExceptions } from './records.ts';

test('notifications become a candidate when P1 has fired, 14 engineers are declared and the improvements are done', () => {
  const report = assessReadiness(campusInput({ P1: fired }));
  const verdict = verdictOf(report, 'notifications');
  expect(verdict.verdict).toBe('EXTRACT_CANDIDATE');
  expect(verdict.ruleIds).toEqual(['P1']);
  expect(verdict.sentence).toBe(
    'Notifications is ready to become a service. P1: in-app delivery p95 6.4 s [5.89, 7.04] > 5 s, over on 12 of 14 days; no keep rule holds.',
  );
  expect(verdict.threePlus).toEqual({ min: 0, max: 0, met: null, applicable: false });
  expect(verdict.flips.map(({ text }) => text)).toEqual([
    'in-app delivery p95 < 4 s for 7 days (now 6.4 s) → KEEP',
    'strong neighbours 3 or more (now 0, 3 away) → BLOCKED',
    'engineers below 10 (now 14, 5 away) → BLOCKED',
    'domains in shared transactions 1 or more (now 0, 1 away) → BLOCKED',
    'improvementsDone false (now true) → BLOCKED',
    'engineers not renewed by 2027-02-01 → INSUFFICIENT_EVIDENCE',
    'improvementsDone not renewed by 2027-02-01 → INSUFFICIENT_EVIDENCE',
  ]);
});

test('engineers unknown leaves notifications undecided: K2 would block it below 10 and free it from 10 on', () => {
  const report = assessReadiness(
    campusInput({ P1: fired }, { facts: declared({ improvementsDone: true, gpuInference: false }) }),
  );
  const verdict = verdictOf(report, 'notifications');
  expect(verdict.verdict).toBe('INSUFFICIENT_EVIDENCE');
  expect(verdict.sentence).toContain(
    'can not be judged yet, because engineers is unknown. P1: in-app delivery p95 6.4 s',
  );
  expect(verdict.completions).toEqual([
    { verdict: 'BLOCKED', when: 'engineers below 10' },
    { verdict: 'EXTRACT_CANDIDATE', when: 'engineers 10 or more' },
  ]);
  expect(verdict.flips.map(({ fact, to, verdict: name }) => [fact, to, name])).toEqual(
    expect.arrayContaining([
      ['engineers', 'below 10', 'BLOCKED'],
      ['engineers', '10 or more', 'EXTRACT_CANDIDATE'],
      ['improvementsDone', 'false', 'BLOCKED'],
    ]),
  );
  expect(report.unknowns[0]).toMatchObject({
    id: 'engineers',
    flipsVerdicts: ['notifications'],
    command: 'seamwatch facts set engineers 14 --source TEXT --owner WHO --expires 2027-02-18',
  });
  expect(report.exit.code).toBe(3);
});

test('6 engineers block notifications although P1 has fired', () => {
  const facts = declared({ engineers: 6, improvementsDone: true, gpuInference: false });
  const verdict = verdictOf(assessReadiness(campusInput({ P1: fired }, { facts })), 'notifications');
  expect(verdict.verdict).toBe('BLOCKED');
  expect(verdict.ruleIds).toEqual(['P1', 'K2']);
  expect(verdict.flips.map(({ text }) => text)).toContain('engineers 10 or more (now 6, 4 away) → EXTRACT_CANDIDATE');
});

test('exactly 10 engineers are not fewer than 10', () => {
  const facts = declared({ engineers: 10, improvementsDone: true, gpuInference: false });
  expect(verdictOf(assessReadiness(campusInput({ P1: fired }, { facts })), 'notifications').verdict).toBe(
    'EXTRACT_CANDIDATE',
  );
});

test('an expired fact is unknown and says when it expired', () => {
  const facts = [
    ...declared({ engineers: 14 }, '2026-11-20'),
    ...declared({ improvementsDone: true, gpuInference: false }),
  ];
  const report = assessReadiness(campusInput({ P1: fired }, { facts }));
  expect(verdictOf(report, 'notifications').verdict).toBe('INSUFFICIENT_EVIDENCE');
  expect(report.orgFacts.find(({ id }) => id === 'engineers')).toMatchObject({
    value: null,
    status: 'stale',
    reason: 'expired on 2026-11-20 (last said 14 by cto)',
  });
});

test('posts with strong edges to three domains are held by K1, in either direction', () => {
  const coupling = [
    edge('posts', 'users'),
    edge('feed', 'posts'),
    edge('search', 'posts'),
    edge('posts', 'media', false),
  ];
  const report = assessReadiness(campusInput({}, { coupling }));
  const verdict = verdictOf(report, 'posts');
  expect(verdict.verdict).toBe('KEEP');
  expect(verdict.ruleIds).toContain('K1');
  expect(verdict.against.find(({ ruleId }) => ruleId === 'K1')?.text).toContain('strong neighbours = 3');
});

test('a fired trigger with three strong neighbours is blocked; ID references and events do not count (X9)', () => {
  const strong = ['users', 'posts', 'follows'].map((other) => edge('notifications', other));
  expect(verdictOf(assessReadiness(campusInput({ P1: fired }, { coupling: strong })), 'notifications').verdict).toBe(
    'BLOCKED',
  );
  const weak = ['users', 'posts', 'follows'].map((other) => edge('notifications', other, false));
  expect(verdictOf(assessReadiness(campusInput({ P1: fired }, { coupling: weak })), 'notifications').verdict).toBe(
    'EXTRACT_CANDIDATE',
  );
});

test('coupling that was not measured leaves a fired domain undecided, and two possible neighbours do not', () => {
  const unmeasured = verdictOf(assessReadiness(campusInput({ P1: fired }, { coupling: null })), 'notifications');
  expect(unmeasured.verdict).toBe('INSUFFICIENT_EVIDENCE');
  const partly = [edge('notifications', 'posts', null), edge('notifications', 'users', null)];
  expect(verdictOf(assessReadiness(campusInput({ P1: fired }, { coupling: partly })), 'notifications').verdict).toBe(
    'EXTRACT_CANDIDATE',
  );
});

test('search with P3 pending on 7 of 14 days stays, and says how far it is from firing', () => {
  const report = assessReadiness(campusInput({ P3: 'oxoxoxoxoxoxox' }));
  const verdict = verdictOf(report, 'search');
  expect(verdict.verdict).toBe('KEEP');
  expect(report.triggers.find(({ id }) => id === 'P3')?.state).toBe('pending');
  expect(verdict.flips[0]?.text).toBe('search p95 > 200 ms on 10 of 14 days (now 7) → EXTRACT_CANDIDATE');
});

test('an unknown trigger leaves its domain undecided and every other domain decided', () => {
  const report = assessReadiness(campusInput({ P5: '--------------' }));
  expect(verdictOf(report, 'analytics').verdict).toBe('INSUFFICIENT_EVIDENCE');
  const others = report.verdicts.filter(({ domain }) => domain !== 'analytics').map(({ verdict }) => verdict);
  expect(new Set(others)).toEqual(new Set(['KEEP']));
  expect(report.unknowns[0]).toMatchObject({ id: 'P5', flipsVerdicts: ['analytics'] });
});

test('a declared trigger without its fact is closed by declaring that fact', () => {
  const report = assessReadiness(campusInput({}, { facts: declared({ engineers: 14, improvementsDone: true }) }));
  expect(verdictOf(report, 'recommendations').missing[0]).toMatchObject({ id: 'gpuInference' });
  expect(report.unknowns[0]).toMatchObject({ id: 'gpuInference', flipsVerdicts: ['recommendations'] });
});

test('a declared GPU need fires P2', () => {
  const facts = declared({ engineers: 14, improvementsDone: true, gpuInference: true });
  expect(verdictOf(assessReadiness(campusInput({}, { facts })), 'recommendations').verdict).toBe('EXTRACT_CANDIDATE');
});

test('every domain of the catalogue gets a verdict, and one without a trigger says so', () => {
  const report = assessReadiness(campusInput());
  expect(report.verdicts.map(({ domain }) => domain).sort()).toEqual(
    campusInput()
      .domains.map(({ id }) => id)
      .sort(),
  );
  expect(verdictOf(report, 'follows').sentence).toContain('no document names a trigger for it');
  expect(verdictOf(report, 'follows').ruleIds).toContain('K3');
});

test('the report is the contract shape to the letter', () => {
  const report = assessReadiness(campusInput({ P1: fired, P5: '--------------' }));
  expect(readinessShapes.readiness.strict().parse(report)).toEqual(report);
});

test('a decision made after the trigger began to exceed satisfies it, an older one does not', () => {
  const decide = (at: string) =>
    parseDecisions([{ id: 'ADR-7', domain: 'notifications', outcome: 'defer', by: 'cto', at }], 'decisions');
  const open = assessReadiness(campusInput({ P1: fired }));
  expect(open.exit.code).toBe(4);
  const decided = assessReadiness(campusInput({ P1: fired }, { decisions: decide('2026-11-18') }));
  expect(decided.exit).toEqual({ code: 0, reasons: [] });
  const old = assessReadiness(campusInput({ P1: fired }, { decisions: decide('2026-10-01') }));
  expect(old.exit.code).toBe(4);
});

test('a decision to extract what a veto forbids is a violated gate', () => {
  const decisions = parseDecisions(
    [{ id: 'ADR-8', domain: 'notifications', outcome: 'extract', by: 'cto', at: '2026-11-18' }],
    'decisions',
  );
  const facts = declared({ engineers: 6, improvementsDone: true, gpuInference: false });
  const { exit } = assessReadiness(campusInput({ P1: fired }, { facts, decisions }));
  expect(exit.code).toBe(1);
  expect(exit.reasons[0]?.text).toBe('notifications: decision ADR-8 says extract, but P1, K2 holds');
});

test('an exception from a rule that allows none is refused and reported', () => {
  const exceptions = parseExceptions(
    [{ rule: 'K2', reason: 'hiring', approver: 'cto', expiresAt: '2027-01-01' }],
    'exceptions',
  );
  const facts = declared({ engineers: 6, improvementsDone: true, gpuInference: false });
  const report = assessReadiness(campusInput({ P1: fired }, { facts, exceptions }));
  expect(verdictOf(report, 'notifications').verdict).toBe('BLOCKED');
  expect(report.exit.code).toBe(1);
});

test('a verdict that stands on simulated days is given, and yields 3', () => {
  const report = assessReadiness(campusInput({ P1: fired.toUpperCase() }));
  expect(verdictOf(report, 'notifications').verdict).toBe('EXTRACT_CANDIDATE');
  expect(verdictOf(report, 'notifications').sentence).toContain('(simulated)');
  expect(report.meta.synthetic).toBe(true);
  expect(report.exit.code).toBe(3);
  expect(report.exit.reasons.map(({ text }) => text)).toContain(
    'simulated data decides notifications: without it the verdict could be another one',
  );
});

test('nothing measured and nothing declared is 3, whatever may be lowered', () => {
  const report = assessReadiness(campusInput({}, { triggers: [], facts: [], coupling: null, failOn: new Set() }));
  expect(report.exit.code).toBe(3);
  expect(report.exit.reasons.map(({ kind }) => kind)).toContain('empty');
});

test('a forecast within 90 days prepares a domain whose trigger has not fired', () => {
  const at = (days: number) => isoTime(nowMs + days * 86_400_000);
  const soon = (days: number) =>
    campusInput().triggers.map((trigger) =>
      trigger.id === 'P4'
        ? {
            ...judged('P4', 'oooooooooooooo'),
            forecast: { date: at(days), low: at(days - 9), high: at(days + 9), level: 0.9 },
          }
        : trigger,
    );
  expect(verdictOf(assessReadiness(campusInput({}, { triggers: soon(60) })), 'media').verdict).toBe('PREPARE');
  expect(verdictOf(assessReadiness(campusInput({}, { triggers: soon(120) })), 'media').verdict).toBe('KEEP');
});

test('a trigger whose domain the catalogue does not hold is reported, not dropped', () => {
  const domains = campusInput().domains.filter(({ id }) => id !== 'media');
  const { exit } = assessReadiness(campusInput({}, { domains }));
  expect(exit.code).toBe(3);
  expect(exit.reasons[0]?.text).toBe('P4 is about media, which the catalogue does not hold: it was not judged');
});

test('a declared fact that no rule reads is listed as such', () => {
  const facts = declared({ engineers: 14, improvementsDone: true, gpuInference: false, shoeSize: 43 });
  expect(assessReadiness(campusInput({}, { facts })).orgFacts.at(-1)).toMatchObject({
    id: 'shoeSize',
    value: 43,
    reason: 'no rule of this profile reads it',
  });
});
