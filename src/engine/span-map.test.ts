/** The map with the calls of apps that count none themselves. */
import { expect, it } from 'vitest';
import type { SpanEdge, SpanEdges } from '../../collector/index.ts';
import type { MapEdge, ServiceMap } from '../contract/index.ts';
import { durationBoundsSeconds } from '../kernel/conventions.ts';
import { withSpanEdges } from './span-map.ts';

const toMs = Date.UTC(2026, 9, 20, 12);
/** 60 minutes of exact counts, of which the spans cover the last 12. */
const fromMs = toMs - 12 * 60_000;

const exactEdge: MapEdge = {
  ...{ from: 'feed', to: 'users', mode: 'sync', calls: 600, callsPerMinute: 10, errorRatio: 0, knownOutcomes: 600 },
  ...{ p95Ms: 20, strong: true, countedBy: 'metrics' },
};
const node = { requests: 60, requestsPerMinute: 1, errorRatio: 0, p95Ms: 5 };
const exact: ServiceMap = {
  ...{ from: '2026-10-20T11:00:00.000Z', to: '2026-10-20T12:00:00.000Z', edges: [exactEdge], spans: null },
  nodes: ['feed', 'users'].map((domain) => ({ domain, ...node })),
};

/** All calls in the bucket that ends at 10 ms. */
function edge(from: string, to: string, calls: number, more: Partial<SpanEdge> = {}): SpanEdge {
  const counts = durationBoundsSeconds.map((bound) => (bound === 0.01 ? calls : 0));
  return { from, to, mode: 'sync', calls, errors: 0, counts: [...counts, 0], ...more };
}

function told(edges: readonly SpanEdge[]): SpanEdges {
  return { fromMs, toMs, spans: 200_000, missingParents: 31, edges };
}

it('takes rates over the time that the spans cover, and the errors and p95 of the called spans', () => {
  const { edges, nodes, spans } = withSpanEdges(exact, told([edge('chat', 'users', 120, { errors: 30 })]));
  expect(edges).toEqual([
    {
      ...{ from: 'chat', to: 'users', mode: 'sync', calls: 120, callsPerMinute: 10, errorRatio: 0.25 },
      // 5 ms + 0.95 of the 5 ms of the bucket.
      ...{ knownOutcomes: 120, p95Ms: 9.75, strong: null, countedBy: 'spans' },
    },
    exactEdge,
  ]);
  expect(nodes.map(({ domain, requestsPerMinute }) => [domain, requestsPerMinute])).toEqual([
    ['chat', null],
    ['feed', 1],
    ['users', 1],
  ]);
  expect(spans).toEqual({ read: 200_000, from: '2026-10-20T11:48:00.000Z', missingParents: 31 });
});

it('leaves a domain that counts its own calls to its counts, whomever it calls', () => {
  const map = withSpanEdges(
    exact,
    told([edge('feed', 'users', 50), edge('feed', 'mail', 50), edge('users', 'mail', 5)]),
  );
  expect(map.edges).toMatchObject([exactEdge, { from: 'users', to: 'mail', countedBy: 'spans' }]);
});

it('gives whole calls where sampling makes fractions, and no rate without a time', () => {
  // A third of each: 3 × (1 + 2 / 3).
  const sampled = edge('chat', 'users', 5.000_01, { errors: 5.000_01 / 2 });
  expect(withSpanEdges(exact, { ...told([sampled]), fromMs: toMs }).edges[0]).toMatchObject({
    ...{ calls: 5, knownOutcomes: 5, errorRatio: 0.5, callsPerMinute: null },
  });
});

it('is the exact map, and says so, when the spans could not be read', () => {
  expect(withSpanEdges(exact, null)).toEqual(exact);
});
