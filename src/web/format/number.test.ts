/** Numbers as people read them. */
import { describe, expect, it } from 'vitest';
import {
  bytesText,
  countText,
  durationText,
  percentText,
  shareOf,
  shareText,
  significant,
  targetText,
  valueText,
} from './number.ts';

/** Narrow no-break spaces as plain ones. */
function plain(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

describe('numbers', () => {
  it.each([
    [0, '0'],
    [12, '12'],
    [0.1234, '0.123'],
    [6.4, '6.4'],
    [99.96, '100'],
    [214.4, '214'],
    [1234, '1 230'],
    [-1.5, '−1.5'],
    [0.000_064, '<0.001'],
    [Number.NaN, '–'],
  ])('shows %f with three significant figures as "%s"', (value, text) => {
    expect(plain(significant(value))).toBe(text);
  });

  it.each([
    [0.004_54, '<0.01 ms'],
    [3, '3 ms'],
    [6420, '6 420 ms'],
    [9999, '10 000 ms'],
    [10_000, '10 s'],
    [12_340, '12.3 s'],
    [300_000, '5 min'],
    [7_200_000, '2 h'],
    [1_036_800_000, '12 d'],
    [null, '–'],
  ])('shows %s ms as "%s": ms below 10 s, s above', (value, text) => {
    expect(plain(durationText(value))).toBe(text);
  });

  it('counts exactly below ten thousand and with a unit above', () => {
    expect([3120, 9999, 88_400, 999_999, 5_920_000, null].map((value) => plain(countText(value)))).toEqual([
      '3 120',
      '9 999',
      '88.4 k',
      '1 M',
      '5.92 M',
      '–',
    ]);
  });

  it('takes GB as 10⁹ bytes', () => {
    expect(bytesText(500_000_000_000)).toBe('500 GB');
    expect(bytesText(61_400_000)).toBe('61.4 MB');
  });

  it('never rounds a share up to its target, nor to 100 %', () => {
    expect(shareText(0.949_96, 0.95)).toBe('94.996 %');
    expect(shareText(0.9496, 0.95)).toBe('94.96 %');
    expect(shareText(0.999_999_7, 0.999)).toBe('99.99997 %');
    expect(shareText(0.95, 0.95)).toBe('95.0 %');
    expect(shareText(1, 0.999)).toBe('100 %');
    expect(shareText(0.999_32, 0.999)).toBe('99.93 %');
  });

  it('shows a budget with its sign and no binary dust', () => {
    expect(percentText(-1.5714)).toBe('−157 %');
    expect(percentText(0.3)).toBe('30 %');
    expect(percentText(0.1 + 0.2)).toBe('30 %');
  });

  it('says a target as the document does', () => {
    expect([0.95, 0.999, 0.9995].map(targetText)).toEqual(['95 %', '99.9 %', '99.95 %']);
  });

  it('has no share without events', () => {
    expect(shareOf(0, 0)).toBeNull();
    expect(shareOf(null, 10)).toBeNull();
    expect(shareOf(9, 10)).toBe(0.9);
  });

  it('keeps the documented unit of a trigger', () => {
    expect(valueText(6.42, 's')).toBe('6.42 s');
    expect(valueText(100_000, 'connections')).toBe('100 k connections');
    expect(valueText(null, 's')).toBe('–');
  });
});
