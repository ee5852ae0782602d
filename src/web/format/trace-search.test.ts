/** Searching for traces by the operation that began them. */
import { describe, expect, it } from 'vitest';
import { tracesAt } from '../fixture/traces.ts';
import { begunBy, exemplarOperations, searchPath } from './trace-search.ts';

const traces = tracesAt(Date.UTC(2026, 2, 4, 12, 4, 20));

describe('searching for traces of operations', () => {
  it('names a single operation to the API, and asks for more when it must choose itself', () => {
    expect(searchPath({ domain: 'search' }, ['GET /api/search'], 6)).toBe(
      '/traces?domain=search&root=GET+%2Fapi%2Fsearch&limit=6',
    );
    expect(searchPath({ domain: 'posts' }, ['a', 'b'], 6)).toBe('/traces?domain=posts&limit=100');
    expect(searchPath({ domain: 'posts' }, [], 6)).toBe('/traces?domain=posts&limit=6');
  });

  it('leaves out traces that only pass by', () => {
    const passing = traces.filter((one) => one.domains.includes('search'));
    const own = begunBy(passing, ['GET /api/search']);
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(passing.length);
    expect(new Set(own.map(({ rootName }) => rootName))).toEqual(new Set(['GET /api/search']));
    expect(begunBy(passing, [])).toBe(passing);
  });

  it('takes the operations of an objective only where whole requests are counted', () => {
    const operations = [{ operation: 'GET /api/search', good: 9, total: 10 }];
    const of = (signal: string) => exemplarOperations({ definition: `indicator:\n  signal: ${signal}\n`, operations });
    expect(of('domain.request.duration')).toEqual(['GET /api/search']);
    expect(of('notification.delivery.duration')).toEqual([]);
  });
});
