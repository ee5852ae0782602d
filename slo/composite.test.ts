/** The worst part decides. */
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { createTimeline, evaluateComposite, evaluateObjective, type ObjectiveEvaluation } from './index.ts';

const journey = compileExample({ id: 'journey', indicator: { kind: 'composite', of: ['feed', 'search'] } });

function part(id: string, good: number | null, notApplicable: string | null = null): ObjectiveEvaluation {
  const timeline = createTimeline();
  if (good !== null) timeline.add(0, 3_600_000, { good, total: 1000 }, false);
  const at = { watermarkMs: 3_600_000, lastPointMs: 3_600_000, intervalMs: 10_000, timezone: 'UTC' };
  return evaluateObjective({ ...compileExample({ id }), notApplicable }, timeline, at);
}

describe('evaluateComposite', () => {
  it('is breached when a part is, with the name of that part', () => {
    const evaluation = evaluateComposite(journey, [part('feed', 1000), part('search', 900)]);
    expect(evaluation).toMatchObject({ id: 'journey', state: 'breached' });
    expect(evaluation.reason).toBe('search: the last 1h: 100 of 1,000 events bad, the target 99.9 % allows 1');
  });

  it('is unknown when a part is unknown and none is breached', () => {
    expect(evaluateComposite(journey, [part('feed', 1000), part('search', null)]).state).toBe('unknown');
  });

  it('shows the numbers of the part with the least budget when all are met', () => {
    const evaluation = evaluateComposite(journey, [part('feed', 1000), part('search', 999)]);
    expect(evaluation).toMatchObject({ state: 'met', windows: [{ good: 999 }] });
  });

  it('leaves out parts that do not apply, and does not apply when none does', () => {
    const idle = part('search', null, 'nothing to measure');
    expect(evaluateComposite(journey, [part('feed', 1000), idle]).state).toBe('met');
    expect(evaluateComposite(journey, [{ ...idle, id: 'feed' }, idle]).state).toBe('notApplicable');
  });

  it('refuses a part that is not an objective', () => {
    expect(() => evaluateComposite(journey, [part('feed', 1000)])).toThrow(
      'objective "journey": indicator.of "search" is not an objective; remove it',
    );
  });
});
