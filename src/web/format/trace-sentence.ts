/** The sentence that opens a trace: how long, across what, and where the time went. */
import type { Trace } from '../../contract/index.ts';
import { durationText, percentText } from './number.ts';
import { listAtMost, plural } from './words.ts';

/** What the layout of one or several traces says about the whole. */
export interface TraceFigures {
  readonly totalMs: number;
  /** The first span alone: what the caller waited for. */
  readonly rootMs: number;
  readonly spans: number;
  readonly errors: number;
  readonly busMs: number;
  readonly heaviest: {
    readonly name: string;
    readonly domain: string | null;
    readonly inBrowser: boolean;
    readonly selfMs: number;
    readonly count: number;
  } | null;
}

/** "GET /api/feed took 412 ms across feed, posts and users; 61 % of it is posts' own time in recent. Two spans failed." */
export function traceSentence(traces: readonly Trace[], figures: TraceFigures): string {
  const first = traces[0];
  if (!first) return 'Nothing was recorded under this id.';
  const domains = [...new Set(traces.flatMap((trace) => trace.domains))];
  const others = traces.length === 1 ? '' : ` and ${plural(traces.length - 1, 'further trace')}`;
  const across = domains.length === 0 ? '' : ` across ${listAtMost(domains, 5)}`;
  const parts = [`${first.rootName}${others} took ${timeWords(figures)}${across}${whereTheTimeWent(figures)}.`];
  if (figures.errors > 0) parts.push(`${plural(figures.errors, 'span')} failed.`);
  return parts.join(' ');
}

/** The answer and the end of all it set off are two times when work went on after the answer. */
function timeWords({ rootMs, totalMs }: TraceFigures): string {
  if (totalMs <= rootMs * 1.05) return durationText(totalMs);
  return `${durationText(rootMs)}, and what it set off was done after ${durationText(totalMs)}`;
}

function whereTheTimeWent(figures: TraceFigures): string {
  const { heaviest, busMs, totalMs } = figures;
  if (totalMs <= 0) return '';
  if (busMs > totalMs / 2) return `; ${percentText(busMs / totalMs)} of it is waiting on the bus or in a queue`;
  if (!heaviest || heaviest.selfMs <= 0) return '';
  const owner = heaviest.inBrowser ? 'the browser' : (heaviest.domain ?? 'unmapped code');
  const part = percentText(Math.min(1, heaviest.selfMs / totalMs));
  if (heaviest.count > 1) return `; ${part} of it is ${heaviest.count} alike calls of ${owner} ${heaviest.name}`;
  return `; ${part} of it is ${owner} itself, in ${heaviest.name}`;
}
