/** Keys to actions, as a pure step; keyboard-listener.ts carries them out. */
import { pathTo } from './router.ts';

export type KeyAction =
  | { readonly kind: 'go'; readonly path: string }
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  | { readonly kind: 'search' | 'help' | 'close' };

/** `pending` is true after a first `g`. */
export interface KeyStep {
  readonly pending: boolean;
  readonly action: KeyAction | null;
}

const pages: Readonly<Record<string, string>> = {
  o: pathTo.overview,
  e: pathTo.extraction,
  d: pathTo.domains,
  m: pathTo.map,
  t: pathTo.traces,
  l: pathTo.logs,
  p: pathTo.probes,
  a: pathTo.alerts,
  r: pathTo.rehearsals,
  s: pathTo.status,
};

/** What the keys do, for the list behind `?`. */
export const keyList: readonly (readonly [string, string])[] = [
  ['/', 'search: paste any trace or correlation ID'],
  ['g o', 'overview'],
  ['g a', 'alerts'],
  ['g p', 'probes'],
  ['g d', 'domains'],
  ['g m', 'map of the domains'],
  ['g t', 'traces'],
  ['g l', 'logs'],
  ['g e', 'extraction board'],
  ['g r', 'rehearsals'],
  ['g s', 'status'],
  ['j  k', 'next and previous row'],
  ['Enter', 'open the row'],
  ['?', 'this list'],
  ['Esc', 'close, or leave the search'],
];

/** One key pressed outside of a text field. */
export function keyStep(pending: boolean, key: string): KeyStep {
  if (pending) {
    const path = pages[key];
    return { pending: false, action: path === undefined ? null : { kind: 'go', path } };
  }
  if (key === 'g') return { pending: true, action: null };
  if (key === 'j' || key === 'k') return { pending: false, action: { kind: 'move', by: key === 'j' ? 1 : -1 } };
  if (key === '/') return { pending: false, action: { kind: 'search' } };
  if (key === '?') return { pending: false, action: { kind: 'help' } };
  if (key === 'Escape') return { pending: false, action: { kind: 'close' } };
  return { pending: false, action: null };
}
