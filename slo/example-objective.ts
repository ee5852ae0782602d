/** Small complete objectives for tests and benchmarks; nothing in the product uses them. */
import { durationBoundsSeconds } from '../src/kernel/conventions.ts';
import { compileObjective } from './compile.ts';
import type { CompiledObjective } from './compiled.ts';
import type { BurnPolicy } from './definition.ts';
import { parseObjectives, parsePolicies } from './schema.ts';

/** As a team would write it: errors below 0.1 % over 1 h. */
export const exampleErrors = {
  id: 'checkout',
  sentence: 'Checkout error rate < 0.1 %',
  source: 'S1 §9.3',
  indicator: { kind: 'errors', signal: 'domain.request.duration', where: { entry: true }, target: 0.999 },
  window: '1h',
} as const;

/** The policy of the profiles, without the guard for low traffic unless `minFailures` says so. */
export function examplePolicy(minFailures = 1): BurnPolicy {
  const pair = (long: string, short: string, factor: number, severity: string) => ({
    long,
    short,
    factor,
    severity,
    minFailures,
  });
  const pairs = [
    pair('1h', '5m', 14.4, 'page'),
    pair('6h', '30m', 6, 'page'),
    pair('1d', '2h', 3, 'ticket'),
    pair('3d', '6h', 1, 'ticket'),
  ];
  const [policy] = parsePolicies(
    [{ id: 'google-30d', source: 'SRE workbook, chapter 5', window: '30d', pairs }],
    'test',
  );
  if (policy === undefined) throw new RangeError('no policy');
  return policy;
}

/** {@link exampleErrors} with `changes`, compiled against the product's own buckets. */
export function compileExample(
  changes: Readonly<Record<string, unknown>> = {},
  options: { readonly bounds?: readonly number[] | null; readonly policy?: BurnPolicy } = {},
): CompiledObjective {
  const [definition] = parseObjectives([{ ...exampleErrors, ...changes }], 'test');
  if (definition === undefined) throw new RangeError('no objective');
  const [compiled] = compileObjective(definition, {
    domains: ['search', 'feed'],
    boundsOf: () => (options.bounds === undefined ? durationBoundsSeconds : options.bounds),
    policies: [options.policy ?? examplePolicy()],
  });
  if (compiled === undefined) throw new RangeError('nothing compiled');
  return compiled;
}
