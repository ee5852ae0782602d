/** Tags against known values, so that a scanner in any language can be held to them. */
import { describe, expect, it } from 'vitest';
import { textTag, traceTag } from './tags.ts';

describe('a tag', () => {
  it('of a text is its FNV-1a hash (values from the authors of FNV)', () => {
    const tagOf = (text: string): string => textTag(Buffer.from(text), 0, Buffer.byteLength(text)).toString(16);
    expect(['', 'a', 'foobar'].map(tagOf)).toEqual(['811c9dc5', 'e40c292c', 'bf9cf968']);
  });

  it('of a text reads only [start, end)', () => {
    expect(textTag(Buffer.from('xxfoobarxx'), 2, 8)).toBe(0xbf9cf968);
  });

  it('of a trace id XORs its first and last four bytes, little-endian, and is never negative', () => {
    const bytes = Buffer.from(`ff${'01020384'}${'aa'.repeat(8)}${'10203000'}`, 'hex');
    expect(traceTag(bytes, 1)).toBe(0x84332211);
  });
});
