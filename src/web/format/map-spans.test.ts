/** What the map says of calls from traces. */
import { expect, it } from 'vitest';
import type { MapEdge, ServiceMap } from '../../contract/index.ts';
import { edgeWords } from './map-sentence.ts';
import { tracedSentence } from './map-spans.ts';

const counted: MapEdge = {
  ...{ from: 'feed', to: 'users', mode: 'sync', calls: 600, callsPerMinute: 10, errorRatio: 0, knownOutcomes: 600 },
  ...{ p95Ms: 20, strong: false, countedBy: 'metrics' },
};
const traced: MapEdge = { ...counted, from: 'chat', strong: null, countedBy: 'spans' };
const spans = { read: 200_000, from: '2026-10-20T11:48:00.000Z', missingParents: 31 };
const map: ServiceMap = {
  ...{ from: '2026-10-20T11:00:00.000Z', to: '2026-10-20T12:00:00.000Z', nodes: [] },
  ...{ edges: [counted, traced], spans },
};
const plain = (text: string | null) => text?.replaceAll('\u202f', ' ') ?? null;

it('says which calls are from traces, from how many spans and since when, and whose callers are missing', () => {
  expect(plain(tracedSentence(map))).toBe(
    '1 of 2 kinds of calls are from traces, as their callers count none: from the newest 200 k spans, since 11:48 UTC (12 min). Who called 31 of the spans is not stored.',
  );
  const all = { ...map, edges: [traced], spans: { ...spans, missingParents: 0 } };
  expect(plain(tracedSentence(all))).toBe(
    'All calls are from traces, as their callers count none: from the newest 200 k spans, since 11:48 UTC (12 min).',
  );
  expect(edgeWords(traced)).toMatch(/, strength unknown, counted in traces$/);
});

it('says nothing where every call was counted, and that calls may be missing where the traces were not read', () => {
  expect(tracedSentence({ ...map, edges: [counted] })).toBeNull();
  expect(tracedSentence({ ...map, spans: null })).toMatch(/are missing: the traces could not be read just now/);
});
