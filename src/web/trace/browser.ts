/** The part of a trace that ran in a browser. Pure. */
import type { Span, Trace } from '../../contract/index.ts';
import { freeOf, type Interval } from './interval.ts';

const browserKeys = ['resource.session.id', 'session.id'];

/** True for a span that a browser sent: by its SDK, by what its resource says of a browser, or by the session of a page. */
export function isInBrowser({ attributes }: Pick<Span, 'attributes'>): boolean {
  if (attributes['resource.telemetry.sdk.language'] === 'webjs') return true;
  if (browserKeys.some((key) => attributes[key] !== undefined && attributes[key] !== null)) return true;
  return Object.keys(attributes).some((key) => key.startsWith('resource.browser.'));
}

/** How long the browser was at it, and for how much of that a backend was; null without a browser. */
export interface BrowserPart {
  readonly browserMs: number;
  /** 0 when nothing of a backend is kept. */
  readonly backendMs: number;
  /** The page, by its path's template or its name; null when it is not told. */
  readonly page: string | null;
}

/** Over all traces together; time in which several spans ran counts once. */
export function browserPartOf(traces: readonly Pick<Trace, 'spans'>[]): BrowserPart | null {
  const spans = traces.flatMap((trace) => trace.spans);
  const inside = spans.filter(isInBrowser);
  if (inside.length === 0) return null;
  const pages = inside.flatMap(({ attributes: { page } }) => (typeof page === 'string' && page !== '' ? [page] : []));
  return {
    browserMs: covered(inside),
    backendMs: covered(spans.filter((span) => !isInBrowser(span))),
    page: pages[0] ?? null,
  };
}

function covered(spans: readonly Span[]): number {
  if (spans.length === 0) return 0;
  const origin = spans.reduce(
    (least, { startTimeUnixNano }) => {
      const start = BigInt(startTimeUnixNano);
      return start < least ? start : least;
    },
    BigInt(spans[0]?.startTimeUnixNano ?? '0'),
  );
  const stretches = spans.map(({ startTimeUnixNano, durationMs }): Interval => {
    const from = Number(BigInt(startTimeUnixNano) - origin) / 1e6;
    return { from, to: from + durationMs };
  });
  const whole = { from: 0, to: Math.max(...stretches.map(({ to }) => to)) };
  return freeOf(whole, stretches).reduce((left, { from, to }) => left - (to - from), whole.to);
}
