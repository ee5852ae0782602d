/** Where a call of the map leads. */
import type { MapEdge } from '../../contract/index.ts';
import { pathTo } from '../router.ts';

/** The traces that have a span in both domains. */
export function pathToCalls({ from, to }: Pick<MapEdge, 'from' | 'to'>): string {
  return `${pathTo.traces}?${new URLSearchParams({ domain: to, attribute: `seam.domain=${from}` })}`;
}
