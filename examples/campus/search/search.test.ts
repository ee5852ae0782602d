/** Fuzzy matching, the 500 records, and what is counted. */
import { type Instrumentation, start } from 'seamwatch/instrument';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { editDistance } from './levenshtein.ts';
import { matchRecords, tokensOf } from './matching.ts';
import { createSearch, type Document } from './search.ts';

let instrumentation: Instrumentation;

beforeAll(async () => {
  instrumentation = await start({ serviceName: 'search-test', endpoint: null });
});
afterAll(() => instrumentation.shutdown());

const clock = { nowMs: () => 10_000, monotonicMs: () => 10_000 };

function posts(count: number): readonly Document[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'post' as const,
    id: index + 1,
    title: `post ${index + 1}`,
    text: `post number${index + 1}`,
    hashtags: [],
    changedMs: index,
  }));
}

async function truncations(): Promise<number> {
  const { body } = await instrumentation.metricsPage();
  return Number(/^search_truncated_total(?:\{.*\})? (\d+)$/m.exec(body)?.[1] ?? 0);
}

test.each([
  ['kitten', 'sitting', 3, 3],
  ['kitten', 'sitting', 2, 3],
  ['chess', 'chess', 2, 0],
  ['', 'abc', 3, 3],
  ['robotics', 'robotcs', 2, 1],
])('the distance of %j and %j, asked up to %i, is %i', (left, right, most, distance) => {
  expect(editDistance(left, right, most)).toBe(distance);
});

test('exact beats the start of a word, which beats a typing error; two words must both be found', () => {
  const record = (id: number, text: string) => ({
    kind: 'post' as const,
    id,
    title: text,
    tokens: tokensOf(text),
    hashtags: [],
    touchedMs: id,
  });
  const records = [
    record(1, 'roboticx club'),
    record(2, 'robotics club'),
    record(3, 'roboticsclub'),
    record(4, 'chess'),
  ];
  expect(matchRecords('robotics', records, 10).map(({ id, score }) => [id, score])).toEqual([
    [2, 1],
    [3, 0.9],
    [1, 0.875],
  ]);
  expect(matchRecords('robotics club', records, 10).map(({ id }) => id)).toEqual([2, 1]);
  expect(matchRecords('...', records, 10)).toEqual([]);
});

test('500 records are all looked at and nothing is counted; the 501st pushes the oldest out of sight and is counted', async () => {
  const search = createSearch({ clock });
  await search.reindex(posts(500));
  const before = await truncations();
  expect(await search.query('number1', { limit: 1 })).toMatchObject({ truncated: false, items: [{ id: 1, score: 1 }] });
  expect((await truncations()) - before).toBe(0);
  await search.reindex(posts(501));
  const blind = await search.query('number1', { limit: 50 });
  expect(blind.truncated).toBe(true);
  expect(blind.items).not.toContainEqual(expect.objectContaining({ id: 1 }));
  expect((await truncations()) - before).toBe(1);
});

test('one query is one total and one engine duration, and indexing records its lag from the change', async () => {
  const search = createSearch({ clock });
  await search.index({ kind: 'post', id: 1, title: 'x', text: 'chess', hashtags: ['chess'], changedMs: 7_500 });
  await search.query('chess', { limit: 5 });
  const { body } = await instrumentation.metricsPage();
  const count = (phase: string) =>
    new RegExp(`^search_query_duration_seconds_count\\{phase="${phase}"\\} (\\d+)$`, 'm');
  expect(count('total').exec(body)?.[1]).toBe(count('engine').exec(body)?.[1]);
  expect(body).toMatch(/^search_index_lag_seconds_sum(?:\{\})? 2\.5$/m);
});

test('hashtags trend by use for an hour', async () => {
  const search = createSearch({ clock });
  const tagged = (id: number, hashtags: readonly string[], changedMs: number) =>
    search.index({ kind: 'post', id, title: '', text: '', hashtags, changedMs });
  await tagged(1, ['rowing'], 10_000 - 3_600_001);
  await tagged(2, ['chess', 'music'], 9_000);
  await tagged(3, ['music'], 9_500);
  expect(await search.trending(10)).toEqual(['music', 'chess']);
});
