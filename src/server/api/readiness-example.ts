/** The example of the extraction-readiness report and its parts. */

/** A statement for the extraction. */
export const evidence = {
  ruleId: 'P1',
  text: 'In-app delivery p95 is 6.4 s, above 5 s, on 12 of 14 days',
  source: 'S0 §4.2',
  value: 6.4,
  exemplars: ['4bf92f3577b34da6a3ce929d0e0e4736'],
};

/** What is said about one domain. */
export const verdict = {
  domain: 'notifications',
  title: 'Notifications',
  verdict: 'EXTRACT_CANDIDATE',
  sentence: 'Notifications should become a service: P1 fired and no rule keeps it.',
  ruleIds: ['P1'],
  for: [evidence],
  against: [{ ...evidence, ruleId: 'K8', text: 'fewer than 15 engineers', value: 14, exemplars: [] }],
  missing: [{ id: 'teams', text: 'how many teams work on it', command: 'seamwatch facts set teams 3' }],
  alternatives: ['a queue with more workers inside the monolith'],
  flips: [
    { fact: 'engineers', from: '14', to: '9', verdict: 'BLOCKED', text: 'with 9 engineers it would have to stay' },
  ],
  cost: { budgetRatio: 0.4, monolithRatio: 0.15, text: '15 % of what the monolith costs' },
  threePlus: { min: 3, max: 4, met: true, applicable: true },
  decision: null,
  completions: [{ verdict: 'EXTRACT_CANDIDATE', when: 'teams ≥ 2' }],
};

/** The whole report around an objective, a trigger and a fact. */
export function readinessOf(parts: { readonly objective: object; readonly trigger: object; readonly fact: object }) {
  return {
    schemaVersion: 1,
    meta: {
      tool: 'seamwatch 0.1.0',
      profile: ['campus-connect'],
      commit: null,
      generatedAt: '2026-11-20T10:00:00.000Z',
      window: { from: '2026-11-06T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z', days: 14 },
      coverage: { ratio: 0.99, mapped: 99_000, unmapped: 1_000 },
      seedConflicts: [],
      synthetic: true,
    },
    sentence: 'One of five domains should become a service: notifications.',
    facts: [parts.fact],
    slos: [parts.objective],
    triggers: [parts.trigger],
    criteria: [criterion],
    threePlus: { applicable: true, needed: 3 },
    keepRules: [keepRule],
    orgFacts: [parts.fact],
    checklists: [checklistItem],
    migration: [],
    cost: { budgetRatio: 0.4, monolithRatio: null, items: [{ name: 'compute', value: 120 }] },
    verdicts: [verdict],
    unknowns: [{ id: 'teams', reason: 'not declared', flipsVerdicts: [], command: 'seamwatch facts set teams 3' }],
    exceptions: [exception],
    exit: {
      code: 4,
      reasons: [{ code: 4, kind: 'decision', text: 'P1 fired without a decision record', lowered: false }],
    },
  };
}

const criterion = {
  id: 'independent-scaling',
  domain: 'notifications',
  title: 'Needs to scale on its own',
  weight: 'Critical',
  value: true,
  reason: null,
  evidence: ['P1'],
};

const keepRule = {
  id: 'K8',
  domain: 'notifications',
  title: 'Too few engineers',
  source: 'S0 §4',
  strength: 'veto',
  value: false,
  reason: null,
  evidence: ['engineers'],
};

const checklistItem = {
  id: 'C1',
  list: 'before extraction',
  item: 'The domain has its own tables',
  source: 'S0 §5',
  kind: 'auto',
  value: null,
  reason: 'no database spans seen',
};

const exception = {
  rule: 'K8',
  domain: null,
  reason: 'two more engineers start next month',
  approver: 'cto',
  expiresAt: '2027-01-01T00:00:00.000Z',
  expired: false,
};
