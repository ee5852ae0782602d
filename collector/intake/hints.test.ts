/** Whoever sees a reason is told what to do about it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hintOf } from './hints.ts';
import { refusalCodes } from './refusal.ts';
import { spanRejectionNames } from './wire/index.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every reason for refusing a body or leaving out a span says what to do', () => {
  const reasons = [...Object.keys(refusalCodes), ...spanRejectionNames.slice(1), 'disconnected', 'series_overflow'];
  expect(reasons.filter((reason) => hintOf(reason) === null)).toEqual([]);
});

test('so does every reason that a metric point is left out for, and every one of the HTTP parser', () => {
  const words = (path: string, pattern: RegExp): string[] =>
    [...read(path).matchAll(pattern)].map(([, word = '']) => word);
  const reasons = [
    ...words('./metric-checks.ts', /return '([a-z_]+)'/g),
    ...words('../../src/server/parser-refusals.ts', /reason: '([a-z0-9_]+)'/g),
  ];
  expect(reasons.length).toBeGreaterThan(15);
  expect(reasons.filter((reason) => hintOf(reason) === null)).toEqual([]);
});

test('a reason that nobody knows has no hint', () => {
  expect(hintOf('no_such_reason')).toBeNull();
});
