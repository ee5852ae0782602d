import { expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

test('a burst may come at once, then one token a fifth of a second at a rate of five', () => {
  const bucket = new TokenBucket(5, 2, 1_000);
  for (const wait of [0, 0, 200]) {
    expect(bucket.waitMs(1_000)).toBe(wait);
    if (wait === 0) bucket.spend(1);
  }
  expect(bucket.waitMs(1_150)).toBeCloseTo(50);
  expect(bucket.waitMs(1_200)).toBeCloseTo(0);
});

test('a debt is paid at the rate before the next token comes: 5,500 of a burst of 2,000 at 1,000 a second wait 3.501 s', () => {
  const bucket = new TokenBucket(1_000, 2_000, 0);
  bucket.spend(5_500);
  expect(bucket.waitMs(0)).toBe(3_501);
  expect(bucket.waitMs(3_500)).toBeCloseTo(1);
  expect(bucket.waitMs(3_501)).toBe(0);
});

test('a long silence fills it to the burst and no further; a clock that goes back takes nothing away', () => {
  const bucket = new TokenBucket(10, 3, 1_000);
  bucket.waitMs(1_000_000);
  bucket.spend(3);
  expect(bucket.waitMs(1_000_000)).toBe(100);
  expect(bucket.waitMs(999_000)).toBe(100);
});
