import { describe, expect, it } from 'vitest';
import { keepUnits } from './words.ts';

describe('keepUnits', () => {
  it('joins a number with its unit and leaves other words alone', () => {
    expect(keepUnits('over 5 s on 12 of 14 days')).toBe('over 5\u00a0s on 12 of 14 days');
    expect(keepUnits('96.0 % of 3.9 M within 100 ms, 2 seconds')).toBe(
      '96.0\u00a0% of 3.9\u00a0M within 100\u00a0ms, 2 seconds',
    );
  });
});
