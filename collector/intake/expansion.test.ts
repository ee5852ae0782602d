import { expect, test } from 'vitest';
import { Expansion } from './expansion.ts';

test('expects what came first, and then follows the mean of the last dozens', () => {
  const expansion = new Expansion();
  expect(expansion.expectedBytes).toBe(0);
  expansion.note(1_600);
  expect(expansion.expectedBytes).toBe(1_600);
  expansion.note(0);
  expect(expansion.expectedBytes).toBe(1_500);
  for (let body = 0; body < 200; body += 1) expansion.note(64);
  expect(expansion.expectedBytes).toBe(64);
});
