/**
 * For web pages: one correlation ID and one trace for each page view and each action of the user, sent with the requests that the page
 * makes and noted in everything that Faro reports. Runs in browsers; no framework, nothing of Node.
 */

import { type Clock, systemClock } from '../kernel/clock.ts';
import { attribute, browserMeasurement, header } from '../kernel/conventions.ts';
import { type BrowserSpan, spanRequest } from './browser-span.ts';
import type { FaroLike } from './faro-like.ts';
import { formatTraceparent } from './trace-context.ts';

export type { FaroLike } from './faro-like.ts';

type Fetch = typeof globalThis.fetch;

/** All optional. */
export interface BrowserOptions {
  /** Hosts (`host` or `host:port`) whose requests carry correlation and trace; default the page's own. */
  readonly propagateTo?: readonly string[];
  /** The domain that the page belongs to, and its name among the pages; the name's default is the path without ids. */
  readonly domain?: string;
  readonly page?: string;
  /** Default the page's address; read at each request and report. */
  readonly location?: () => string;
  readonly fetch?: Fetch;
  readonly clock?: Clock;
  /** Fills bytes with randomness. */
  readonly random?: (target: Uint8Array<ArrayBuffer>) => void;
}

/** One page view or one action: everything under it shares a correlation ID and a trace. */
export interface BrowserAction {
  readonly name: string;
  readonly correlationId: string;
  readonly traceId: string;
  /** Belongs to this action whatever has begun since. Rejects as the browser's own does, and only then. */
  readonly fetch: Fetch;
}

/** The page's side of the correlation. Its own failures never reach the page. */
export interface BrowserSeam {
  /** The present action: what has begun last. */
  readonly current: () => BrowserAction;
  /** A request of the present action; also fits `globalThis.fetch = seam.fetch`. */
  readonly fetch: Fetch;
  /** Runs `work` as an action of its own and times it until it settles. */
  readonly run: <T>(name: string, work: (action: BrowserAction) => T | Promise<T>) => Promise<T>;
  /** Begins another page view without loading a document. */
  readonly beginPage: (place?: { readonly page?: string; readonly domain?: string }) => void;
  /** Call it once the content stands: measures what the user has waited for since the page view began. */
  readonly pageReady: () => void;
  /** From now on Faro's reports carry correlation, page and trace, and the requests are sent to it as spans. */
  readonly connect: (faro: FaroLike) => void;
}

interface OpenAction extends BrowserAction {
  readonly rootSpanId: string;
  readonly startMs: number;
}

/** Kept until Faro is there. */
const mostWaiting = 100;
/** Where Faro itself sends; a request about a request would never end. */
const reporting = /\/collect(?:\/[^/]*)?$/;

/** One per document; the page view has begun when the document was asked for. */
export function createBrowserSeam(options: BrowserOptions = {}): BrowserSeam {
  return new Seam(options);
}

class Seam implements BrowserSeam {
  readonly #send: Fetch;
  readonly #clock: Clock;
  readonly #random: (target: Uint8Array<ArrayBuffer>) => void;
  readonly #location: () => string;
  readonly #options: BrowserOptions;
  #place: { readonly page?: string; readonly domain?: string };
  #view: OpenAction;
  #current: OpenAction;
  #isReady = false;
  #faro: FaroLike | null = null;
  #waiting: ((faro: FaroLike) => void)[] = [];

  constructor(options: BrowserOptions) {
    this.#options = options;
    this.#send = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? ((target) => globalThis.crypto.getRandomValues(target));
    this.#location = options.location ?? pageAddress;
    this.#place = options;
    this.#view = this.#open('page', this.#clock.nowMs() - this.#clock.monotonicMs());
    this.#current = this.#view;
  }

  readonly current = (): BrowserAction => this.#current;

  readonly fetch: Fetch = (input, init) => this.#request(this.#current, input, init);

  readonly run = async <T>(name: string, work: (action: BrowserAction) => T | Promise<T>): Promise<T> => {
    const action = this.#open(name, this.#clock.nowMs());
    this.#current = action;
    const begunMs = this.#clock.monotonicMs();
    let isError = true;
    try {
      const result = await work(action);
      isError = false;
      return result;
    } finally {
      const duration = this.#clock.monotonicMs() - begunMs;
      this.#finish(action, duration, isError);
      this.#measure(browserMeasurement.interaction, duration, { action: name, correlation_id: action.correlationId });
    }
  };

  readonly beginPage = (place: { readonly page?: string; readonly domain?: string } = {}): void => {
    this.#place = place;
    this.#isReady = false;
    this.#view = this.#open('page', this.#clock.nowMs());
    this.#current = this.#view;
  };

  readonly pageReady = (): void => {
    if (this.#isReady) return;
    this.#isReady = true;
    const duration = Math.max(0, this.#clock.nowMs() - this.#view.startMs);
    this.#finish(this.#view, duration, false);
    this.#measure(browserMeasurement.pageLoad, duration, { correlation_id: this.#view.correlationId });
  };

  readonly connect = (faro: FaroLike): void => {
    quietly(() => {
      faro.metas.add(() => ({ page: this.#pageMeta() }));
      const trace = { getSpanContext: () => ({ traceId: this.#current.traceId, spanId: this.#current.rootSpanId }) };
      faro.api.initOTEL(trace as never, { active: () => null } as never);
      this.#faro = faro;
      for (const report of this.#waiting) report(faro);
      this.#waiting = [];
    });
  };

  #pageMeta(): object {
    const { page, domain } = this.#place;
    return {
      url: this.#location(),
      ...(page === undefined ? {} : { id: page }),
      attributes: {
        correlation_id: this.#current.correlationId,
        ...(domain === undefined ? {} : { [attribute.domain]: domain }),
      },
    };
  }

  #open(name: string, startMs: number): OpenAction {
    const action: OpenAction = {
      name,
      correlationId: `web-${this.#hex(12)}`,
      traceId: this.#hex(16),
      rootSpanId: this.#hex(8),
      startMs,
      fetch: (input, init) => this.#request(action, input, init),
    };
    return action;
  }

  async #request(action: OpenAction, input: Parameters<Fetch>[0], init: Parameters<Fetch>[1]): Promise<Response> {
    const url = this.#carriedTo(input);
    if (url === null) return this.#send(input, init);
    const spanId = this.#hex(8);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const own = {
      [header.correlationId]: action.correlationId,
      [header.traceparent]: formatTraceparent(action.traceId, spanId, true),
    };
    for (const [name, value] of Object.entries(own)) if (!headers.has(name)) headers.set(name, value);
    const startMs = this.#clock.nowMs();
    const begunMs = this.#clock.monotonicMs();
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const note = (status: number | null): void => {
      const endMs = startMs + this.#clock.monotonicMs() - begunMs;
      const isError = status === null || status >= 400;
      const answered = status === null ? {} : { 'http.response.status_code': status };
      const attributes = { 'http.request.method': method, 'url.path': url.pathname, 'server.address': url.hostname };
      const times = { startMs, endMs, isError };
      const ids = { spanId, parentSpanId: action.rootSpanId };
      this.#push(action, { name: method, kind: 3, ...ids, ...times, attributes: { ...attributes, ...answered } });
    };
    try {
      const response = await this.#send(input, { ...init, headers });
      note(response.status);
      return response;
    } catch (error) {
      note(null);
      throw error;
    }
  }

  /** The address when correlation may leave for it, else null. */
  #carriedTo(input: Parameters<Fetch>[0]): URL | null {
    const here = URL.parse(this.#location());
    const url = URL.parse(input instanceof Request ? input.url : String(input), here ?? undefined);
    if (url === null || reporting.test(url.pathname)) return null;
    const allowed = this.#options.propagateTo ?? (here === null ? [] : [here.host]);
    const isAllowed = allowed.some((host) => host.toLowerCase() === url.host || host.toLowerCase() === url.hostname);
    return isAllowed ? url : null;
  }

  #finish(action: OpenAction, durationMs: number, isError: boolean): void {
    const { name, startMs, rootSpanId: spanId } = action;
    const times = { startMs, endMs: startMs + durationMs, isError };
    this.#push(action, { name, kind: 1, spanId, parentSpanId: null, ...times, attributes: {} });
  }

  #push(action: OpenAction, span: BrowserSpan): void {
    const traces = spanRequest(action, span);
    this.#report((faro) => faro.api.pushTraces(traces as never));
  }

  #measure(type: string, duration: number, context: Record<string, string>): void {
    this.#report((faro) => faro.api.pushMeasurement({ type, values: { duration } }, { context, skipDedupe: true }));
  }

  #report(report: (faro: FaroLike) => void): void {
    const faro = this.#faro;
    if (faro !== null) quietly(() => report(faro));
    else if (this.#waiting.length < mostWaiting) this.#waiting.push(report);
  }

  #hex(bytes: number): string {
    const target = new Uint8Array(bytes);
    this.#random(target);
    return Array.from(target, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

function pageAddress(): string {
  const place: unknown = Reflect.get(globalThis, 'location');
  return typeof place === 'object' && place !== null ? String(Reflect.get(place, 'href')) : '';
}

/** A report that fails must not break the page. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing that a page could do about it.
  }
}
