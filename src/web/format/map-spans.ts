/** What the map says of calls that nobody counts and only traces tell of. */
import type { MapEdge, ServiceMap } from '../../contract/index.ts';
import { clockText } from './domain-sentence.ts';
import { countText } from './number.ts';
import { ageText } from './time.ts';

/** True when it was counted in stored traces, not by its caller. */
export function isTraced({ countedBy }: Pick<MapEdge, 'countedBy'>): boolean {
  return countedBy === 'spans';
}

/**
 * "The callers of 2 of 5 kinds count no calls themselves: these are from the newest 200 k spans, since 11:48 UTC (12 min). The callers of
 * 31 spans are not among them." Null when all were counted exactly.
 */
export function tracedSentence({ edges, spans, to }: ServiceMap): string | null {
  if (spans === null) return 'Calls that only traces tell of are missing: the traces could not be read just now.';
  const traced = edges.filter(isTraced).length;
  if (traced === 0) return null;
  const which = traced === edges.length ? 'All calls' : `${traced} of ${edges.length} kinds of calls`;
  const since = `since ${clockText(spans.from)} UTC (${ageText(Date.parse(to) - Date.parse(spans.from))})`;
  const missing =
    spans.missingParents === 0 ? '' : ` Who called ${countText(spans.missingParents)} of the spans is not stored.`;
  return `${which} are from traces, as their callers count none: from the newest ${countText(spans.read)} spans, ${since}.${missing}`;
}
