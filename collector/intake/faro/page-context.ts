/** Who and where: what the `meta` of a Faro body says, in the words of everything that is stored. */
import { createHmac } from 'node:crypto';
import { attribute } from '../../../src/kernel/conventions.ts';
import { isCorrelationId } from '../../../src/kernel/ids.ts';
import type { FaroApp, FaroIntakeOptions } from './options.ts';
import type { AttributeValue } from './otlp-json.ts';
import type { FaroMeta } from './payload.ts';

/** The same for every record of one body. */
export interface PageContext {
  readonly serviceName: string;
  /** The page as a label: its id, else its path with ids taken out. */
  readonly page: string;
  /** The domain that the page says it belongs to. */
  readonly domain: string | null;
  readonly correlationId: string | null;
  /** Null when there is none or when it is no id. */
  readonly sessionId: string | null;
  readonly hasBadSession: boolean;
  /** What a span or a log record gets. */
  readonly place: Readonly<Record<string, AttributeValue>>;
  /** What their resource gets. */
  readonly resource: Readonly<Record<string, AttributeValue>>;
}

/** How the resource of everything that a browser sent is marked. */
export const telemetrySource = 'faro';

const sessionForm = /^[a-zA-Z0-9_.@:-]{1,128}$/;
const domainForm = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const longestPage = 120;

/** Names, mail addresses and free attributes of users are left out; `hashUserIds` keeps the id itself out too. */
export function readContext(meta: FaroMeta, app: FaroApp, hashUserIds: FaroIntakeOptions['hashUserIds']): PageContext {
  const session = meta.session?.id ?? null;
  const isSession = session !== null && sessionForm.test(session);
  const url = cleanUrl(meta.page?.url);
  const page = (meta.page?.id ?? (url === null ? '' : templateOf(new URL(url).pathname))).slice(0, longestPage);
  const domain = meta.page?.attributes?.[attribute.domain];
  const correlationId = meta.page?.attributes?.correlation_id;
  return {
    serviceName: (app.name ?? meta.app?.name ?? 'browser').slice(0, longestPage),
    page: page === '' ? 'unknown' : page,
    domain: typeof domain === 'string' && domainForm.test(domain) ? domain : null,
    correlationId: isCorrelationId(correlationId) ? correlationId : null,
    sessionId: isSession ? session : null,
    hasBadSession: session !== null && !isSession,
    place: {
      [attribute.sessionId]: isSession ? session : null,
      [attribute.page]: page,
      [attribute.pageUrl]: url,
      [attribute.viewName]: meta.view?.name,
      [attribute.userId]: userOf(meta, hashUserIds ?? null),
    },
    resource: resourceOf(meta, app, isSession ? session : null),
  };
}

function resourceOf(meta: FaroMeta, app: FaroApp, session: string | null): Record<string, AttributeValue> {
  const { app: said, browser, sdk } = meta;
  return {
    [attribute.serviceName]: (app.name ?? said?.name ?? 'browser').slice(0, longestPage),
    'service.namespace': said?.namespace,
    'service.version': said?.version ?? said?.release,
    'deployment.environment.name': said?.environment,
    [attribute.telemetrySource]: telemetrySource,
    [attribute.sessionId]: session,
    'browser.name': browser?.name,
    'browser.version': browser?.version,
    'browser.platform': browser?.os,
    'browser.language': browser?.language,
    'browser.mobile': browser?.mobile,
    'browser.brands': brandsOf(browser?.brands),
    'telemetry.sdk.name': sdk?.name ?? 'faro',
    'telemetry.sdk.version': sdk?.version,
    'telemetry.sdk.language': 'webjs',
  };
}

function brandsOf(brands: NonNullable<FaroMeta['browser']>['brands']): string | undefined {
  if (brands === undefined || typeof brands === 'string') return brands;
  return brands.map(({ brand, version }) => [brand, version].filter(Boolean).join(' ')).join(', ');
}

function userOf({ user }: FaroMeta, hashing: { readonly key: string } | null): string | null {
  const id = user?.id ?? null;
  if (id === null || hashing === null) return id ?? user?.hash ?? null;
  return createHmac('sha256', hashing.key).update(id).digest('hex').slice(0, 32);
}

/** Without query, fragment and credentials: they hold what a user typed, and secrets. */
function cleanUrl(text: string | undefined): string | null {
  const url = text === undefined ? null : URL.parse(text);
  return url === null ? null : `${url.origin === 'null' ? `${url.protocol}//` : url.origin}${url.pathname}`;
}

/** `/posts/1234/edit` → `/posts/:id/edit`: one page, however many posts there are. */
export function templateOf(path: string): string {
  const parts = path.split('/').map((part) => (isIdLike(part) ? ':id' : part));
  return parts.length > 9 ? `${parts.slice(0, 9).join('/')}/…` : parts.join('/');
}

function isIdLike(part: string): boolean {
  return (
    /^\d+$/.test(part) || /^[0-9a-fA-F-]{16,}$/.test(part) || (part.length > 20 && /\d/.test(part)) || part.length > 48
  );
}
