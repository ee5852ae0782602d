/** The map said aloud. */
import { describe, expect, it } from 'vitest';
import type { MapEdge, MapNode } from '../../contract/index.ts';
import { edgeWords, mapSentence, nodeWords, rateWords, windowWords } from './map-sentence.ts';

const node: MapNode = { domain: 'feed', requests: 16_800, requestsPerMinute: 280, errorRatio: 0.002, p95Ms: 182 };
const edge: MapEdge = {
  ...{ from: 'feed', to: 'users', mode: 'sync', calls: 40_200, callsPerMinute: 670 },
  ...{ errorRatio: 0, knownOutcomes: 40_200, p95Ms: 11.3, strong: true, countedBy: 'metrics' },
};
const plain = (text: string) => text.replaceAll('\u202f', ' ');

describe('the map in words', () => {
  it('opens with how many domains call each other, who calls most, and what fails', () => {
    const failing = { ...node, domain: 'media', errorRatio: 0.021 };
    const other = { ...edge, to: 'posts', calls: 9, callsPerMinute: 0.15, errorRatio: 1 / 3, knownOutcomes: 9 };
    expect(mapSentence({ nodes: [node, failing], edges: [other, edge] }, 60)).toBe(
      'Two domains, 2 kinds of calls between them in the last hour; feed calls users most, 670 times a minute. 2.1 % of what media is asked fails. 33.3 % of the calls from feed to posts fail.',
    );
    expect(mapSentence({ nodes: [node], edges: [] }, 15)).toBe(
      'One domain served requests in the last 15 minutes; no call from one to another was counted.',
    );
  });

  it('says of a domain and of a call what is known, and that the rest is not', () => {
    expect(plain(nodeWords(node))).toBe('feed: 280 a minute, 95 % within 182 ms, 0.2 % of 16.8 k fail');
    expect(plain(nodeWords({ ...node, errorRatio: 0 }))).toMatch(/, none of 16\.8 k fails$/);
    const silent = { domain: 'jobs', requests: 0, requestsPerMinute: null, errorRatio: null, p95Ms: null };
    expect(nodeWords(silent)).toBe('jobs: nothing asked of it was counted');
    expect(plain(edgeWords(edge))).toBe(
      'feed calls users, waiting for the answer: 670 a minute, 95 % within 11.3 ms, none of 40.2 k fails, strong',
    );
    const bus: MapEdge = { ...edge, mode: 'async', errorRatio: 0.03, knownOutcomes: 200, strong: null };
    expect(plain(edgeWords(bus))).toBe(
      'feed reaches users, asynchronously: 670 a minute, 95 % within 11.3 ms, 3 % of 200 fail (40 k more do not tell how they ended), strength unknown',
    );
    const untold: MapEdge = { ...edge, errorRatio: null, knownOutcomes: 0 };
    expect(edgeWords(untold)).toMatch(/, how many fail is unknown: the calls do not tell how they ended, strong$/);
  });

  it('tells rare calls by the hour, and windows as people do', () => {
    expect([0.2, 1, 12.34].map(rateWords)).toEqual(['12 an hour', '1 a minute', '12.3 a minute']);
    expect([15, 60, 360, 1440].map(windowWords)).toEqual(['15 minutes', 'hour', '6 hours', '24 hours']);
  });
});
