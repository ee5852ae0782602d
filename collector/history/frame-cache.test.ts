/** The cache of open frames: bounded by bytes, the least recently used goes first. */
import { describe, expect, it } from 'vitest';
import { createByteCache } from './frame-cache.ts';

describe('a byte cache', () => {
  it('makes a value once and drops the least recently used beyond its bytes', () => {
    const made: string[] = [];
    const cache = createByteCache<string>(10, (value) => value.length);
    const get = (key: string, value: string): string =>
      cache.getOrMake(key, () => {
        made.push(key);
        return value;
      });
    get('a', '1234');
    get('b', '1234');
    get('a', '1234');
    get('c', '1234');
    get('a', '1234');
    get('b', '1234');
    expect(made).toEqual(['a', 'b', 'c', 'b']);
  });

  it('does not keep a value that would push out most of the others', () => {
    let made = 0;
    const cache = createByteCache<string>(10, (value) => value.length);
    for (let round = 0; round < 2; round += 1) {
      cache.getOrMake('large', () => {
        made += 1;
        return '123456';
      });
    }
    expect(made).toBe(2);
  });

  it('says which values made room', () => {
    const gone: string[] = [];
    const cache = createByteCache<string>(
      10,
      (value) => value.length,
      (value) => gone.push(value),
    );
    for (const value of ['1234', '5678', '90ab', 'much too long']) cache.getOrMake(value, () => value);
    expect(gone).toEqual(['1234']);
  });
});
