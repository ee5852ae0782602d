/** Who may send, decided from the head of a request. */
import { expect, test } from 'vitest';
import { allowApps, type Caller } from './allowed-apps.ts';

const caller: Caller = { key: null, origin: null, host: 'watch.example.org', isLoopback: true };
const open = { key: null, name: null, origins: ['https://a.example'] };
const keyed = { key: 'k'.repeat(16), name: 'shop', origins: ['https://b.example'] };

test('without a key only this machine may send, whatever the origin', () => {
  const { appOf } = allowApps([open], []);
  expect(appOf(caller)).toBe(open);
  expect(() => appOf({ ...caller, isLoopback: false })).toThrow('is taken from this machine only');
  expect(() => appOf({ ...caller, isLoopback: false, origin: 'https://a.example' })).toThrow('from this machine only');
  expect(allowApps([], []).appOf(caller)).toMatchObject({ key: null });
});

test('a key is good from anywhere, but from a browser only on pages of its app', () => {
  const { appOf } = allowApps([open, keyed], ['https://all.example']);
  const far = { ...caller, isLoopback: false, key: keyed.key };
  expect(appOf(far)).toBe(keyed);
  expect(appOf({ ...far, origin: 'https://b.example' })).toBe(keyed);
  expect(appOf({ ...far, origin: 'https://all.example' })).toBe(keyed);
  expect(appOf({ ...far, origin: 'https://watch.example.org' })).toBe(keyed);
  expect(() => appOf({ ...far, origin: 'https://a.example' })).toThrow('pages of https://a.example may not send here');
  expect(() => appOf({ ...far, origin: 'null' })).toThrow('may not send here');
  expect(() => appOf({ ...far, key: `${keyed.key}k` })).toThrow('this key belongs to no app');
});

test('where every app has a key, who sends none is refused', () => {
  expect(() => allowApps([keyed], []).appOf(caller)).toThrow('a key is needed here');
});
