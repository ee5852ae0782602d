/** Which domains a domain is strongly coupled with. */
import type { CouplingEdge } from '../contract/index.ts';

/** Distinct strong neighbours in either direction; `possible` adds those whose strength is unknown. Sorted. */
export function strongNeighbours(
  edges: readonly CouplingEdge[],
  domain: string,
): { readonly known: readonly string[]; readonly possible: readonly string[] } {
  const known = neighboursOf(
    edges.filter(({ strong }) => strong === true),
    domain,
  );
  const possible = neighboursOf(
    edges.filter(({ strong }) => strong !== false),
    domain,
  );
  return { known, possible };
}

function neighboursOf(edges: readonly CouplingEdge[], domain: string): readonly string[] {
  const found = edges.flatMap(({ from, to }) => (from === domain ? [to] : to === domain ? [from] : []));
  return [...new Set(found)].filter((other) => other !== domain).sort();
}
