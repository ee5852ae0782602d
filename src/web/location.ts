/** The browser's history as a value: where we are, how to go elsewhere, ordinary links without a reload. */
import { useSyncExternalStore } from './external-store.ts';

const listeners = new Set<() => void>();

/** Path and query as one string, so that it compares by value. */
function here(): string {
  return window.location.pathname + window.location.search;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce(): void {
  for (const listener of listeners) listener();
}

/** Goes to a path of this console; `replace` leaves no step in the history. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  if (path === here()) return;
  if (options.replace === true) window.history.replaceState(null, '', path);
  else window.history.pushState(null, '', path);
  announce();
}

/** The path and the query of the moment; re-renders on change. */
export function useLocation(): { readonly path: string; readonly query: URLSearchParams } {
  const url = new URL(useSyncExternalStore(subscribe, here), window.location.origin);
  return { path: url.pathname, query: url.searchParams };
}

/** Makes ordinary links within the console change the page without a reload; call once. */
export function followLinks(): void {
  window.addEventListener('popstate', announce);
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const href = link?.getAttribute('href') ?? '';
    if (link?.target !== '' || !href.startsWith('/') || href.startsWith('/api/')) return;
    event.preventDefault();
    navigate(href);
  });
}
