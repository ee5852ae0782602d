/** The part of the configuration that names web applications. */
import { expect, test } from 'vitest';
import { AppError } from '../../../src/kernel/errors.ts';
import { parseFaro } from './section.ts';

test('the section of the configuration: keys, names and origins; refusals say what to write', () => {
  expect(parseFaro({ apps: [{ key: 'k'.repeat(16), origins: ['https://Shop.example.org/'] }] }, 'faro')).toEqual([
    { key: 'k'.repeat(16), name: null, origins: ['https://shop.example.org'] },
  ]);
  expect(parseFaro(undefined, 'faro')).toEqual([]);
  const refusal = (app: object) => {
    try {
      return parseFaro({ apps: [app] }, 'faro');
    } catch (error) {
      return error instanceof AppError ? error.message : error;
    }
  };
  expect(refusal({ origins: ['*'] })).toBe(
    'faro: apps[0].origins[0] "*" would let every page on the web send; name the origins, such as https://app.example.org',
  );
  expect(refusal({ origins: ['shop.example.org'] })).toBe(
    'faro: apps[0].origins[0] "shop.example.org" is not an origin; write scheme and host, such as https://app.example.org',
  );
  expect(refusal({ keys: 'x' })).toContain('unknown key "keys"');
  expect(refusal({ key: 'secret' })).not.toContain('secret');
});
