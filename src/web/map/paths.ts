/** Where a call of the map leads. */
import type { MapEdge } from '../../contract/index.ts';
import { isTraced } from '../format/map-spans.ts';
import { pathTo } from '../router.ts';

/** The traces that have a span in both domains; where spans may get their domain by rules, in the one that is called. */
export function pathToCalls({ from, to, countedBy }: Pick<MapEdge, 'from' | 'to' | 'countedBy'>): string {
  const both = isTraced({ countedBy }) ? {} : { attribute: `seam.domain=${from}` };
  return `${pathTo.traces}?${new URLSearchParams({ domain: to, ...both })}`;
}
