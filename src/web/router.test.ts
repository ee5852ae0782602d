/** URLs and keys. */
import { describe, expect, it } from 'vitest';
import { keyStep } from './keyboard.ts';
import { parseRoute, pathOfPastedId, pathTo } from './router.ts';

describe('routes', () => {
  it.each([
    ['/', { page: 'overview' }],
    ['/extraction', { page: 'extraction', trigger: null }],
    ['/extraction/P1', { page: 'extraction', trigger: 'P1' }],
    ['/domains/', { page: 'domains' }],
    ['/correlations/abc', { page: 'correlation', id: 'abc' }],
    ['/map', { page: 'map' }],
    ['/logs', { page: 'logs' }],
    ['/logs/x', { page: 'missing' }],
    ['/map/x', { page: 'missing' }],
    ['/alerts', { page: 'alerts' }],
    ['/alerts/a-1', { page: 'alert', id: 'a-1' }],
    ['/probes/feed-loads', { page: 'probe', id: 'feed-loads' }],
    ['/rehearsals/', { page: 'rehearsals' }],
    ['/runbooks/objective-page', { page: 'runbook', id: 'objective-page' }],
    ['/constructor/x', { page: 'missing' }],
    ['/status', { page: 'status' }],
    ['/nowhere', { page: 'missing' }],
    ['/domains/a/b', { page: 'missing' }],
    ['/domains/%E0%A4%A', { page: 'missing' }],
  ])('reads %s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it('escapes ids, so that any id comes back', () => {
    const id = 'error-rate-per-service:a/b?c %';
    expect(parseRoute(pathTo.objective(id))).toEqual({ page: 'objective', id });
  });

  it('takes 32 hexadecimal digits for a trace and all else for a correlation', () => {
    expect(pathOfPastedId(' 4BF92F3577B34DA6A3CE929D0E0E4736 ')).toBe('/traces/4bf92f3577b34da6a3ce929d0e0e4736');
    expect(pathOfPastedId('01926f3e-7c1a-7d52-b1c4-9a50f9d1a3e7')).toBe(
      '/correlations/01926f3e-7c1a-7d52-b1c4-9a50f9d1a3e7',
    );
    expect(pathOfPastedId('  ')).toBeNull();
  });
});

describe('keys', () => {
  it('goes to a page after g, and forgets g after any other key', () => {
    expect(keyStep(false, 'g')).toEqual({ pending: true, action: null });
    expect(keyStep(true, 'e')).toEqual({ pending: false, action: { kind: 'go', path: '/extraction' } });
    expect(keyStep(true, 'j')).toEqual({ pending: false, action: null });
    expect(keyStep(false, 'e')).toEqual({ pending: false, action: null });
  });

  it.each([
    ['a', '/alerts'],
    ['p', '/probes'],
    ['r', '/rehearsals'],
    ['d', '/domains'],
    ['m', '/map'],
    ['l', '/logs'],
  ])('goes with g %s to %s', (key, path) => {
    expect(keyStep(true, key).action).toEqual({ kind: 'go', path });
  });

  it('moves by rows, searches and lists the keys', () => {
    expect(['j', 'k', '/', '?'].map((key) => keyStep(false, key).action)).toEqual([
      { kind: 'move', by: 1 },
      { kind: 'move', by: -1 },
      { kind: 'search' },
      { kind: 'help' },
    ]);
  });
});
