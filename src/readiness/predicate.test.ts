/** Rules over unknown inputs: an unknown is carried, never guessed. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluatePredicate, type Input, type Predicate } from './predicate.ts';

const known = (id: string, value: number | boolean): Input => ({
  id,
  value,
  reason: null,
  low: null,
  high: null,
  synthetic: false,
});
const open = (id: string, low: number | null = null, high: number | null = null): Input => ({
  id,
  value: null,
  reason: `${id} is not known`,
  low,
  high,
  synthetic: false,
});
const evaluate = (predicate: Predicate, inputs: readonly Input[]) =>
  evaluatePredicate(predicate, 'search', new Map(inputs.map((input) => [input.id, input])));

test('below, at most, above and at least differ exactly on the threshold', () => {
  const at = [known('engineers', 10)];
  expect(evaluate({ input: 'engineers', below: 10 }, at).kind).toBe('false');
  expect(evaluate({ input: 'engineers', atMost: 10 }, at).kind).toBe('true');
  expect(evaluate({ input: 'engineers', above: 10 }, at).kind).toBe('false');
  expect(evaluate({ input: 'engineers', atLeast: 10 }, at).kind).toBe('true');
});

test('a range decides when both of its ends agree', () => {
  expect(evaluate({ input: 'n', atLeast: 3 }, [open('n', 1, 2)]).kind).toBe('false');
  expect(evaluate({ input: 'n', atLeast: 3 }, [open('n', 3, 9)]).kind).toBe('true');
  expect(evaluate({ input: 'n', atLeast: 3 }, [open('n', 2, 3)]).kind).toBe('unknown');
});

test('an input that nobody gives is unknown and named', () => {
  expect(evaluate({ input: 'users', atLeast: 1 }, [])).toEqual({
    kind: 'unknown',
    reason: 'nothing measures or declares users',
  });
});

test('an unknown never makes a false conjunction true, and completing it never contradicts a decided one', () => {
  const claim = fc.record({ input: fc.constantFrom('a', 'b', 'c'), is: fc.boolean() });
  const { tree } = fc.letrec<{ tree: Predicate }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      claim,
      fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('tree') }),
      fc.record({ atLeast: fc.constant(2), of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    ),
  }));
  const truths = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
  fc.assert(
    fc.property(tree, truths, fc.constantFrom('a', 'b', 'c'), (predicate, values, hidden) => {
      const full = Object.entries(values).map(([id, value]) => known(id, value));
      const partial = full.map((input) => (input.id === hidden ? open(input.id) : input));
      const before = evaluate(predicate, partial).kind;
      return before === 'unknown' || before === evaluate(predicate, full).kind;
    }),
    { seed: 5, numRuns: 2000 },
  );
});

test('false AND unknown is false', () => {
  const predicate = {
    all: [
      { input: 'a', is: true },
      { input: 'b', is: true },
    ],
  };
  expect(evaluate(predicate, [known('a', false), open('b')]).kind).toBe('false');
});
