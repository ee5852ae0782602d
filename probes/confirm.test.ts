/** Up, down and unknown from the last runs: the rule, its edges, and what more failures may never do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confirmState, failuresIn, type ProbeState, type RunResult, standingAt } from './confirm.ts';

const twoOfThree = { failures: 2, of: 3 };

/** `g` good, `f` failed, oldest first, a second apart. */
function runs(text: string): RunResult[] {
  return [...text].map((letter, index) => ({ atMs: index * 1_000, ok: letter === 'g' }));
}

/** The state after each run, as the prober goes on. */
function statesAfter(text: string, rule = twoOfThree): string {
  let state: ProbeState = 'unknown';
  return [...text]
    .map((_, index) => {
      state = confirmState(runs(text).slice(0, index + 1), rule, state);
      return { up: 'U', down: 'D', unknown: '?' }[state];
    })
    .join('');
}

describe('confirmState', () => {
  it.each([
    ['is up after a first good run', 'g', 'U'],
    ['is not yet known after a first failed run', 'f', '?'],
    ['stays up through one failed run', 'ggfgg', 'UUUUU'],
    ['is down at the second failure of three runs', 'ggff', 'UUUD'],
    ['is down when failures alternate with good runs', 'ggfgf', 'UUUUD'],
    ['stays down after one good run and is up after two', 'gffgg', 'UUDDU'],
    ['is up after a first failure and two good runs', 'fgg', '??U'],
    ['is down after a first failure, a good run and another failure', 'fgf', '??D'],
  ])('%s', (_name, text, expected) => {
    expect(statesAfter(text)).toBe(expected);
  });

  it('stays down while two of the last five failed, though the last two were good (2 of 5)', () => {
    expect(statesAfter('gffggg', { failures: 2, of: 5 })).toBe('UUDDDD');
    expect(statesAfter('gffggggg', { failures: 2, of: 5 })).toBe('UUDDDDUU');
  });

  it('follows every run when one of one decides', () => {
    expect(statesAfter('gfgf', { failures: 1, of: 1 })).toBe('UDUD');
  });

  it('stays down when one more of the same runs had failed', () => {
    const results = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    const rule = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }))
      .map(([failures, more]) => ({ failures, of: failures + more }));
    const before = fc.constantFrom<ProbeState>('up', 'down', 'unknown');
    fc.assert(
      fc.property(results, rule, fc.nat(), before, (all, confirm, at, state) => {
        const given = all.map((ok, index) => ({ atMs: index, ok }));
        const worse = given.map((run, index) => (index === at % all.length ? { ...run, ok: false } : run));
        fc.pre(failuresIn(given, confirm) >= confirm.failures);
        expect(confirmState(worse, confirm, state)).toBe('down');
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('standingAt', () => {
  const confirmed = { state: 'down', reason: '2 of the last 3 runs failed', sinceMs: 1_000 } as const;

  it('is what was confirmed up to three periods after the newest run, and unknown from then on', () => {
    const results = runs('ff');
    expect(standingAt(confirmed, results, 30_000, 91_000)).toEqual(confirmed);
    expect(standingAt(confirmed, results, 30_000, 91_001)).toEqual({
      state: 'unknown',
      reason: 'the last run was 90s ago, and it should run every 30s',
      sinceMs: 91_000,
    });
  });

  it('is unknown before the first run', () => {
    expect(standingAt(confirmed, [], 30_000, 0)).toEqual({
      state: 'unknown',
      reason: 'it has not run yet',
      sinceMs: null,
    });
  });

  it('is not made stale by a clock that went back', () => {
    expect(standingAt(confirmed, [{ atMs: 900_000, ok: false }], 30_000, 0)).toEqual(confirmed);
  });
});
