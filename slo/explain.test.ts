/** What a person reads about an objective. */
import { describe, expect, it } from 'vitest';
import { compileExample } from './example-objective.ts';
import { type CompiledObjective, createTimeline, evaluateObjective, explainObjective } from './index.ts';

const hour = 3_600_000;

function explain(compiled: CompiledObjective, good: number, total: number, synthetic = false): readonly string[] {
  const timeline = createTimeline();
  timeline.add(0, hour, { good, total }, synthetic);
  const at = { watermarkMs: hour, lastPointMs: hour, intervalMs: 10_000, timezone: 'UTC' };
  return explainObjective(compiled, evaluateObjective(compiled, timeline, at));
}

describe('explainObjective', () => {
  it('says what is counted, what is good and how much budget is left', () => {
    const compiled = compileExample({
      indicator: {
        kind: 'latency',
        signal: 'domain.db.duration',
        where: { domain: ['feed', 'posts'] },
        share: 0.95,
        atMost: '50ms',
      },
      page: { atMost: '200ms', over: '5m', minEvents: 20 },
    });
    expect(explain(compiled, 980, 1000, true)).toEqual([
      'Counts domain.db.duration with domain = feed or posts, from metrics.',
      'Good is what succeeds within 50 ms (an error is never good); at least 95 % are wanted over the last 1h.',
      'Pages on p95 > 200 ms over 5m, from 20 events.',
      '1h: 20 of 1,000 events bad, 60 % of the error budget left (1,000 events simulated).',
    ]);
  });

  it('says what would clear a breach: 2 bad of 1000 need 1000 more good ones at 99.9 %', () => {
    expect(explain(compileExample(), 998, 1000).slice(2)).toEqual([
      '1h: 2 of 1,000 events bad, -100 % of the error budget left.',
      '1h: clears when bad events leave the window, or after 1,000 more good events.',
    ]);
    expect(explain(compileExample(), 1998, 2000).at(-1)).toBe(
      '1h: 2 of 2,000 events bad, 0 % of the error budget left.',
    );
  });

  it('names the pair that fires, with the smaller of its two rates', () => {
    expect(explain(compileExample({ burn: 'google-30d' }), 900, 1000)).toContain(
      'A page fires: 100× the budget over 1h and 5m, above 14.4×.',
    );
  });

  it('says only why, where nothing applies', () => {
    expect(explain(compileExample({ notApplicable: 'no service yet' }), 0, 0)).toEqual([
      'Does not apply: no service yet.',
    ]);
  });
});
