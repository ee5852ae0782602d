/** Edges and their strength on worked counts. */
import { expect, test } from 'vitest';
import type { Outcome } from '../kernel/conventions.ts';
import { coupling } from './coupling.ts';
import { strongNeighbours } from './strong-edges.ts';

const call = (from: string, to: string, calls: number, mode: 'sync' | 'async' = 'sync', inTransaction = false) => ({
  from,
  to,
  mode,
  inTransaction,
  outcome: 'ok' as Outcome | null,
  calls,
});
const requests = [
  { domain: 'feed', requests: 10_000 },
  { domain: 'posts', requests: 5_000 },
];

test('100 synchronous calls in 10 000 requests are strong, 99 are not', () => {
  expect(coupling([call('feed', 'posts', 100)], requests)[0]).toMatchObject({ callsPerRequest: 0.01, strong: true });
  expect(coupling([call('feed', 'posts', 99)], requests)[0]).toMatchObject({ strong: false });
});

test('events are weak however many there are (X9)', () => {
  const [edge] = coupling([call('posts', 'notifications', 50_000, 'async')], requests);
  expect(edge).toMatchObject({ strong: false, reason: 'consumes events, which can cross a network' });
});

test('one shared transaction is strong, and the calls of both kinds add up in one edge', () => {
  const [edge] = coupling([call('posts', 'users', 9), call('posts', 'users', 1, 'sync', true)], requests);
  expect(edge).toMatchObject({ calls: 10, inTransaction: 1, strong: true });
});

test('a foreign write is strong even without a call', () => {
  const writes = [{ from: 'search', owner: 'posts', table: 'posts', writes: 1 }];
  expect(coupling([], requests, writes)).toEqual([
    {
      from: 'search',
      to: 'posts',
      mode: 'sync',
      calls: 0,
      inTransaction: 0,
      errorRatio: null,
      knownOutcomes: 0,
      callsPerRequest: null,
      strong: true,
      reason: 'search writes to posts, which posts owns',
    },
  ]);
});

test('a caller whose requests are not counted has an unknown strength', () => {
  expect(coupling([call('search', 'users', 5)], requests)[0]).toMatchObject({ callsPerRequest: null, strong: null });
});

test('failed calls are a share of those that tell how they ended', () => {
  const ended = (calls: number, outcome: Outcome | null) => ({ ...call('feed', 'posts', calls), outcome });
  const edges = coupling([ended(15, 'ok'), ended(4, 'error'), ended(1, 'rejected'), ended(80, null)], requests);
  expect(edges).toMatchObject([{ calls: 100, knownOutcomes: 20, errorRatio: 0.2 }]);
  expect(coupling([ended(80, null)], requests)).toMatchObject([{ knownOutcomes: 0, errorRatio: null }]);
});

test('calls inside one domain are no edge, and the most frequent edge comes first', () => {
  const edges = coupling([call('feed', 'feed', 999), call('feed', 'users', 10), call('feed', 'posts', 20)], requests);
  expect(edges.map(({ to }) => to)).toEqual(['posts', 'users']);
});

test('strong neighbours are distinct, in either direction, and possible ones are apart', () => {
  const edges = coupling(
    [
      call('feed', 'posts', 9000),
      call('posts', 'feed', 4000),
      call('posts', 'users', 4000),
      call('search', 'posts', 10),
      call('posts', 'notifications', 10, 'async'),
    ],
    requests,
  );
  expect(strongNeighbours(edges, 'posts')).toEqual({ known: ['feed', 'users'], possible: ['feed', 'search', 'users'] });
});
