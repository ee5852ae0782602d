/** Outgoing requests that carry correlation and trace, but only to the hosts that the app named. */
import { outgoingHeaders } from './outgoing.ts';
import { runtime } from './runtime.ts';

export type Fetch = typeof globalThis.fetch;

/** Behaves as `send`; headers that the app sets itself are kept. */
export function propagatingFetch(send: Fetch): Fetch {
  return (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const own = outgoingHeaders();
    if (own === null || !mayLeaveFor(url, runtime?.propagateTo ?? [])) return send(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    for (const [name, value] of Object.entries(own)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    return send(input, { ...init, headers });
  };
}

/** `allowed` holds `host` (any port) or `host:port`; a relative or unreadable address is not allowed. */
export function mayLeaveFor(url: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  const { host, hostname } = new URL(url);
  return allowed.some((entry) => entry.toLowerCase() === host || entry.toLowerCase() === hostname);
}
