/** Attribute values for people. */
import { expect, it } from 'vitest';
import { pathToAttribute, shownValue } from './attribute-value.ts';

it.each([
  ['text', 'GET', { text: 'GET', isBlock: false, note: null }],
  ['no text', '', { text: '', isBlock: false, note: 'empty' }],
  ['a number', 503, { text: '503', isBlock: false, note: null }],
  ['nothing', null, { text: 'null', isBlock: false, note: null }],
  ['bytes', { bytes: 'AQL6' }, { text: 'AQL6', isBlock: false, note: '3 bytes, base64' }],
  ['bytes with an end', { bytes: 'AQ==' }, { text: 'AQ==', isBlock: false, note: '1 byte, base64' }],
  ['a short list', ['a', 2], { text: '["a",2]', isBlock: false, note: null }],
  ['several lines', 'a\nb', { text: 'a\nb', isBlock: true, note: null }],
])('shows %s', (_what, value, shown) => {
  expect(shownValue(value)).toEqual(shown);
});

it('gives a long map a line for each entry', () => {
  const { text, isBlock } = shownValue({ address: { city: 'Bern', zip: 3000 }, lines: ['first', 'second'] });
  expect(isBlock).toBe(true);
  expect(text.split('\n').length).toBeGreaterThan(6);
});

it('leads to the traces that carry the same', () => {
  expect(pathToAttribute('user', 'a=b&c')).toBe('/traces?attribute=user%3Da%3Db%26c');
  expect(pathToAttribute('raw', { bytes: 'AQL6' })).toBe('/traces?attribute=raw%3DAQL6');
  expect(pathToAttribute('list', ['a', 2])).toBe('/traces?attribute=list%3D%5B%22a%22%2C2%5D');
});
