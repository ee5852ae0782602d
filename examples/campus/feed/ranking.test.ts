/** The documented weights, as worked examples. */
import { expect, test } from 'vitest';
import {
  engagementOf,
  recencyHalfLifeMs,
  recencyOf,
  relationshipOf,
  relevanceOf,
  scoreOf,
  weights,
} from './ranking.ts';

test('the weights are those of S1 §2 and sum to 100', () => {
  expect(weights).toEqual({ recency: 35, relevance: 20, engagement: 25, relationship: 20 });
  expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBe(100);
});

test('a post one half-life old, half relevant, without reactions, of a followed author scores 17.5 + 10 + 0 + 10 = 37.5', () => {
  const factors = {
    recency: recencyOf(recencyHalfLifeMs),
    relevance: relevanceOf(['chess', 'rowing'], new Set(['chess'])),
    engagement: engagementOf(0, 0),
    relationship: relationshipOf('follows'),
  };
  expect(factors).toEqual({ recency: 0.5, relevance: 0.5, engagement: 0, relationship: 0.5 });
  expect(scoreOf(factors)).toBe(37.5);
});

test('everything at its best scores 100, everything at its worst 0', () => {
  expect(scoreOf({ recency: 1, relevance: 1, engagement: 1, relationship: 1 })).toBe(100);
  expect(scoreOf({ recency: 0, relevance: 0, engagement: 0, relationship: 0 })).toBe(0);
});

test('engagement is full at 200 points, where a comment counts as two likes, and never more than full', () => {
  expect(engagementOf(200, 0)).toBe(1);
  expect(engagementOf(100, 50)).toBe(1);
  expect(engagementOf(5_000, 0)).toBe(1);
  expect(engagementOf(13, 0)).toBeCloseTo(Math.log(14) / Math.log(201), 12);
});

test('a post from the future is as recent as a new one, and one without hashtags is relevant to nobody', () => {
  expect(recencyOf(-1)).toBe(1);
  expect(relevanceOf([], new Set(['chess']))).toBe(0);
});
