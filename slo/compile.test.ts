/** Selectors, expansion per domain, names of policies and domains that are not known. */
import { describe, expect, it } from 'vitest';
import { exampleErrors, examplePolicy } from './example-objective.ts';
import { type CompileContext, compileObjective, parseObjectives } from './index.ts';

const context: CompileContext = {
  domains: ['feed', 'search'],
  boundsOf: () => [0.1],
  policies: [examplePolicy()],
};

function compile(changes: Readonly<Record<string, unknown>>, more: Partial<CompileContext> = {}) {
  const [definition] = parseObjectives([{ ...exampleErrors, ...changes }], 'test');
  if (definition === undefined) throw new RangeError('no objective');
  return compileObjective(definition, { ...context, ...more });
}

describe('compileObjective', () => {
  it('selects by signal, source and conditions, and frees the budget of float noise', () => {
    expect(compile({})).toMatchObject([
      {
        id: 'checkout',
        selector: { signal: 'domain.request.duration', source: 'metrics', where: { entry: 'true' } },
        target: 0.999,
        budget: 0.001,
        group: null,
      },
    ]);
  });

  it('makes one objective for each domain, each with the domain in its selector', () => {
    const compiled = compile({ perDomain: { over: 'all' } });
    expect(compiled.map(({ id, group, selector }) => ({ id, group, where: selector?.where }))).toEqual([
      { id: 'checkout:feed', group: { domain: 'feed', operation: null }, where: { entry: 'true', domain: 'feed' } },
      {
        id: 'checkout:search',
        group: { domain: 'search', operation: null },
        where: { entry: 'true', domain: 'search' },
      },
    ]);
  });

  it('does not apply before an extraction, and applies to the extracted domain after it', () => {
    const changes = { perDomain: { over: 'extracted', label: 'to' }, notApplicable: 'no hop yet' };
    expect(compile(changes)).toMatchObject([{ id: 'checkout', notApplicable: 'no hop yet' }]);
    expect(compile(changes, { extracted: ['search'] })).toMatchObject([
      { id: 'checkout:search', notApplicable: null, selector: { where: { entry: 'true', to: 'search' } } },
    ]);
  });

  it('refuses a policy that does not exist, naming those that do', () => {
    expect(() => compile({ burn: 'google' })).toThrow(
      'objective "checkout": burn "google" is not a policy; write one of google-30d, or remove it',
    );
  });

  it('refuses a domain that does not exist, naming those that do', () => {
    expect(() => compile({ perDomain: { over: ['serch'] } })).toThrow(
      'objective "checkout": perDomain.over "serch" is not a domain; write one of feed, search',
    );
  });
});
