/** Real URLs: a path to a page and back. Pure; the browser's history is in location.ts. */

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'objective'; readonly id: string }
  | { readonly page: 'extraction'; readonly trigger: string | null }
  | { readonly page: 'domains' }
  | { readonly page: 'domain'; readonly id: string }
  | { readonly page: 'map' }
  | { readonly page: 'traces' }
  | { readonly page: 'trace'; readonly id: string }
  | { readonly page: 'correlation'; readonly id: string }
  | { readonly page: 'logs' }
  | { readonly page: 'alerts' }
  | { readonly page: 'alert'; readonly id: string }
  | { readonly page: 'probes' }
  | { readonly page: 'probe'; readonly id: string }
  | { readonly page: 'rehearsals' }
  | { readonly page: 'rehearsal'; readonly id: string }
  | { readonly page: 'runbooks' }
  | { readonly page: 'runbook'; readonly id: string }
  | { readonly page: 'status' }
  | { readonly page: 'missing' };

/** The path of a page; ids are escaped. */
export const pathTo = {
  overview: '/',
  extraction: '/extraction',
  domains: '/domains',
  map: '/map',
  traces: '/traces',
  logs: '/logs',
  alerts: '/alerts',
  probes: '/probes',
  rehearsals: '/rehearsals',
  runbooks: '/runbooks',
  status: '/status',
  objective: (id: string) => `/objectives/${encodeURIComponent(id)}`,
  trigger: (id: string) => `/extraction/${encodeURIComponent(id)}`,
  domain: (id: string) => `/domains/${encodeURIComponent(id)}`,
  alert: (id: string) => `/alerts/${encodeURIComponent(id)}`,
  probe: (id: string) => `/probes/${encodeURIComponent(id)}`,
  rehearsal: (id: string) => `/rehearsals/${encodeURIComponent(id)}`,
  runbook: (id: string) => `/runbooks/${encodeURIComponent(id)}`,
  trace: (id: string) => `/traces/${encodeURIComponent(id)}`,
  correlation: (id: string) => `/correlations/${encodeURIComponent(id)}`,
} as const;

/** The page of a path (without query); anything else is `missing`. A trailing slash is tolerated. */
export function parseRoute(path: string): Route {
  const [head = '', raw = '', ...rest] = path.split('/').slice(1);
  if (rest.some((part) => part !== '')) return { page: 'missing' };
  const id = decode(raw);
  if (id === null) return { page: 'missing' };
  if (id === '') return pageOf(head);
  return pageWithId(head, id);
}

/** Where a pasted id leads: 32 hexadecimal digits are a trace, anything else a correlation; empty leads nowhere. */
export function pathOfPastedId(text: string): string | null {
  const id = text.trim();
  if (id === '') return null;
  return /^[0-9a-f]{32}$/i.test(id) ? pathTo.trace(id.toLowerCase()) : pathTo.correlation(id);
}

const lists = ['domains', 'map', 'traces', 'logs', 'alerts', 'probes', 'rehearsals', 'runbooks', 'status'] as const;

/** The page of one thing, by the folder it stands in. */
const pageOfOne = {
  objectives: 'objective',
  domains: 'domain',
  traces: 'trace',
  correlations: 'correlation',
  alerts: 'alert',
  probes: 'probe',
  rehearsals: 'rehearsal',
  runbooks: 'runbook',
} as const;

function pageOf(head: string): Route {
  if (head === '' || head === 'objectives') return { page: 'overview' };
  if (head === 'extraction') return { page: 'extraction', trigger: null };
  const list = lists.find((one) => one === head);
  return { page: list ?? 'missing' };
}

function pageWithId(head: string, id: string): Route {
  if (head === 'extraction') return { page: 'extraction', trigger: id };
  return isFolder(head) ? { page: pageOfOne[head], id } : { page: 'missing' };
}

function isFolder(head: string): head is keyof typeof pageOfOne {
  return Object.hasOwn(pageOfOne, head);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
