/** Times and words. */
import { describe, expect, it } from 'vitest';
import { absoluteText, ageText, agoText, dayText, windowText } from './time.ts';
import { listAtMost, listWords, numberWord } from './words.ts';

describe('times', () => {
  it.each([
    [-5000, 'now'],
    [26_400, '26 s'],
    [119_000, '119 s'],
    [180_000, '3 min'],
    [18_000_000, '5 h'],
    [1_036_800_000, '12 d'],
    [null, '–'],
  ])('shows an age of %s ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });

  it('says absolute times in UTC and nothing for none', () => {
    expect(absoluteText('2026-03-04T12:04:20.123Z')).toBe('2026-03-04 12:04:20 UTC');
    expect(dayText('2026-03-04')).toBe('4 Mar');
    expect([absoluteText(null), absoluteText('soon'), agoText(null)]).toEqual(['–', '–', '–']);
  });

  it('names windows', () => {
    expect(['30d', '1h', '5m', 'month'].map(windowText)).toEqual(['30 days', '1 hour', '5 min', 'month']);
  });
});

describe('words', () => {
  it('lists and counts', () => {
    expect(listWords(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listAtMost(['a', 'b', 'c'], 1)).toBe('a and 2 more');
    expect([0, 2, 14, 21].map(numberWord)).toEqual(['no', 'two', 'fourteen', '21']);
  });
});
