/** Who may send: the app by its key, the page by its origin. Decided from the head of the request alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../src/kernel/errors.ts';
import type { FaroApp } from './options.ts';

/** The head of a request, as far as it matters here. */
export interface Caller {
  readonly key: string | null;
  readonly origin: string | null;
  readonly host: string;
  readonly isLoopback: boolean;
}

export interface AllowedApps {
  /** @throws UNAUTHENTICATED, FORBIDDEN */
  readonly appOf: (caller: Caller) => FaroApp;
  /** True when pages of this origin may send to any app, or are of this very server. */
  readonly isKnownOrigin: (origin: string, host: string) => boolean;
}

/** What is taken when nothing is configured. */
const localApp: FaroApp = { key: null, name: null, origins: [] };

/** `origins` may send to every app; the list may grow. */
export function allowApps(configured: readonly FaroApp[], origins: readonly string[]): AllowedApps {
  const apps = configured.length === 0 ? [localApp] : configured;
  const keyed = apps.flatMap((app) => (app.key === null ? [] : [{ app, digest: digestOf(app.key) }]));
  const open = apps.filter((app) => app.key === null);
  const mayCome = (app: FaroApp, origin: string, host: string): boolean =>
    app.origins.includes(origin) || origins.includes(origin) || isOwnOrigin(origin, host);
  const appOf = (caller: Caller): FaroApp => {
    const candidates = caller.key === null ? open : keyedBy(keyed, caller.key);
    if (candidates.length === 0) throw unauthenticated(caller.key);
    const { origin, host } = caller;
    const app = origin === null ? candidates[0] : candidates.find((one) => mayCome(one, origin, host));
    if (app === undefined) {
      const message = `pages of ${String(origin).slice(0, 120)} may not send here; add the origin to faro.apps or cors`;
      throw new AppError('FORBIDDEN', message);
    }
    if (app.key === null && !caller.isLoopback) {
      const message =
        'an app without a key is taken from this machine only; give it a key in faro.apps and send it as x-api-key';
      throw new AppError('UNAUTHENTICATED', message);
    }
    return app;
  };
  return { appOf, isKnownOrigin: (origin, host) => apps.some((app) => mayCome(app, origin, host)) };
}

/** Looks at every key, whichever matches. */
function keyedBy(keyed: readonly { readonly app: FaroApp; readonly digest: Buffer }[], key: string): FaroApp[] {
  const sent = digestOf(key);
  return keyed.filter(({ digest }) => timingSafeEqual(digest, sent)).map(({ app }) => app);
}

function unauthenticated(key: string | null): AppError {
  const message =
    key === null
      ? 'a key is needed here; send it as x-api-key or as the end of the path'
      : 'this key belongs to no app; compare it with faro.apps';
  return new AppError('UNAUTHENTICATED', message);
}

/** Of equal length whatever was sent. */
function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function isOwnOrigin(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
