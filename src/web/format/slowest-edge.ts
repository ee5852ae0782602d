/** The slowest call between two domains, and the browser's part, in words. */
import type { Trace } from '../../contract/index.ts';
import type { BrowserPart } from '../trace/browser.ts';
import { durationText, percentText } from './number.ts';

type SlowestEdge = NonNullable<Trace['slowestEdge']>;

/** The longest of all traces, with the trace it is in; null when no call crossed from one domain into another. */
export function slowestOf(traces: readonly Trace[]): (SlowestEdge & { readonly trace: Trace }) | null {
  return traces.reduce<(SlowestEdge & { readonly trace: Trace }) | null>((slowest, trace) => {
    if (trace.slowestEdge === null || (slowest !== null && trace.slowestEdge.ms <= slowest.ms)) return slowest;
    return { ...trace.slowestEdge, trace };
  }, null);
}

/** "The slowest call between domains: notifications for posts, 1 190 ms, asynchronously, in deliver comment.created." */
export function slowestWords(edge: SlowestEdge & { readonly trace: Trace }): string {
  const { from, to, ms, spanId, trace } = edge;
  const span = trace.spans.find((one) => one.spanId === spanId);
  const modes = trace.edges.filter((one) => one.from === from && one.to === to).map(({ mode }) => mode);
  const mode = modes.length === 1 && modes[0] === 'async' ? ', asynchronously' : '';
  const place = span === undefined ? '' : `, in ${span.name}`;
  return `The slowest call between domains: ${from} to ${to}, ${durationText(ms)}${mode}${place}.`;
}

/** "In the browser 520 ms, on /feed; a backend was at work for 240 ms of the whole." */
export function browserWords({ browserMs, backendMs, page }: BrowserPart): string {
  const where = page === null ? '' : `, on ${page}`;
  if (backendMs === 0) return `In the browser ${durationText(browserMs)}${where}; nothing of a backend is kept.`;
  const share = browserMs > 0 && backendMs <= browserMs ? `, ${percentText(backendMs / browserMs)} of it` : '';
  return `In the browser ${durationText(browserMs)}${where}; the backend was at work for ${durationText(backendMs)}${share}.`;
}
