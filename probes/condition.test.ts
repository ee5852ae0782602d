/** What fits a JSON condition, and how a mismatch is told. */
import { describe, expect, it } from 'vitest';
import { faultOfCondition, mismatchOf } from './condition.ts';
import { isJsonPath, readPath } from './json-path.ts';
import { brokenTemplatesIn, fillText, fillValue, namesIn } from './template.ts';

describe('mismatchOf', () => {
  it.each([
    ['equal texts', 'ok', 'ok'],
    ['null', null, null],
    ['an object with more keys than asked for', { id: 4 }, { id: 4, name: 'x' }],
    ['a list of the same length', [1, { a: 2 }], [1, { a: 2, b: 3 }]],
    [
      'a list that contains one like it',
      { contains: { id: 4, kind: 'post' } },
      [{ id: 3 }, { id: 4, kind: 'post', title: '' }],
    ],
    ['a list that is long enough', { minItems: 2 }, [1, 2]],
    ['something that must not be there and is not', { exists: false }, undefined],
    ['an object that has operator names beside others', { contains: 1, more: 2 }, { contains: 1, more: 2 }],
  ])('accepts %s', (_name, condition, actual) => {
    expect(mismatchOf(condition, actual, '$')).toBeNull();
  });

  it.each([
    ['text for a number', 4, '4', '$.id is "4", not 4'],
    ['a missing value', 4, undefined, '$.id is missing, expected 4'],
    ['a value inside', { a: { b: 1 } }, { a: { b: 2 } }, '$.id.a.b is 2, not 1'],
    ['an inherited property', { toString: 1 }, {}, '$.id.toString is missing, expected 1'],
    ['a shorter list', [1, 2], [1], '$.id has 1 element, expected 2'],
    ['no list', { minItems: 1 }, { length: 4 }, '$.id is {"length":4}, not a list'],
    ['a list without it', { contains: { id: 4 } }, [{ id: 5 }], '$.id has 1 element, none like {"id":4}'],
    ['too few', { minItems: 1 }, [], '$.id has 0 elements, expected at least 1'],
    ['something that must not be there', { exists: false }, 1, '$.id is there and must not be'],
  ])('refuses %s', (_name, condition, actual, message) => {
    expect(mismatchOf(condition, actual, '$.id')).toBe(message);
  });

  it('finds operators that are written wrong', () => {
    expect(faultOfCondition({ minItems: 'two' })).toBe('minItems must be a whole number');
    expect(faultOfCondition({ exists: 1 })).toBe('exists must be true or false');
  });
});

describe('JSON paths', () => {
  it.each(['$', '$.id', '$.items[0].id', '$[2]', '$.user-name'])('understand %s', (path) => {
    expect(isJsonPath(path)).toBe(true);
  });

  it.each(['id', '$..id', '$.items[*]', '$.items[-1]', '$.', '$[0', "$['id']"])('refuse %s', (path) => {
    expect(isJsonPath(path)).toBe(false);
  });

  it('read own values only, and nothing where nothing is', () => {
    const value = { items: [{ id: 7 }] };
    expect(readPath(value, '$.items[0].id')).toBe(7);
    expect(readPath(value, '$.items[1].id')).toBeUndefined();
    expect(readPath(value, '$.items.length')).toBeUndefined();
    expect(readPath(value, '$.constructor')).toBeUndefined();
    expect(readPath(value, '$')).toBe(value);
  });
});

describe('templates', () => {
  const values = new Map<string, unknown>([
    ['id', 7],
    ['text', 'a b/c'],
  ]);

  it('keep a number a number when they stand alone, and make text of it inside text', () => {
    expect(fillValue({ id: '{{id}}', note: 'post {{ id }}', list: ['{{text}}'] }, values)).toEqual({
      id: 7,
      note: 'post 7',
      list: ['a b/c'],
    });
  });

  it('encode what goes into an address', () => {
    expect(fillText('/search?q={{text}}&id={{id}}', values, encodeURIComponent)).toBe('/search?q=a%20b%2Fc&id=7');
  });

  it('name what they use, and what looks like one and is none', () => {
    expect(namesIn({ url: '/a/{{id}}', json: [{ text: '{{id}} {{text}}' }] })).toEqual(['id', 'text']);
    expect(brokenTemplatesIn(['{{a.b}}', '{{ok}}', '{{}}'])).toEqual(['{{a.b}}', '{{}}']);
  });
});
